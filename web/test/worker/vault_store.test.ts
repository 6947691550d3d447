import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { VaultValue } from '../../src/worker/core.ts';
import { VaultStore, VaultTakenOver } from '../../src/worker/vault_store.ts';
import { random, text } from './fixtures.ts';

let device: IDBFactory;
beforeEach(() => {
  device = new IDBFactory();
});

const value = (name: string, content: string | Uint8Array<ArrayBuffer>): VaultValue => ({
  name: text(name),
  value: typeof content === 'string' ? text(content) : content,
});
const plain = (values: readonly VaultValue[]) =>
  values.map(({ name, value: content }) => [Buffer.from(name).toString(), Buffer.from(content).toString()]).sort();
const databases = async () => (await device.databases()).map(({ name }) => name);

/** A database of that name as another program, or another version of this one, may have left it. */
function makeDatabase(version: number, fill: (database: IDBDatabase) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = device.open('zerofc', version);
    request.onupgradeneeded = () => fill(request.result);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
}

describe('a device without a vault', () => {
  test('reads as empty and gets no database by reading', async () => {
    expect(await new VaultStore(device).read()).toEqual([]);
    expect(await databases()).toEqual([]);
  });

  test('has nothing to wipe and gets no database by wiping', async () => {
    expect(await new VaultStore(device).wipe(text('key'))).toBe(true);
    expect(await databases()).toEqual([]);
  });
});

describe('writing', () => {
  test('what is written is read after a restart, byte for byte', async () => {
    const store = new VaultStore(device);
    await store.read();
    const big = random(100_000);
    expect(await store.write([value('a', 'one'), value('b', big)], [])).toBe('done');
    expect(await store.write([value('a', 'two'), value('c', 'three')], [text('none')])).toBe('done');
    const read = await new VaultStore(device).read();
    expect(read).toHaveLength(3);
    expect(read[1]).toEqual(value('b', big));
    expect(plain(read).map(([name]) => name)).toEqual(['a', 'b', 'c']);
    expect(plain(read)[0]).toEqual(['a', 'two']);
  });

  test('erases and stores in one', async () => {
    const store = new VaultStore(device);
    await store.write([value('a', 'one'), value('b', 'two')], []);
    await store.write([value('c', 'three')], [text('a')]);
    expect(plain(await new VaultStore(device).read())).toEqual([
      ['b', 'two'],
      ['c', 'three'],
    ]);
  });

  test('is all or nothing: a value that the device refuses takes the others with it', async () => {
    const store = new VaultStore(device);
    await store.write([value('a', 'one')], []);
    const impossible = { name: text('b'), value: (() => 0) as unknown as Uint8Array<ArrayBuffer> };
    expect(await store.write([value('a', 'changed'), impossible], [])).toBe('failed');
    expect(plain(await new VaultStore(device).read())).toEqual([['a', 'one']]);
  });

  test('a full device is told apart', async () => {
    const store = new VaultStore(device);
    await store.write([value('a', 'one')], []);
    const put = Object.getOwnPropertyDescriptor(fakeObjectStore, 'put')!;
    Object.defineProperty(fakeObjectStore, 'put', {
      configurable: true,
      value(this: IDBObjectStore) {
        // As a browser ends a transaction for which there is no room.
        (this.transaction as unknown as { _abort(name: string): void })._abort('QuotaExceededError');
      },
    });
    try {
      expect(await store.write([value('b', 'two')], [])).toBe('full');
    } finally {
      Object.defineProperty(fakeObjectStore, 'put', put);
    }
    expect(plain(await new VaultStore(device).read())).toEqual([['a', 'one']]);
  });
});

const fakeObjectStore = (await import('fake-indexeddb')).IDBObjectStore.prototype;

describe('wiping', () => {
  test('the first value is durably gone before anything else is', async () => {
    const store = new VaultStore(device);
    await store.write([value('key', 'sealed key'), value('a', 'one')], []);
    const seen: unknown[] = [];
    const remove = device.deleteDatabase.bind(device);
    device.deleteDatabase = (name) => {
      // What a power cut at this moment would leave.
      const open = device.open(name);
      open.onsuccess = () => {
        const all = open.result.transaction('values').objectStore('values').getAllKeys();
        all.onsuccess = () => seen.push(all.result.map((key) => Buffer.from(key as ArrayBuffer).toString()));
        open.result.onversionchange = () => open.result.close();
      };
      return remove(name);
    };
    expect(await store.wipe(text('key'))).toBe(true);
    expect(seen).toEqual([['a']]);
    expect(await databases()).toEqual([]);
    expect(await new VaultStore(device).read()).toEqual([]);
  });

  test('a new vault can be made afterwards', async () => {
    const store = new VaultStore(device);
    await store.write([value('key', 'sealed key')], []);
    await store.wipe(text('key'));
    expect(await store.write([value('key', 'another')], [])).toBe('done');
    expect(plain(await new VaultStore(device).read())).toEqual([['key', 'another']]);
  });

  test('a device that refuses is told', async () => {
    const store = new VaultStore(device);
    await store.write([value('key', 'sealed key')], []);
    device.deleteDatabase = () => {
      throw new DOMException('no', 'UnknownError');
    };
    expect(await store.wipe(text('key'))).toBe(false);
  });
});

describe('two tabs', () => {
  test('what was put aside by another that read can write nothing any more', async () => {
    const first = new VaultStore(device);
    await first.write([value('a', 'one')], []);
    const second = new VaultStore(device);
    await second.read();
    await expect(first.write([value('a', 'stale')], [])).rejects.toThrow(VaultTakenOver);
    expect(await second.write([value('b', 'two')], [])).toBe('done');
    await expect(first.write([], [text('a')])).rejects.toThrow(VaultTakenOver);
    expect(plain(await new VaultStore(device).read())).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
  });

  test('a vault that was wiped or removed meanwhile does not come back', async () => {
    const first = new VaultStore(device);
    await first.write([value('a', 'one')], []);
    const second = new VaultStore(device);
    await second.read();
    expect(await second.wipe(text('a'))).toBe(true);
    await expect(first.write([value('a', 'back')], [])).rejects.toMatchObject({ reason: 'storage' });
    expect(await databases()).toEqual([]);
  });
});

describe('what is not ours', () => {
  test('a database of a newer version is not read and left as it is', async () => {
    await makeDatabase(2, (database) => database.createObjectStore('newer'));
    await expect(new VaultStore(device).read()).rejects.toThrow();
    expect(await new VaultStore(device).write([value('a', 'one')], [])).toBe('failed');
    expect(await device.databases()).toEqual([{ name: 'zerofc', version: 2 }]);
  });

  test.each([
    ['a name that is no bytes', 'name', random(8)],
    ['a name of 17 bytes', random(17), random(8)],
    ['a value that is no bytes', random(16), 'text'],
  ])('%s is not read', async (_, name, content) => {
    await makeDatabase(1, (database) => {
      database.createObjectStore('values').put(content, name);
      database.createObjectStore('owner');
    });
    await expect(new VaultStore(device).read()).rejects.toThrow();
  });
});
