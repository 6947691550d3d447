// Joins the client core to what it asks for: storage, connections, a timer and the page. Each handler copies or
// dispatches; whatever throws ends the worker.
import { Connections } from './connections.ts';
import { type Clock, Core, type CoreHost, kClock, type VaultValue } from './core.ts';
import { Failure } from './failure.ts';
import type { FromWorker } from './messages.ts';
import type { Themis } from './themis.ts';
import { type VaultStore, VaultTakenOver } from './vault_store.ts';

const kLongestTimer = 2 ** 31 - 1; // milliseconds; setTimeout takes no more

export interface ClientParts {
  readonly core: WebAssembly.Module;
  readonly themis: Themis;
  readonly store: VaultStore;
  readonly origin: string;
  readonly clock?: Clock;
  /** Hands a message to the page, with its buffers. */
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
  /** Ends the worker; called once, after the last message. */
  end(): void;
}

export class ClientHost implements CoreHost {
  readonly #parts: ClientParts;
  readonly #clock: Clock;
  readonly #connections: Connections;
  #core: Core | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deadline: number | null = null;

  private constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? kClock;
    this.#connections = new Connections(parts.themis.lib, parts.origin, {
      serverKey: (id, body, date) => this.#tell((core) => core.serverKey(id, body, date)),
      established: (id) => this.#tell((core) => core.established(id)),
      frame: (id, size, unwrap) =>
        this.#tell((core) => {
          if (!unwrap(core.reserve(size))) return false;
          core.frame(id, size);
          return true;
        }) ?? true,
      lost: (id, reason) => this.#tell((core) => core.lost(id, reason)),
    });
  }

  static async start(parts: ClientParts): Promise<ClientHost> {
    const host = new ClientHost(parts);
    host.#core = await Core.start(parts.core, parts.themis, host, parts.clock);
    return host;
  }

  /** Takes one encoded intent from the page, and wipes it. */
  intent(bytes: Uint8Array): void {
    this.#tell((core) => core.intent(bytes));
  }

  /** Ends everything and tells the page why. */
  fail(error: unknown): void {
    if (error instanceof VaultTakenOver) this.#end({ is: 'second_tab' });
    else this.#end({ is: 'failed', reason: error instanceof Failure ? error.reason : 'crashed' });
  }

  /** The only way to the core: what it throws, a trap included, is the end of it. */
  #tell<Result>(what: (core: Core) => Result): Result | undefined {
    if (this.#core === null) return undefined;
    try {
      return what(this.#core);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  #end(last: FromWorker): void {
    if (this.#core === null) return;
    this.#core = null;
    clearTimeout(this.#timer);
    this.#connections.disconnectAll();
    this.#parts.post(last, []);
    this.#parts.end();
  }

  // ---- the core's actions

  readVault(): void {
    void this.#parts.store.read().then(
      (values) => this.#tell((core) => core.vaultRead(values)),
      () => this.#tell((core) => core.vaultUnreadable()),
    );
  }

  writeVault(write: number, put: readonly VaultValue[], erase: readonly Uint8Array<ArrayBuffer>[]): void {
    void this.#parts.store.write(put, erase).then(
      (outcome) => this.#tell((core) => core.vaultWritten(write, outcome)),
      (error) => this.fail(error),
    );
  }

  wipeVault(first: Uint8Array<ArrayBuffer>): void {
    void this.#parts.store.wipe(first).then((done) => this.#tell((core) => core.vaultWiped(done)));
  }

  fetchServerKey(connection: number): void {
    this.#connections.fetchServerKey(connection);
  }

  openSession(connection: number, privateKey: Uint8Array, publicKey: Uint8Array, serverKey: Uint8Array): void {
    this.#connections.open(connection, privateKey, publicKey, serverKey);
  }

  sendFrame(connection: number, plaintext: Uint8Array): void {
    this.#connections.send(connection, plaintext);
  }

  disconnect(connection: number): void {
    this.#connections.disconnect(connection);
  }

  showPatch(patch: Uint8Array<ArrayBuffer>): void {
    this.#parts.post({ is: 'patch', bytes: patch }, [patch.buffer]);
  }

  setDeadline(steady: number | null): void {
    if (steady === this.#deadline) return;
    this.#deadline = steady;
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#deadline === null) return;
    const left = Math.max(0, this.#deadline - this.#clock.steady());
    this.#timer = setTimeout(() => this.#due(), Math.min(left, kLongestTimer));
  }

  #due(): void {
    if (this.#deadline === null) return;
    if (this.#clock.steady() < this.#deadline) {
      this.#arm();
      return;
    }
    this.#deadline = null;
    this.#tell((core) => core.tick());
  }
}
