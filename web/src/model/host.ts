// What stands between the page and the client core, as the page sees it. web/src/host implements it with a worker.

/** What the host itself has to say; everything about vault and rooms comes as patches from the core. */
export type HostNotice =
  /** Bytes of code that have come so far. `total` is 0 until known. */
  | { readonly is: 'loading'; readonly loaded: number; readonly total: number }
  /** This browser, or the way the page was opened, lacks what is needed. */
  | { readonly is: 'unsupported'; readonly reason: UnsupportedReason }
  /** Another tab has the rooms of this device. */
  | { readonly is: 'second_tab' }
  /** The core runs and knows nothing yet. `origin` is what invite links start with. */
  | { readonly is: 'ready'; readonly origin: string }
  /** The worker is gone; what was stored is safe. */
  | { readonly is: 'failed'; readonly reason: FailedReason };

export type UnsupportedReason = 'insecure' | 'no_wasm' | 'no_locks' | 'no_storage' | 'no_worker';
export type FailedReason = 'download' | 'integrity' | 'random' | 'crashed' | 'storage';

export interface Client {
  /** Hands one encoded intent to the core. The buffer is transferred, and wiped when the core has read it. */
  send(intent: Uint8Array<ArrayBuffer>): void;
  /** Ends the worker, which wipes its memory, and starts a new one: `loading` and `ready` follow. */
  restart(): void;
  /** Takes the rooms of this device from the tab that has them, after `second_tab`. */
  takeOver(): void;
  /**
   * Asks the tab that has the rooms how many would be lost for good if they were taken from it; null if it does not
   * answer. `link` is an invite link that was opened here: that tab shows it.
   */
  askHolder(link: string | null): Promise<number | null>;
}

export interface ClientHandlers {
  patch(bytes: Uint8Array): void;
  notice(notice: HostNotice): void;
  /** Another tab's `askHolder`, if this tab has the rooms. */
  asked(link: string | null): number;
}

export type ConnectClient = (handlers: ClientHandlers) => Client;
