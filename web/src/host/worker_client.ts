// The page's client core in its worker: starts it, ends it, and passes messages.
import type { Client, ClientHandlers, HostNotice } from '../model/host.ts';
import type { FromWorker } from '../worker/messages.ts';
import { type Channel, OtherTabs } from './other_tabs.ts';
import { type Surroundings, whatIsMissing } from './requirements.ts';
import { TabLock } from './tab_lock.ts';

export interface HostParts {
  readonly scope: Surroundings;
  readonly locks: LockManager | undefined;
  readonly tabs: Channel;
  readonly origin: string;
  /** Asks the browser to show this tab; most let that happen only shortly after somebody did something in it. */
  comeToFront(): void;
  startWorker(): Worker;
}

export class WorkerClient implements Client {
  readonly #handlers: ClientHandlers;
  readonly #parts: HostParts;
  readonly #otherTabs: OtherTabs;
  #lock: TabLock | null = null;
  #worker: Worker | null = null;

  constructor(handlers: ClientHandlers, parts: HostParts) {
    this.#handlers = handlers;
    this.#parts = parts;
    this.#otherTabs = new OtherTabs(parts.tabs, (link) => this.#asked(link));
    // Later, since whoever connects has no client yet.
    queueMicrotask(() => this.#begin(false));
  }

  send(intent: Uint8Array<ArrayBuffer>): void {
    if (this.#worker === null) intent.fill(0);
    else this.#worker.postMessage(intent, [intent.buffer]);
  }

  restart(): void {
    this.#endWorker();
    this.#begin(false);
  }

  takeOver(): void {
    this.#begin(true);
  }

  async askHolder(link: string | null): Promise<number | null> {
    const rooms = await this.#otherTabs.ask(link);
    if (rooms !== null || link !== null) return rooms;
    // The tab that had them may be closed by now.
    return (await this.#lock?.isFree()) === true ? 0 : null;
  }

  #asked(link: string | null): number | null {
    if (this.#lock?.held !== true) return null;
    if (link !== null) this.#parts.comeToFront();
    return this.#handlers.asked(link);
  }

  #begin(steal: boolean): void {
    const missing = whatIsMissing(this.#parts.scope);
    if (missing !== null || this.#parts.locks === undefined) {
      this.#notice({ is: 'unsupported', reason: missing ?? 'no_locks' });
      return;
    }
    this.#lock ??= new TabLock(this.#parts.locks, () => this.#putAside());
    if (this.#lock.held) {
      this.#startWorker();
      return;
    }
    this.#lock.acquire(steal).then(
      (held) => (held ? this.#startWorker() : this.#notice({ is: 'second_tab' })),
      () => this.#notice({ is: 'unsupported', reason: 'no_locks' }),
    );
  }

  #startWorker(): void {
    if (this.#worker !== null) return;
    this.#notice({ is: 'loading', loaded: 0, total: 0 });
    const worker = this.#parts.startWorker();
    this.#worker = worker;
    let loaded = false;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      loaded = true;
      this.#receive(data);
    };
    worker.onmessageerror = () => this.#fail('crashed');
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(loaded ? 'crashed' : 'download');
    };
  }

  #receive(message: FromWorker): void {
    if (message.is === 'patch') {
      this.#handlers.patch(message.bytes);
      return;
    }
    if (message.is === 'ready') {
      this.#notice({ is: 'ready', origin: this.#parts.origin });
      return;
    }
    if (message.is !== 'loading') this.#endWorker();
    this.#notice(message);
  }

  #notice(notice: HostNotice): void {
    this.#handlers.notice(notice);
  }

  #fail(reason: 'crashed' | 'download'): void {
    this.#endWorker();
    this.#notice({ is: 'failed', reason });
  }

  #putAside(): void {
    this.#endWorker();
    this.#notice({ is: 'second_tab' });
  }

  #endWorker(): void {
    if (this.#worker === null) return;
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    this.#worker = null;
  }
}
