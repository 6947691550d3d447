// The vault's values in IndexedDB: sealed bytes under random names. Each write is one transaction, which is durable when
// it is reported done. A device without a vault gets no database before the first write.
//
// The database names the store that owns it. A store that reads takes it over, and every write first looks whether it
// still owns it, within its transaction: so a tab that was put aside (and may wake up late) can't write over what the
// tab after it has stored.
import type { VaultValue, WriteOutcome } from './core.ts';
import { Failure } from './failure.ts';

const kDatabase = 'zerofc';
const kVersion = 1;
const kValues = 'values';
const kOwner = 'owner';
const kMaxNameBytes = 16;

/** Another store has taken the database over; nothing was written. */
export class VaultTakenOver extends Error {
  override name = 'VaultTakenOver';
}

const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const completed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
  });

export class VaultStore {
  readonly #factory: IDBFactory;
  readonly #owner = crypto.randomUUID();
  #database: IDBDatabase | null = null;
  // From the first time on that the database was ours.
  #owned = false;

  constructor(factory: IDBFactory = indexedDB) {
    this.#factory = factory;
  }

  /** Everything that is stored; the database is this store's from now on. Rejects if the device refuses to read. */
  async read(): Promise<VaultValue[]> {
    const database = await this.#open(false);
    if (database === null) return [];
    const transaction = database.transaction([kValues, kOwner], 'readwrite', { durability: 'strict' });
    const done = completed(transaction);
    transaction.objectStore(kOwner).put(this.#owner, kOwner);
    const values = transaction.objectStore(kValues);
    const [names, contents] = await Promise.all([settled(values.getAllKeys()), settled(values.getAll()), done]);
    this.#owned = true;
    return names.map((name, index) => vaultValue(name, contents[index]));
  }

  /** All of it or nothing. Rejects with VaultTakenOver, or with a Failure if the database was removed. */
  async write(put: readonly VaultValue[], erase: readonly Uint8Array<ArrayBuffer>[]): Promise<WriteOutcome> {
    let takenOver = false;
    try {
      const database = await this.#open(!this.#owned);
      // It was there: the browser, or a person, has removed what this page stored.
      if (database === null) throw new Failure('storage');
      const transaction = database.transaction([kValues, kOwner], 'readwrite', { durability: 'strict' });
      const done = completed(transaction);
      const owner = transaction.objectStore(kOwner);
      const asked = owner.get(kOwner);
      asked.onsuccess = () => {
        takenOver = asked.result === undefined ? this.#owned : asked.result !== this.#owner;
        if (takenOver) {
          transaction.abort();
          return;
        }
        owner.put(this.#owner, kOwner);
        const values = transaction.objectStore(kValues);
        for (const { name, value } of put) values.put(value, name);
        for (const name of erase) values.delete(name);
      };
      await done;
      this.#owned = true;
      return 'done';
    } catch (error) {
      if (takenOver) throw new VaultTakenOver();
      if (error instanceof Failure) throw error;
      return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'failed';
    }
  }

  /** Erases the value `first`, makes that durable, and then erases the database. False if the device refused. */
  async wipe(first: Uint8Array<ArrayBuffer>): Promise<boolean> {
    try {
      const database = await this.#open(false);
      if (database !== null) {
        const transaction = database.transaction(kValues, 'readwrite', { durability: 'strict' });
        const done = completed(transaction);
        transaction.objectStore(kValues).delete(first);
        await done;
        this.#close();
        await settled(this.#factory.deleteDatabase(kDatabase));
      }
      this.#owned = false;
      return true;
    } catch {
      return false;
    }
  }

  #close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** The database; null if there is none and none is to be made. */
  async #open(create: boolean): Promise<IDBDatabase | null> {
    if (this.#database !== null) return this.#database;
    const request = this.#factory.open(kDatabase, kVersion);
    let absent = false;
    request.onupgradeneeded = () => {
      if (create) {
        request.result.createObjectStore(kValues);
        request.result.createObjectStore(kOwner);
      } else {
        absent = true;
        request.transaction?.abort();
      }
    };
    try {
      this.#database = await settled(request);
    } catch (error) {
      if (absent) return null;
      throw error;
    }
    // Another tab wipes the vault, or the browser takes the database away.
    this.#database.onversionchange = () => this.#close();
    this.#database.onclose = () => {
      this.#database = null;
    };
    return this.#database;
  }
}

function vaultValue(name: IDBValidKey, value: unknown): VaultValue {
  const bytes = name instanceof ArrayBuffer ? new Uint8Array(name) : null;
  if (bytes === null || bytes.length < 1 || bytes.length > kMaxNameBytes || !(value instanceof Uint8Array)) {
    throw new TypeError('a value that no vault has');
  }
  return { name: bytes, value: value as Uint8Array<ArrayBuffer> };
}
