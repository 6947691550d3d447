// The client core, core.wasm: wasm/module.cpp has its exports, wasm/imports.hpp its imports. Bytes are copied between its
// memory and its callers' here; nothing is decided here.
import { kKeyBytes, type Themis } from './themis.ts';

const kSymmetricKeyBytes = 32;
const kHashBytes = 32;

export interface VaultValue {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly value: Uint8Array<ArrayBuffer>;
}
export type WriteOutcome = 'done' | 'full' | 'failed';
export type LostReason = 'network' | 'handshake' | 'session';

/**
 * Carries out the core's actions (core/member/host.hpp). Called while the core handles an event: calls nothing of the
 * core before it returns. Views lead into the core's memory and hold for the call only.
 */
export interface CoreHost {
  readVault(): void;
  writeVault(write: number, put: readonly VaultValue[], erase: readonly Uint8Array<ArrayBuffer>[]): void;
  wipeVault(first: Uint8Array<ArrayBuffer>): void;
  fetchServerKey(connection: number): void;
  openSession(connection: number, privateKey: Uint8Array, publicKey: Uint8Array, serverKey: Uint8Array): void;
  sendFrame(connection: number, plaintext: Uint8Array): void;
  disconnect(connection: number): void;
  showPatch(patch: Uint8Array<ArrayBuffer>): void;
  /** When `tick` is due on the steady clock, in milliseconds. */
  setDeadline(steady: number | null): void;
}

export interface Clock {
  /** Unix time in milliseconds. */
  wall(): number;
  /** Milliseconds that never go back. */
  steady(): number;
}

export const kClock: Clock = {
  wall: () => Date.now(),
  steady: () => Math.floor(performance.now()),
};

interface CoreExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  reserve(size: number): number;
  intent(wall: number, steady: number): void;
  vault_value(nameSize: number): void;
  vault_read(wall: number, steady: number): void;
  vault_unreadable(wall: number, steady: number): void;
  vault_written(write: number, outcome: number, wall: number, steady: number): void;
  vault_wiped(done: number, wall: number, steady: number): void;
  server_key(connection: number, date: number, wall: number, steady: number): void;
  established(connection: number, wall: number, steady: number): void;
  frame(connection: number, size: number, wall: number, steady: number): void;
  lost(connection: number, reason: number, wall: number, steady: number): void;
  tick(wall: number, steady: number): void;
}

const kOutcomes: readonly WriteOutcome[] = ['done', 'full', 'failed'];
const kReasons: readonly LostReason[] = ['network', 'handshake', 'session'];

export class Core {
  readonly #exports: CoreExports;
  readonly #clock: Clock;

  private constructor(exports: CoreExports, clock: Clock) {
    this.#exports = exports;
    this.#clock = clock;
  }

  static async start(module: WebAssembly.Module, themis: Themis, host: CoreHost, clock = kClock): Promise<Core> {
    let memory: WebAssembly.Memory | null = null;
    const view: View = (pointer, size) => {
      if (memory === null) throw new Error('the core called before it was there');
      // Made anew each time, since a view ends when the memory grows; pointers come as signed numbers.
      return new Uint8Array(memory.buffer as ArrayBuffer, pointer >>> 0, size >>> 0);
    };
    const instance = await WebAssembly.instantiate(module, {
      zerofc: { ...cryptoImports(themis, view), ...hostImports(host, view) },
      env: { emscripten_notify_memory_growth: () => undefined },
      wasi_snapshot_preview1: {
        proc_exit: () => {
          throw new Error('the core ended itself');
        },
      },
    });
    const exports = instance.exports as unknown as CoreExports;
    memory = exports.memory;
    exports._initialize();
    return new Core(exports, clock);
  }

  /** Room in the core for the bytes of the next event; the core wipes it once it has read them. */
  reserve(size: number): Uint8Array {
    const pointer = this.#exports.reserve(size) >>> 0;
    return new Uint8Array(this.#exports.memory.buffer, pointer, size);
  }

  /** Wipes `bytes` too. */
  intent(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes);
    bytes.fill(0);
    this.#exports.intent(this.#clock.wall(), this.#clock.steady());
  }

  vaultRead(values: readonly VaultValue[]): void {
    for (const { name, value } of values) {
      const room = this.reserve(name.length + value.length);
      room.set(name);
      room.set(value, name.length);
      this.#exports.vault_value(name.length);
    }
    this.#exports.vault_read(this.#clock.wall(), this.#clock.steady());
  }

  vaultUnreadable(): void {
    this.#exports.vault_unreadable(this.#clock.wall(), this.#clock.steady());
  }

  vaultWritten(write: number, outcome: WriteOutcome): void {
    this.#exports.vault_written(write, kOutcomes.indexOf(outcome), this.#clock.wall(), this.#clock.steady());
  }

  vaultWiped(done: boolean): void {
    this.#exports.vault_wiped(done ? 1 : 0, this.#clock.wall(), this.#clock.steady());
  }

  /** `date`: the server's Date in milliseconds of Unix time. */
  serverKey(connection: number, body: Uint8Array, date: number | null): void {
    this.reserve(body.length).set(body);
    this.#exports.server_key(connection, date ?? Number.NaN, this.#clock.wall(), this.#clock.steady());
  }

  established(connection: number): void {
    this.#exports.established(connection, this.#clock.wall(), this.#clock.steady());
  }

  /** The first `size` bytes of what was reserved last are the plaintext. */
  frame(connection: number, size: number): void {
    this.#exports.frame(connection, size, this.#clock.wall(), this.#clock.steady());
  }

  lost(connection: number, reason: LostReason): void {
    this.#exports.lost(connection, kReasons.indexOf(reason), this.#clock.wall(), this.#clock.steady());
  }

  tick(): void {
    this.#exports.tick(this.#clock.wall(), this.#clock.steady());
  }
}

// ---- imports

type View = (pointer: number, size: number) => Uint8Array<ArrayBuffer>;
type Import = (...numbers: number[]) => number | undefined;

function cryptoImports(themis: Themis, view: View): Record<string, Import> {
  const key = (at: number) => view(at, kKeyBytes);
  const secret = (at: number) => view(at, kSymmetricKeyBytes);
  return {
    crypto_sha256: (data = 0, size = 0, out = 0) => {
      themis.sha256(view(data, size), view(out, kHashBytes));
      return undefined;
    },
    crypto_random: (out = 0, size = 0) => (themis.random(view(out, size)) ? 1 : 0),
    crypto_make_keys: (privateKey = 0, publicKey = 0) => (themis.makeKeys(key(privateKey), key(publicKey)) ? 1 : 0),
    crypto_seal: (k = 0, c = 0, cSize = 0, m = 0, mSize = 0, out = 0, room = 0) =>
      themis.seal(secret(k), view(c, cSize), view(m, mSize), view(out, room)),
    crypto_open: (k = 0, c = 0, cSize = 0, m = 0, mSize = 0, out = 0, room = 0) =>
      themis.open(secret(k), view(c, cSize), view(m, mSize), view(out, room)),
    crypto_seal_with_passphrase: (p = 0, pSize = 0, c = 0, cSize = 0, m = 0, mSize = 0, out = 0, room = 0) =>
      themis.sealWithPassphrase(view(p, pSize), view(c, cSize), view(m, mSize), view(out, room)),
    crypto_open_with_passphrase: (p = 0, pSize = 0, c = 0, cSize = 0, m = 0, mSize = 0, out = 0, room = 0) =>
      themis.openWithPassphrase(view(p, pSize), view(c, cSize), view(m, mSize), view(out, room)),
    crypto_sign: (k = 0, m = 0, mSize = 0, out = 0, room = 0) => themis.sign(key(k), view(m, mSize), view(out, room)),
    crypto_verify: (k = 0, m = 0, mSize = 0) => themis.verify(key(k), view(m, mSize)),
    crypto_encrypt: (own = 0, peer = 0, m = 0, mSize = 0, out = 0, room = 0) =>
      themis.encrypt(key(own), key(peer), view(m, mSize), view(out, room)),
    crypto_decrypt: (own = 0, peer = 0, m = 0, mSize = 0, out = 0, room = 0) =>
      themis.decrypt(key(own), key(peer), view(m, mSize), view(out, room)),
  };
}

function hostImports(host: CoreHost, view: View): Record<string, (...numbers: number[]) => void> {
  let put: VaultValue[] = [];
  let erase: Uint8Array<ArrayBuffer>[] = [];
  return {
    host_read_vault: () => host.readVault(),
    host_vault_put: (name = 0, nameSize = 0, value = 0, valueSize = 0) => {
      put.push({ name: view(name, nameSize).slice(), value: view(value, valueSize).slice() });
    },
    host_vault_erase: (name = 0, size = 0) => {
      erase.push(view(name, size).slice());
    },
    host_write_vault: (write = 0) => {
      const gathered = [put, erase] as const;
      put = [];
      erase = [];
      host.writeVault(write, ...gathered);
    },
    host_wipe_vault: (name = 0, size = 0) => host.wipeVault(view(name, size).slice()),
    host_fetch_server_key: (connection = 0) => host.fetchServerKey(connection),
    host_open_session: (connection = 0, privateKey = 0, publicKey = 0, serverKey = 0) =>
      host.openSession(connection, view(privateKey, kKeyBytes), view(publicKey, kKeyBytes), view(serverKey, kKeyBytes)),
    host_send_frame: (connection = 0, plaintext = 0, size = 0) => host.sendFrame(connection, view(plaintext, size)),
    host_disconnect: (connection = 0) => host.disconnect(connection),
    host_show_patch: (patch = 0, size = 0) => host.showPatch(view(patch, size).slice()),
    host_deadline: (steady = 0) => host.setDeadline(steady < 0 ? null : steady),
  };
}
