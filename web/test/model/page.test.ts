import { describe, expect, test } from 'vitest';
import type { ClientHandlers, HostNotice } from '../../src/model/host.ts';
import { Page } from '../../src/model/page.ts';
import { wouldLose } from '../../src/model/state.ts';
import { decodeIntent, encodePatch } from '../../src/model/ui_codec.ts';
import type { Intent, Patch } from '../../src/model/ui_messages.ts';
import { added, entry, item, kOther, kRoom } from './fixtures.ts';

const kLink = 'https://chat.example/#/join/abc';

/** A page whose core is this test. */
function setUp(opened: string | null = null) {
  const sent: Intent[] = [];
  let restarts = 0;
  let takeOvers = 0;
  const asked: (string | null)[] = [];
  const holder: { rooms: number | null } = { rooms: null };
  let handlers: ClientHandlers | undefined;
  const page = new Page((given) => {
    handlers = given;
    return {
      send: (bytes) => sent.push(decodeIntent(bytes)),
      restart: () => {
        restarts += 1;
      },
      takeOver: () => {
        takeOvers += 1;
      },
      askHolder: (link) => {
        asked.push(link);
        return Promise.resolve(holder.rooms);
      },
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
    takeOvers: () => takeOvers,
    asked,
    holder,
    isAsked: (link: string | null) => handlers?.asked(link),
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
    const core = setUp(kLink);
    core.notes(ready);
    core.says(vault('locked'));
    expect(core.take().map((intent) => intent.is)).toEqual(['client.start']);
    core.page.unlock('passphrase');
    core.says(vault('open'));
    expect(core.take()).toEqual([
      { is: 'vault.open', passphrase: 'passphrase' },
      { is: 'link.inspect', link: kLink },
    ]);
    core.page.join('Bo', null);
    expect(core.take()).toMatchObject([{ is: 'room.join', link: kLink, nickname: 'Bo' }]);
  });

  test('a link that is opened while rooms are being locked waits for the passphrase', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('open'));
    core.page.lock();
    core.page.open(kLink);
    core.says(vault('locked'));
    core.notes(ready);
    core.says(vault('locked'));
    expect(core.take().map((intent) => intent.is)).not.toContain('link.inspect');
    expect(core.state.linkWaits).toBe(true);
    core.says(vault('open'));
    expect(core.take()).toEqual([{ is: 'link.inspect', link: kLink }]);
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

/** A page that found the rooms in another tab. */
function aside(opened: string | null, rooms: number | null) {
  const test = setUp(opened);
  test.holder.rooms = rooms;
  test.notes({ is: 'second_tab' });
  return test;
}

describe('who may be in a room', () => {
  test('each wish is one intent, with what it is about', () => {
    const core = inRoom();
    core.page.removeMembers(kRoom, [kOther]);
    core.page.setRole(kRoom, kOther, 'admin');
    core.page.transfer(kRoom, kOther);
    core.page.setJoinsOpen(kRoom, false);
    core.page.closeRoom(kRoom);
    expect(core.take()).toEqual([
      { is: 'room.remove_members', room: kRoom, members: [kOther] },
      { is: 'room.set_role', room: kRoom, member: kOther, role: 'admin' },
      { is: 'room.transfer', room: kRoom, member: kOther },
      { is: 'room.set_policy', room: kRoom, rotate_every: null, max_members: null, joins_open: false },
      { is: 'room.destroy', room: kRoom },
    ]);
  });

  test('the policy is what the core says last', () => {
    const core = inRoom();
    expect(core.state.rooms.get(kRoom)?.policy).toBeNull();
    core.says({ is: 'room.policy_changed', room: kRoom, rotate_every: 100, max_members: 64, joins_open: false });
    expect(core.state.rooms.get(kRoom)?.policy).toEqual({ rotate_every: 100, max_members: 64, joins_open: false });
  });
});

describe('another tab has the rooms', () => {
  test('a link that was opened here is handed to that tab, and this one says so', async () => {
    const core = aside(kLink, 1);
    await Promise.resolve();
    expect(core.asked).toEqual([kLink]);
    expect(core.state.phase).toEqual({ is: 'second_tab', passedOn: true, confirming: null });
    core.page.open(`${kLink}d`);
    await Promise.resolve();
    expect(core.asked).toEqual([kLink, `${kLink}d`]);
  });

  test('a link that nobody takes stays, and is looked at when this tab takes over', async () => {
    const core = aside(kLink, null);
    await Promise.resolve();
    expect(core.state.phase).toMatchObject({ passedOn: false });
    core.notes(ready);
    core.says(vault('absent'));
    expect(core.take()).toMatchObject([{ is: 'client.start' }, { is: 'link.inspect', link: kLink }]);
  });

  test('without a link nothing is asked before somebody wants the rooms here', async () => {
    const core = aside(null, 0);
    expect(core.asked).toEqual([]);
    await core.page.takeOver();
    expect(core.asked).toEqual([null]);
    expect(core.takeOvers()).toBe(1);
  });

  test.each([3, null])('rooms that would be lost (%s) are not taken without a second word', async (rooms) => {
    const core = aside(null, rooms);
    await core.page.takeOver();
    expect(core.takeOvers()).toBe(0);
    expect(core.state.phase).toMatchObject({ confirming: { rooms } });
    core.page.cancelTakeOver();
    expect(core.state.phase).toMatchObject({ confirming: null });
    expect(core.takeOvers()).toBe(0);
    await core.page.takeOver();
    core.page.confirmTakeOver();
    expect(core.takeOvers()).toBe(1);
  });

  test('a tab that is put aside shows nothing of the rooms any more', () => {
    const core = inRoom();
    core.notes({ is: 'second_tab' });
    expect(core.state.rooms.size).toBe(0);
  });
});

describe('this tab has the rooms, and another asks', () => {
  test('only rooms in memory are at stake, and of those not the ones that let nobody in', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('memory'), added(), added({ room: 'cd'.repeat(32), state: 'declined' }));
    expect(core.isAsked(null)).toBe(1);
    core.says(vault('open'));
    expect(core.isAsked(null)).toBe(0);
    expect(core.take()).toMatchObject([{ is: 'client.start' }]);
  });

  test('its link is shown here', () => {
    const core = inRoom();
    core.isAsked(kLink);
    expect(core.take()).toEqual([{ is: 'link.inspect', link: kLink }]);
    expect(core.state.joining).toMatchObject({ link: kLink, ref: null });
  });

  test('its link waits for a join that is under way', () => {
    const core = inRoom();
    core.page.inspect('https://chat.example/#/join/first');
    core.page.join('Bo', null);
    core.take();
    core.isAsked(kLink);
    expect(core.take()).toEqual([]);
    core.says(added({ room: 'cd'.repeat(32), ref: core.state.joining?.ref ?? null, state: 'requesting' }));
    expect(core.take()).toEqual([{ is: 'link.inspect', link: kLink }]);
  });
});

describe('a passphrase that does not open', () => {
  const wrong: Patch = { is: 'problem', code: 'passphrase_wrong', room: null, ref: null, amount: null };
  const other: Patch = { is: 'problem', code: 'too_many_rooms', room: null, ref: null, amount: 9 };
  const codes = (core: ReturnType<typeof setUp>) => core.state.problems.map(({ code }) => code);

  test('is told until the next is tried', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('locked'), wrong, other);
    expect(codes(core)).toEqual(['passphrase_wrong', 'too_many_rooms']);
    core.page.unlock('another');
    expect(codes(core)).toEqual(['too_many_rooms']);
  });

  test('is forgotten when the rooms are open', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('locked'), wrong, other, vault('open'));
    expect(codes(core)).toEqual(['too_many_rooms']);
  });
});

describe('somebody comes in with an invite', () => {
  const kInvite = 'ee'.repeat(16);
  const invite = (state: 'live' | 'used', part: object = {}): Patch => ({
    is: 'invites.changed',
    room: kRoom,
    invites: [{ invite: kInvite, state, link: null, expires_at: 9, used_by: null, ref: null, ...part }],
  });

  test('whoever made it is told once, and can put the notice away', () => {
    const core = inRoom();
    core.says(invite('live'));
    expect(core.state.arrivals).toEqual([]);
    core.says(invite('used', { used_by: kOther }), invite('used', { used_by: kOther }));
    expect(core.state.arrivals).toEqual([{ id: 1, room: kRoom, member: kOther }]);
    core.page.dismissArrival(1);
    expect(core.state.arrivals).toEqual([]);
  });

  test('what was used before the rooms were opened is no news', () => {
    const core = inRoom();
    core.says(invite('used', { used_by: kOther }));
    expect(core.state.arrivals).toEqual([]);
  });
});

test('a link that waited for a join is looked at when the failed join is put away', () => {
  const core = inRoom();
  core.page.inspect('https://chat.example/#/join/first');
  core.page.join('Bo', null);
  core.isAsked(kLink);
  core.says({ is: 'problem', code: 'too_many_rooms', room: null, ref: core.state.joining?.ref ?? null, amount: 9 });
  core.take();
  core.page.dismissLink();
  expect(core.take()).toEqual([{ is: 'link.inspect', link: kLink }]);
});

describe('closing the tab', () => {
  const outbox = (state: 'storing' | 'waiting', ref: number | null): Patch => ({
    is: 'outbox.changed',
    room: kRoom,
    entries: [entry('cd'.repeat(16), { ref, state })],
  });

  test('loses rooms that are in memory only', () => {
    const core = setUp();
    core.notes(ready);
    core.says(vault('memory'));
    expect(wouldLose(core.state)).toBe(false);
    core.says(added());
    expect(wouldLose(core.state)).toBe(true);
    core.notes({ is: 'second_tab' });
    expect(wouldLose(core.state)).toBe(false);
  });

  test('loses what is written and not stored, and nothing else of stored rooms', () => {
    const core = inRoom();
    expect(wouldLose(core.state)).toBe(false);
    core.page.setDraft(kRoom, ' ');
    expect(wouldLose(core.state)).toBe(false);
    core.page.setDraft(kRoom, 'half a sent');
    expect(wouldLose(core.state)).toBe(true);
    core.page.sendDraft(kRoom);
    expect(wouldLose(core.state)).toBe(true);
    const { ref } = core.state.rooms.get(kRoom)?.sending[0] ?? { ref: null };
    core.says(outbox('storing', ref));
    expect(wouldLose(core.state)).toBe(true);
    core.says(outbox('waiting', ref));
    expect(wouldLose(core.state)).toBe(false);
  });
});
