// What the page needs of a browser.
import type { UnsupportedReason } from '../model/host.ts';

/** The part of `globalThis` that is looked at. */
export interface Surroundings {
  readonly isSecureContext?: boolean;
  readonly WebAssembly?: { validate(bytes: Uint8Array<ArrayBuffer>): boolean };
  readonly Worker?: unknown;
  readonly navigator?: { readonly locks?: unknown };
  readonly indexedDB?: unknown;
}

const kEmptyModule = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

/** What is missing first, or null. An insecure context (http:// on another host) hides the rest, so it is named first. */
export function whatIsMissing(scope: Surroundings): UnsupportedReason | null {
  if (scope.isSecureContext !== true) return 'insecure';
  if (scope.WebAssembly?.validate(kEmptyModule) !== true) return 'no_wasm';
  if (scope.Worker === undefined) return 'no_worker';
  if (!scope.navigator?.locks) return 'no_locks';
  if (!scope.indexedDB) return 'no_storage';
  return null;
}
