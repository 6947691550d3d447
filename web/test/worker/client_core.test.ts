// The compiled client core with the official Themis, as the worker runs them: intents go in, patches come out.
import { readFileSync } from 'node:fs';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodePatch, encodeIntent } from '../../src/model/ui_codec.ts';
import type { Intent, Patch } from '../../src/model/ui_messages.ts';
import { ClientHost } from '../../src/worker/client_host.ts';
import type { FromWorker } from '../../src/worker/messages.ts';
import { Themis } from '../../src/worker/themis.ts';
import { VaultStore } from '../../src/worker/vault_store.ts';
import { holds, moduleFile, startThemis } from './fixtures.ts';

const kOrigin = 'http://127.0.0.1:1'; // where nobody listens
const kPassphrase = 'planted passphrase 7f1d';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await WebAssembly.compile(readFileSync(moduleFile('core')));
});

/** One worker's life on a device. */
class Running {
  readonly patches: Patch[] = [];
  readonly others: FromWorker[] = [];
  readonly lib;
  readonly host;
  ended = false;

  private constructor(lib: Awaited<ReturnType<typeof startThemis>>, host: ClientHost) {
    this.lib = lib;
    this.host = host;
  }

  static async start(device: IDBFactory, code = module): Promise<Running> {
    const lib = await startThemis();
    let self: Running | null = null;
    const host = await ClientHost.start({
      core: code,
      themis: new Themis(lib),
      store: new VaultStore(device),
      origin: kOrigin,
      post: (message, transfer) => {
        const posted = structuredClone(message, { transfer });
        if (posted.is === 'patch') self?.patches.push(decodePatch(posted.bytes));
        else self?.others.push(posted);
      },
      end: () => {
        if (self !== null) self.ended = true;
      },
    });
    self = new Running(lib, host);
    self.ask({ is: 'client.start', origin: kOrigin });
    return self;
  }

  ask(intent: Intent): void {
    this.host.intent(encodeIntent(intent));
  }

  /** The next patch of this kind that fits, which has come or comes. */
  async patch<Kind extends Patch['is']>(
    is: Kind,
    fits: (patch: Extract<Patch, { is: Kind }>) => boolean = () => true,
  ): Promise<Extract<Patch, { is: Kind }>> {
    const isIt = (patch: Patch): patch is Extract<Patch, { is: Kind }> =>
      patch.is === is && fits(patch as Extract<Patch, { is: Kind }>);
    return vi.waitFor(
      () => {
        const index = this.patches.findIndex(isIt);
        const found = this.patches[index];
        if (found === undefined || !isIt(found)) throw new Error(`no ${is}: ${JSON.stringify(this.patches)}`);
        this.patches.splice(0, index + 1);
        return found;
      },
      { timeout: 10_000 },
    );
  }

  vault = (state: string) => this.patch('vault.changed', (patch) => patch.state === state && !patch.busy);
}

let device: IDBFactory;
let running: Running[];
const start = async () => {
  const one = await Running.start(device);
  running.push(one);
  return one;
};
beforeEach(() => {
  device = new IDBFactory();
  running = [];
});
afterEach(() => {
  for (const one of running) one.host.fail(null);
});

describe('a new device', () => {
  test('has no vault, and gets no database before one is made', async () => {
    const client = await start();
    await client.vault('absent');
    client.ask({ is: 'vault.memory' });
    await client.vault('memory');
    expect(await device.databases()).toEqual([]);
  });

  test('suggests passphrases, each another', async () => {
    const client = await start();
    await client.vault('absent');
    client.ask({ is: 'passphrase.suggest' });
    client.ask({ is: 'passphrase.suggest' });
    const [one, two] = [await client.patch('passphrase.suggested'), await client.patch('passphrase.suggested')];
    expect(one.passphrase.length).toBeGreaterThan(20);
    expect(one.passphrase).not.toBe(two.passphrase);
  });

  test.each([
    ['nothing', ''],
    ['another page', 'https://example.org/'],
    ['a link that was cut', `${kOrigin}/#/join/AAAA`],
    ['a link to nothing', `${kOrigin}/#/join/`],
    ['much', 'x'.repeat(500)],
  ])('says that %s is no invite link', async (_, link) => {
    const client = await start();
    await client.vault('absent');
    client.ask({ is: 'link.inspect', link });
    expect((await client.patch('link.inspected')).state).toBe('mangled');
  });
});

describe('a vault', () => {
  test('is made, kept over a restart, opened with its passphrase only, locked and wiped', async () => {
    const first = await start();
    await first.vault('absent');
    first.ask({ is: 'vault.create', passphrase: kPassphrase });
    await first.vault('open');
    first.ask({ is: 'vault.lock' });
    await first.vault('locked');

    const second = await start();
    await second.vault('locked');
    second.ask({ is: 'vault.open', passphrase: 'another passphrase' });
    expect((await second.patch('problem')).code).toBe('passphrase_wrong');
    second.ask({ is: 'vault.open', passphrase: kPassphrase });
    await second.vault('open');
    second.ask({ is: 'vault.wipe' });
    await second.vault('absent');
    expect(await device.databases()).toEqual([]);

    const third = await start();
    await third.vault('absent');
  });

  test('leaves its passphrase in no memory, and in nothing that is stored', async () => {
    const client = await start();
    await client.vault('absent');
    client.ask({ is: 'vault.create', passphrase: kPassphrase });
    await client.vault('open');
    const planted = new TextEncoder().encode(kPassphrase);
    expect(holds(client.lib.memory.buffer as ArrayBuffer, planted)).toBe(false);
    for (const { name, value } of await new VaultStore(device).read()) {
      expect(Buffer.concat([name, value]).includes(kPassphrase)).toBe(false);
    }
  });

  test('of a tab that another one has put aside ends there', async () => {
    const first = await start();
    await first.vault('absent');
    first.ask({ is: 'vault.create', passphrase: kPassphrase });
    await first.vault('open');
    const second = await start();
    await second.vault('locked');
    first.ask({ is: 'room.create', ref: 1, name: 'a room', nickname: 'me', colour: 1 });
    await vi.waitFor(() => expect(first.others).toEqual([{ is: 'second_tab' }]));
    expect(first.ended).toBe(true);
    second.ask({ is: 'vault.open', passphrase: kPassphrase });
    await second.vault('open');
  });
});

describe('a room', () => {
  test('without a server is offline, and is there again after a restart', async () => {
    const first = await start();
    await first.vault('absent');
    first.ask({ is: 'vault.create', passphrase: kPassphrase });
    await first.vault('open');
    first.ask({ is: 'room.create', ref: 1, name: 'a room', nickname: 'me', colour: 1 });
    const made = await first.patch('room.added', (patch) => patch.state === 'creating');
    await first.patch('connection.changed', (patch) => patch.state === 'offline');
    first.host.fail(null);

    const second = await start();
    await second.vault('locked');
    second.ask({ is: 'vault.open', passphrase: kPassphrase });
    expect((await second.patch('room.added')).room).toBe(made.room);
  });
});

describe('a core that breaks off', () => {
  test('ends the worker, which says so once and hears nothing more', async () => {
    const broken = await Running.start(device, await WebAssembly.compile(readFileSync(moduleFile('probe'))));
    // The probe has no such order as `client.start`, and traps.
    expect(broken.others).toEqual([{ is: 'failed', reason: 'crashed' }]);
    expect(broken.ended).toBe(true);
    broken.host.intent(new Uint8Array([1]));
    expect(broken.others).toHaveLength(1);
  });
});
