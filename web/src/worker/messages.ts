// What passes between page and worker. The page posts encoded intents, each a Uint8Array whose buffer is transferred.
import type { FailedReason } from '../model/host.ts';

export type FromWorker =
  /** One encoded patch, whose buffer is transferred. */
  | { readonly is: 'patch'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly is: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly is: 'ready' }
  /** Another tab has taken over the vault. The last message. */
  | { readonly is: 'second_tab' }
  /** The last message. */
  | { readonly is: 'failed'; readonly reason: FailedReason };
