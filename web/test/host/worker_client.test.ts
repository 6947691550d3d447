import { beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/host/other_tabs.ts';
import { WorkerClient } from '../../src/host/worker_client.ts';
import type { HostNotice } from '../../src/model/host.ts';
import type { FromWorker } from '../../src/worker/messages.ts';

class FakeWorker {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  readonly posted: unknown[] = [];
  ended = false;
  postMessage(message: Uint8Array<ArrayBuffer>, transfer: ArrayBuffer[]) {
    this.posted.push(structuredClone(message, { transfer }));
  }
  terminate() {
    this.ended = true;
  }
  says(data: FromWorker) {
    this.onmessage?.({ data });
  }
  breaks() {
    this.onerror?.({ preventDefault: () => undefined });
  }
}

/** Web Locks over all tabs of one browser, as the standard has them. */
class FakeLocks {
  #holder: { reject(error: unknown): void } | null = null;
  refuses = false;
  async query() {
    return { held: this.#holder === null ? [] : [{ name: '0fc vault' }] };
  }
  tabCloses() {
    this.#holder = null;
  }
  request(_: string, options: LockOptions, use: (lock: object | null) => Promise<never> | undefined): Promise<unknown> {
    if (this.refuses) return Promise.reject(new DOMException('no', 'SecurityError'));
    return new Promise((resolve, reject) => {
      queueMicrotask(() => {
        if (this.#holder !== null && options.ifAvailable) {
          resolve(use(null));
          return;
        }
        this.#holder?.reject(new DOMException('stolen', 'AbortError'));
        this.#holder = { reject };
        use({});
      });
    });
  }
}

/** The channel between all tabs of one browser: whoever speaks doesn't hear it. */
class FakeChannel implements Channel {
  static all: FakeChannel[] = [];
  onmessage: ((event: MessageEvent) => void) | null = null;
  constructor() {
    FakeChannel.all.push(this);
  }
  postMessage(message: unknown) {
    const data = structuredClone(message);
    for (const other of FakeChannel.all)
      if (other !== this) queueMicrotask(() => other.onmessage?.({ data } as MessageEvent));
  }
}

const scope = { isSecureContext: true, WebAssembly, Worker: FakeWorker, navigator: { locks: {} }, indexedDB: {} };
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

let locks: FakeLocks;
beforeEach(() => {
  locks = new FakeLocks();
  FakeChannel.all = [];
});

function tab(over: object = {}) {
  const workers: FakeWorker[] = [];
  const notices: HostNotice[] = [];
  const patches: Uint8Array[] = [];
  const asked: (string | null)[] = [];
  let front = 0;
  const client = new WorkerClient(
    {
      notice: (notice) => notices.push(notice),
      patch: (bytes) => patches.push(bytes),
      asked: (link) => {
        asked.push(link);
        return 2;
      },
    },
    {
      scope,
      locks: locks as unknown as LockManager,
      tabs: new FakeChannel(),
      origin: 'https://chat.example',
      comeToFront: () => {
        front += 1;
      },
      startWorker: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker as unknown as Worker;
      },
      ...over,
    },
  );
  return { client, workers, notices, patches, asked, front: () => front };
}
async function running() {
  const all = tab();
  await settled();
  const worker = all.workers[0]!;
  worker.says({ is: 'ready' });
  return { ...all, worker };
}

describe('starting', () => {
  test('tells nothing before whoever connects has the client', () => {
    expect(tab().notices).toEqual([]);
  });

  test('starts the worker, passes on how far it is, and says where links lead', async () => {
    const { workers, notices } = tab();
    await settled();
    expect(workers).toHaveLength(1);
    workers[0]!.says({ is: 'loading', loaded: 10, total: 20 });
    workers[0]!.says({ is: 'ready' });
    expect(notices).toEqual([
      { is: 'loading', loaded: 0, total: 0 },
      { is: 'loading', loaded: 10, total: 20 },
      { is: 'ready', origin: 'https://chat.example' },
    ]);
  });

  test.each([
    ['a browser that lacks something', { scope: { ...scope, isSecureContext: false } }, 'insecure'],
    ['a browser without locks', { locks: undefined }, 'no_locks'],
  ] as const)('%s is told so and gets no worker', async (_, over, reason) => {
    const { workers, notices } = tab(over);
    await settled();
    expect(notices).toEqual([{ is: 'unsupported', reason }]);
    expect(workers).toEqual([]);
  });

  test('a browser that refuses locks is told so', async () => {
    locks.refuses = true;
    const { workers, notices } = tab();
    await settled();
    expect(notices).toEqual([{ is: 'unsupported', reason: 'no_locks' }]);
    expect(workers).toEqual([]);
  });
});

describe('messages', () => {
  test('an intent leaves with its buffer, so that no copy stays', async () => {
    const { client, worker } = await running();
    const intent = new Uint8Array([1, 2, 3]);
    client.send(intent);
    expect(worker.posted).toEqual([new Uint8Array([1, 2, 3])]);
    expect(intent.byteLength).toBe(0);
  });

  test('an intent to nobody is wiped', async () => {
    const { client } = tab({ scope: {} });
    await settled();
    const intent = new Uint8Array([1, 2, 3]);
    client.send(intent);
    expect(intent).toEqual(new Uint8Array(3));
  });

  test('patches come as they are', async () => {
    const { patches, worker } = await running();
    worker.says({ is: 'patch', bytes: new Uint8Array([9]) });
    expect(patches).toEqual([new Uint8Array([9])]);
  });
});

describe('the end of a worker', () => {
  test('restart ends it and starts another, which keeps the lock', async () => {
    const { client, workers, worker, notices } = await running();
    client.restart();
    await settled();
    expect(worker.ended).toBe(true);
    expect(workers).toHaveLength(2);
    expect(notices.at(-1)).toEqual({ is: 'loading', loaded: 0, total: 0 });
    const other = tab();
    await settled();
    expect(other.notices).toEqual([{ is: 'second_tab' }]);
  });

  test('nothing of an ended worker is heard any more', async () => {
    const { client, worker, patches } = await running();
    client.restart();
    worker.says({ is: 'patch', bytes: new Uint8Array([9]) });
    expect(patches).toEqual([]);
  });

  test('a failure that the worker reports ends it', async () => {
    const { worker, notices } = await running();
    worker.says({ is: 'failed', reason: 'random' });
    expect(worker.ended).toBe(true);
    expect(notices.at(-1)).toEqual({ is: 'failed', reason: 'random' });
  });

  test('a worker that breaks ends as crashed', async () => {
    const { worker, notices } = await running();
    worker.breaks();
    expect(worker.ended).toBe(true);
    expect(notices.at(-1)).toEqual({ is: 'failed', reason: 'crashed' });
  });

  test('a worker whose code does not come ends as a failed download, and may be tried again', async () => {
    const { client, workers, notices } = tab();
    await settled();
    workers[0]!.breaks();
    expect(notices.at(-1)).toEqual({ is: 'failed', reason: 'download' });
    client.restart();
    await settled();
    workers[1]!.says({ is: 'ready' });
    expect(notices.at(-1)?.is).toBe('ready');
  });
});

describe('two tabs', () => {
  test('the second waits until it takes over, which puts the first aside, and back', async () => {
    const first = await running();
    const second = tab();
    await settled();
    expect(second.notices).toEqual([{ is: 'second_tab' }]);
    expect(second.workers).toEqual([]);
    second.client.takeOver();
    await settled();
    expect(first.worker.ended).toBe(true);
    expect(first.notices.at(-1)).toEqual({ is: 'second_tab' });
    expect(second.workers).toHaveLength(1);
    first.client.takeOver();
    await settled();
    expect(first.workers).toHaveLength(2);
    expect(second.workers[0]!.ended).toBe(true);
  });

  test('a link that was opened in the second is heard by the one that has the rooms, which comes to the front', async () => {
    const first = await running();
    const second = tab();
    const third = tab();
    await settled();
    expect(await second.client.askHolder('https://chat.example/#/join/abc')).toBe(2);
    expect(first.asked).toEqual(['https://chat.example/#/join/abc']);
    expect(first.front()).toBe(1);
    expect(third.asked).toEqual([]);
    expect(await third.client.askHolder(null)).toBe(2);
    expect(first.front()).toBe(1);
  });

  test('a tab that was put aside answers nothing', async () => {
    const first = await running();
    const second = tab();
    await settled();
    second.client.takeOver();
    await settled();
    expect(await first.client.askHolder(null)).toBe(2);
    expect(first.asked).toEqual([]);
    expect(second.asked).toEqual([null]);
  });

  test('a tab that is closed has nothing to lose, and one that is silent may', async () => {
    const first = await running();
    const second = tab();
    await settled();
    FakeChannel.all = [];
    expect(await second.client.askHolder(null)).toBeNull();
    first.worker.terminate();
    locks.tabCloses();
    expect(await second.client.askHolder(null)).toBe(0);
    expect(await second.client.askHolder('https://chat.example/#/join/abc')).toBeNull();
  });

  test('a worker that was put aside by storage says so', async () => {
    const { worker, notices } = await running();
    worker.says({ is: 'second_tab' });
    expect(worker.ended).toBe(true);
    expect(notices.at(-1)).toEqual({ is: 'second_tab' });
  });
});
