// Starts the official libthemis.wasm of npm wasm-themis 0.15.0, unmodified, without its 2.4 MB of JavaScript.
import { Failure } from './failure.ts';

/** The only binary of Themis that is ever started. */
export const kLibThemisSha256 = '74b8879f39f07bf84924b5307adf40f054dcfa8ed0679ab37da038a3a00d1988';
export const kLibThemisBytes = 2_077_967;

/** A status of libthemis, 0 if all is well; pointers and sizes are 32-bit numbers of its memory. */
export type Status = number;
export const kSuccess: Status = 0;

/**
 * Those of its exports that are used. `to` has room for the number of bytes at `toSize`, which becomes the number
 * written; without enough room nothing is written, and the status is 14.
 */
export interface LibThemis {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  malloc(size: number): number;
  free(pointer: number): void;

  soter_rand(to: number, size: number): Status;
  soter_hash_create(algorithm: number): number;
  soter_hash_update(hash: number, data: number, size: number): Status;
  soter_hash_final(hash: number, to: number, toSize: number): Status;
  soter_hash_destroy(hash: number): Status;

  themis_gen_ec_key_pair(privateKey: number, privateSize: number, publicKey: number, publicSize: number): Status;
  themis_secure_cell_encrypt_seal: CellFunction;
  themis_secure_cell_decrypt_seal: CellFunction;
  themis_secure_cell_encrypt_seal_with_passphrase: CellFunction;
  themis_secure_cell_decrypt_seal_with_passphrase: CellFunction;
  themis_secure_message_sign: SignatureFunction;
  themis_secure_message_verify: SignatureFunction;
  themis_secure_message_encrypt: EncryptionFunction;
  themis_secure_message_decrypt: EncryptionFunction;

  secure_session_create(id: number, idSize: number, key: number, keySize: number, callbacks: number): number;
  secure_session_destroy(session: number): Status;
  secure_session_generate_connect_request(session: number, to: number, toSize: number): Status;
  secure_session_wrap(session: number, message: number, size: number, to: number, toSize: number): Status;
  secure_session_unwrap(session: number, message: number, size: number, to: number, toSize: number): Status;
  secure_session_is_established(session: number): number;
}

type CellFunction = (
  key: number,
  keySize: number,
  context: number,
  contextSize: number,
  message: number,
  messageSize: number,
  to: number,
  toSize: number,
) => Status;
type SignatureFunction = (
  key: number,
  keySize: number,
  message: number,
  messageSize: number,
  to: number,
  toSize: number,
) => Status;
type EncryptionFunction = (
  own: number,
  ownSize: number,
  peer: number,
  peerSize: number,
  message: number,
  messageSize: number,
  to: number,
  toSize: number,
) => Status;

const kPageBytes = 65_536;
const kMaxPages = 4096; // 256 MiB
const kUrandom = '/dev/urandom';
const kUrandomFd = 3;
const kRandomAtOnce = 65_536; // what crypto.getRandomValues gives in one call

/** Fills `out` with randomness, or throws. */
export type FillRandom = (out: Uint8Array<ArrayBuffer>) => void;

const fillFromBrowser: FillRandom = (out) => {
  for (let at = 0; at < out.length; at += kRandomAtOnce) {
    crypto.getRandomValues(out.subarray(at, at + kRandomAtOnce));
  }
};

/** The imports that libthemis calls; every other one of its 364 throws, which ends the worker. */
function usedImports(
  memory: () => WebAssembly.Memory,
  fillRandom: FillRandom,
): Record<string, (...n: number[]) => number> {
  const data = () => new DataView(memory().buffer);
  const bytesAt = (pointer: number, size: number) => new Uint8Array(memory().buffer as ArrayBuffer, pointer, size);
  return {
    environ_sizes_get: (count = 0, size = 0) => {
      data().setUint32(count, 0, true);
      data().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    time: (to = 0) => {
      const seconds = Math.floor(Date.now() / 1000) | 0;
      if (to !== 0) data().setInt32(to, seconds, true);
      return seconds;
    },
    // Its one source of randomness. A failure throws through it: no key may be made of anything else.
    __syscall_open: (path = 0) => {
      const asked = new TextDecoder().decode(bytesAt(path, kUrandom.length + 1).slice());
      if (asked !== `${kUrandom}\0`) throw new Error('libthemis opens an unknown file');
      return kUrandomFd;
    },
    fd_read: (fd = 0, vectors = 0, count = 0, read = 0) => {
      if (fd !== kUrandomFd) throw new Error('libthemis reads an unknown file');
      let size = 0;
      for (let index = 0; index < count; index += 1) {
        const to = data().getUint32(vectors + 8 * index, true);
        const length = data().getUint32(vectors + 8 * index + 4, true);
        try {
          fillRandom(bytesAt(to, length));
        } catch (error) {
          throw new Failure('random', { cause: error });
        }
        size += length;
      }
      data().setUint32(read, size, true);
      return 0;
    },
    emscripten_memcpy_big: (to = 0, from = 0, size = 0) => {
      new Uint8Array(memory().buffer).copyWithin(to, from, from + size);
      return to;
    },
    emscripten_resize_heap: (wanted = 0) => {
      const pages = Math.ceil((wanted >>> 0) / kPageBytes);
      if (pages > kMaxPages) return 0;
      memory().grow(Math.max(0, pages - memory().buffer.byteLength / kPageBytes));
      return 1;
    },
  };
}

/** Starts a compiled libthemis.wasm. */
export async function startLibThemis(
  module: WebAssembly.Module,
  fillRandom: FillRandom = fillFromBrowser,
): Promise<LibThemis> {
  let instance: WebAssembly.Instance | null = null;
  const used = usedImports(() => {
    if (instance === null) throw new Error('libthemis called before it was there');
    return (instance.exports as unknown as LibThemis).memory;
  }, fillRandom);
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') throw new Failure('integrity');
    imports[from] ??= {};
    (imports[from] as WebAssembly.ModuleImports)[name] =
      used[name] ??
      (() => {
        throw new Error(`libthemis calls ${name}`);
      });
  }
  instance = await WebAssembly.instantiate(module, imports);
  const lib = instance.exports as unknown as LibThemis;
  lib.__wasm_call_ctors();
  return lib;
}
