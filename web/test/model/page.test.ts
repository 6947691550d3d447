import { describe, expect, test } from 'vitest';
import type { ClientHandlers, HostNotice } from '../../src/model/host.ts';
import { Page } from '../../src/model/page.ts';
import { decodeIntent, encodePatch } from '../../src/model/ui_codec.ts';
import type { Intent, Patch } from '../../src/model/ui_messages.ts';
import { added, item, kRoom } from './fixtures.ts';

/** A page whose core is this test. */
function setUp(opened: string | null = null) {
  const sent: Intent[] = [];
  let restarts = 0;
  let handlers: ClientHandlers | undefined;
  const page = new Page((given) => {
    handlers = given;
    return {
      send: (bytes) => sent.push(decodeIntent(bytes)),
      restart: () => {
        restarts += 1;
      },
      takeOver: () => {},
    };
  }, opened);
  return {
    page,
    says: (...patches: Patch[]) => {
      for (const patch of patches) handlers?.patch(encodePatch(patch));
    },
    bytes: (bytes: Uint8Array) => handlers?.patch(bytes),
    notes: (notice: HostNotice) => handlers?.notice(notice),
    take: () => sent.splice(0),
    restarts: () => restarts,
    get state() {
      return page.store.get();
    },
  };
}

const ready: HostNotice = { is: 'ready', origin: 'https://chat.example' };
const vault = (state: Extract<Patch, { is: 'vault.changed' }>['state'], busy = false): Patch => ({
  is: 'vault.changed',
  state,
  busy,
});

function inRoom() {
  const test = setUp();
  test.notes(ready);
  test.says(vault('open'), added());
  test.page.show(kRoom);
  test.says({ is: 'history.loaded', room: kRoom, before: null, items: [item(3), item(4)], more: true });
  test.take();
  return test;
}

describe('the page and its core', () => {
  test('the first intent tells the origin of links', () => {
    const core = setUp();
    core.notes(ready);
    expect(core.take()).toEqual([{ is: 'client.start', origin: 'https://chat.example' }]);
  });

  test('a room is created only when the vault is there', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('absent'));
    core.take();
    core.page.create('Hike', 'Ada', { passphrase: 'eight or more' });
    expect(core.take()).toEqual([{ is: 'vault.create', passphrase: 'eight or more' }]);
    core.says(vault('absent', true));
    expect(core.take()).toEqual([]);
    core.says(vault('open'));
    expect(core.take()).toMatchObject([{ is: 'room.create', ref: 1, name: 'Hike', nickname: 'Ada' }]);
  });

  test('without keeping, the vault is in memory', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('absent'));
    core.take();
    core.page.create('Hike', 'Ada', null);
    core.says(vault('memory'));
    expect(core.take().map((intent) => intent.is)).toEqual(['vault.memory', 'room.create']);
  });

  test('a passphrase that is refused leaves no room behind, and the form usable', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('absent'));
    core.page.create('Hike', 'Ada', { passphrase: 'short' });
    core.says({ is: 'problem', code: 'passphrase_short', room: null, ref: null, amount: 8 });
    core.take();
    core.says(vault('open'));
    expect(core.take()).toEqual([]);
    expect(core.state.creating).toBeNull();
  });

  test('an opened link is looked at when the vault is known to be open, and nothing joins by itself', () => {
    const core = setUp('https://chat.example/#/join/abc');
    core.notes(ready);
    core.says(vault('locked'));
    expect(core.take().map((intent) => intent.is)).toEqual(['client.start']);
    core.page.unlock('passphrase');
    core.says(vault('open'));
    expect(core.take()).toEqual([
      { is: 'vault.open', passphrase: 'passphrase' },
      { is: 'link.inspect', link: 'https://chat.example/#/join/abc' },
    ]);
    core.page.join('Bo', null);
    expect(core.take()).toMatchObject([{ is: 'room.join', link: 'https://chat.example/#/join/abc', nickname: 'Bo' }]);
  });

  test('lock and wipe end the worker when the core has let go', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('open'));
    core.page.lock();
    expect(core.restarts()).toBe(0);
    core.says(vault('open', true));
    expect(core.restarts()).toBe(0);
    core.says(vault('locked'));
    expect(core.restarts()).toBe(1);
  });

  test('what is no patch stops the page with a word about it', () => {
    const core = inRoom();
    core.bytes(new Uint8Array([0x81, 0x18, 0x3f]));
    expect(core.state.phase).toEqual({ is: 'failed', reason: 'crashed' });
    expect(core.state.rooms.size).toBe(1);
  });

  test('a new worker starts from nothing', () => {
    const core = inRoom();
    core.notes(ready);
    expect(core.state.rooms.size).toBe(0);
    expect(core.state.vault).toBeNull();
  });
});

describe('a room on screen', () => {
  test('asks for its newest items once', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('open'), added());
    core.take();
    core.page.show(kRoom);
    core.page.show(kRoom);
    expect(core.take()).toEqual([{ is: 'history.before', room: kRoom, before: null, count: 60 }]);
  });

  test('a room that is being joined asks for nothing before it is verified', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('open'), added({ state: 'verifying' }));
    core.take();
    core.page.show(kRoom);
    expect(core.take()).toEqual([]);
    core.says({ is: 'room.state_changed', room: kRoom, state: 'live', end: null, inviter_online: null, server: null });
    expect(core.take()).toMatchObject([{ is: 'history.before', before: null }]);
  });

  test('a join that has succeeded is told as the whole room, and its items are asked for', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('open'), added({ state: 'waiting' }));
    core.page.show(kRoom);
    core.take();
    core.says(added({ state: 'live' }));
    expect(core.take()).toMatchObject([{ is: 'history.before', before: null }]);
  });

  test('older items are asked for one chunk at a time, and not beyond the start', () => {
    const core = inRoom();
    core.page.older(kRoom);
    core.page.older(kRoom);
    expect(core.take()).toEqual([{ is: 'history.before', room: kRoom, before: 3, count: 60 }]);
    core.says({ is: 'history.loaded', room: kRoom, before: 3, items: [item(1)], more: false });
    core.page.older(kRoom);
    expect(core.take()).toEqual([]);
  });

  test('reading is told once', () => {
    const core = inRoom();
    core.page.read(kRoom);
    core.page.read(kRoom);
    expect(core.take()).toEqual([{ is: 'room.read', room: kRoom, seq: 4 }]);
  });

  test('the draft is sent with a rising ref and stays visible until the core has it', () => {
    const core = inRoom();
    core.page.setDraft(kRoom, ' hello ');
    core.page.sendDraft(kRoom);
    core.page.sendDraft(kRoom);
    const [intent, ...more] = core.take();
    expect(intent).toMatchObject({ is: 'message.send', text: 'hello' });
    expect(more).toEqual([]);
    expect(core.state.rooms.get(kRoom)).toMatchObject({ draft: '', sending: [{ text: 'hello' }] });
  });

  test('the device’s network events reach the core only while rooms are open', () => {
    const core = setUp();
    core.page.reconnect(null);
    core.page.suspend();
    expect(core.take()).toEqual([]);
    const open = inRoom();
    open.page.suspend();
    open.page.reconnect(null);
    expect(open.take()).toEqual([{ is: 'connection.suspend' }, { is: 'connection.retry', room: null }]);
  });
});
