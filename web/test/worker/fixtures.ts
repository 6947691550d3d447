// The official libthemis.wasm started by the worker's loader, and the official JavaScript over the same binary as oracle.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FillRandom, type LibThemis, startLibThemis } from '../../src/worker/libthemis.ts';

export const kLibThemisFile = join(dirname(createRequire(import.meta.url).resolve('wasm-themis')), 'libthemis.wasm');
/** A module of preset wasm. */
export const moduleFile = (name: string): string =>
  fileURLToPath(new URL(`../../../build/wasm/bin/${name}.wasm`, import.meta.url));

const libThemisModule = WebAssembly.compile(readFileSync(kLibThemisFile));

export async function startThemis(fillRandom?: FillRandom): Promise<LibThemis> {
  return startLibThemis(await libThemisModule, fillRandom);
}

type Bytes = Uint8Array;
interface Cell {
  encrypt(message: Bytes, context?: Bytes): Bytes;
  decrypt(cell: Bytes, context?: Bytes): Bytes;
}
interface Session {
  negotiateReply(message: Bytes): Bytes;
  wrap(message: Bytes): Bytes;
  unwrap(message: Bytes): Bytes;
  established(): boolean;
}
/** What the tests use of npm wasm-themis. */
export interface Official {
  readonly initialized: Promise<unknown>;
  readonly KeyPair: new () => { readonly privateKey: Bytes; readonly publicKey: Bytes };
  readonly PrivateKey: new (container: Bytes) => Bytes;
  readonly PublicKey: new (container: Bytes) => Bytes;
  readonly SecureCellSeal: { withKey(key: Bytes): Cell; withPassphrase(passphrase: Bytes): Cell };
  readonly SecureMessage: new (
    own: Bytes,
    peer: Bytes,
  ) => { encrypt(message: Bytes): Bytes; decrypt(message: Bytes): Bytes };
  readonly SecureMessageSign: new (key: Bytes) => { sign(message: Bytes): Bytes };
  readonly SecureMessageVerify: new (key: Bytes) => { verify(message: Bytes): Bytes };
  readonly SecureSession: new (id: Bytes, key: Bytes, keyOf: (id: Bytes) => Bytes | null) => Session;
}

/** npm wasm-themis. Its loader takes Node for a browser where there is a `fetch`. */
export async function officialThemis(): Promise<Official> {
  const fetch = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  Object.defineProperty(globalThis, 'fetch', { value: undefined, configurable: true, writable: true });
  try {
    const official = (await import('wasm-themis')).default as unknown as Official;
    await official.initialized;
    return official;
  } finally {
    if (fetch !== undefined) Object.defineProperty(globalThis, 'fetch', fetch);
  }
}

export const random = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(size));
export const text = (string: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(string);
export const bytes = (view: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(view);

/** With one bit of one byte turned; the last byte unless told. */
export function changed(original: Uint8Array, at = original.length - 1): Uint8Array<ArrayBuffer> {
  const copy = bytes(original);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Whether these bytes stand anywhere in that memory. */
export const holds = (memory: ArrayBuffer, wanted: Uint8Array): boolean =>
  Buffer.from(memory).includes(Buffer.from(wanted));
