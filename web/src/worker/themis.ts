// What the client core asks of Themis (core/crypto.hpp), by calling the official library. Arguments are views of the
// core's memory; they are copied straight into libthemis' memory, which is zeroed afterwards, and never kept.
import { kSuccess, type LibThemis, type Status } from './libthemis.ts';
import { kSizeBytes, Scratch, throughScratch } from './scratch.ts';

/** What an operation says that makes nothing; otherwise it says how many bytes it wrote to `out`. */
export const kRefused = -1;
export const kTooExpensive = -2;
export const kFailed = -3;

export const kKeyBytes = 45;
const kHashBytes = 32;
const kSha256 = 0; // the library's number of this hash
const kNoMemory = 13;
const kBufferTooSmall = 14;
const kEngineFailed = 18;

const kPassphraseHeaderBytes = 70;
const kMaxIterations = 2 ** 22;

function codeOf(status: Status): number {
  if (status === kSuccess) return 0;
  return status === kNoMemory || status === kBufferTooSmall || status === kEngineFailed ? kFailed : kRefused;
}

export class Themis {
  readonly lib: LibThemis;

  constructor(lib: LibThemis) {
    this.lib = lib;
  }

  #make(inputs: readonly Uint8Array[], out: Uint8Array, call: (...pointers: number[]) => Status): number {
    const { status, size } = throughScratch(this.lib, inputs, out, call);
    return status === kSuccess ? size : codeOf(status);
  }

  /** Throws if it can't. */
  sha256(data: Uint8Array, out: Uint8Array): void {
    const { lib } = this;
    const hash = lib.soter_hash_create(kSha256);
    if (hash === 0) throw new Error('libthemis can not hash');
    const made = this.#make([data], out.subarray(0, kHashBytes), (from = 0, to = 0, toSize = 0) => {
      const status = data.length === 0 ? kSuccess : lib.soter_hash_update(hash, from, data.length);
      return status === kSuccess ? lib.soter_hash_final(hash, to, toSize) : status;
    });
    lib.soter_hash_destroy(hash);
    if (made !== kHashBytes) throw new Error('libthemis can not hash');
  }

  /** False if there is no randomness; then `out` is zeroed. */
  random(out: Uint8Array): boolean {
    if (out.length === 0) return true;
    if (this.#make([], out, (to = 0) => this.lib.soter_rand(to, out.length)) === out.length) return true;
    out.fill(0);
    return false;
  }

  /** An EC P-256 key pair as two containers of 45 bytes. */
  makeKeys(privateKey: Uint8Array, publicKey: Uint8Array): boolean {
    return Scratch.with(this.lib, [kKeyBytes, kSizeBytes, kKeyBytes, kSizeBytes], (scratch) => {
      const secret = scratch.output(kKeyBytes);
      const open = scratch.output(kKeyBytes);
      const status = this.lib.themis_gen_ec_key_pair(secret.pointer, secret.size, open.pointer, open.size);
      if (status !== kSuccess) return false;
      if (scratch.number(secret.size) !== kKeyBytes || scratch.number(open.size) !== kKeyBytes) return false;
      privateKey.set(scratch.view(secret.pointer, kKeyBytes));
      publicKey.set(scratch.view(open.pointer, kKeyBytes));
      return true;
    });
  }

  // ---- Secure Cell, Seal

  seal(key: Uint8Array, context: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    return this.#cell(this.lib.themis_secure_cell_encrypt_seal, key, context, plaintext, out);
  }

  open(key: Uint8Array, context: Uint8Array, cell: Uint8Array, out: Uint8Array): number {
    return this.#cell(this.lib.themis_secure_cell_decrypt_seal, key, context, cell, out);
  }

  sealWithPassphrase(passphrase: Uint8Array, context: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    return this.#cell(this.lib.themis_secure_cell_encrypt_seal_with_passphrase, passphrase, context, plaintext, out);
  }

  openWithPassphrase(passphrase: Uint8Array, context: Uint8Array, cell: Uint8Array, out: Uint8Array): number {
    const iterations = iterationsOf(cell);
    if (iterations === null) return kRefused;
    if (iterations > kMaxIterations) return kTooExpensive;
    return this.#cell(this.lib.themis_secure_cell_decrypt_seal_with_passphrase, passphrase, context, cell, out);
  }

  #cell(
    call: LibThemis['themis_secure_cell_encrypt_seal'],
    key: Uint8Array,
    context: Uint8Array,
    message: Uint8Array,
    out: Uint8Array,
  ): number {
    return this.#make([key, context, message], out, (k = 0, c = 0, m = 0, to = 0, toSize = 0) =>
      call(k, key.length, c, context.length, m, message.length, to, toSize),
    );
  }

  // ---- Secure Message

  sign(privateKey: Uint8Array, message: Uint8Array, out: Uint8Array): number {
    return this.#make([privateKey, message], out, (k = 0, m = 0, to = 0, toSize = 0) =>
      this.lib.themis_secure_message_sign(k, privateKey.length, m, message.length, to, toSize),
    );
  }

  /** 0 if the signed message is authentic. */
  verify(publicKey: Uint8Array, signed: Uint8Array): number {
    return Scratch.with(this.lib, [publicKey.length, signed.length, signed.length, kSizeBytes], (scratch) => {
      const content = scratch.output(signed.length);
      const key = scratch.put(publicKey);
      const message = scratch.put(signed);
      const status = this.lib.themis_secure_message_verify(
        key,
        publicKey.length,
        message,
        signed.length,
        content.pointer,
        content.size,
      );
      return codeOf(status);
    });
  }

  encrypt(own: Uint8Array, peer: Uint8Array, message: Uint8Array, out: Uint8Array): number {
    return this.#encryption(this.lib.themis_secure_message_encrypt, own, peer, message, out);
  }

  decrypt(own: Uint8Array, peer: Uint8Array, encrypted: Uint8Array, out: Uint8Array): number {
    return this.#encryption(this.lib.themis_secure_message_decrypt, own, peer, encrypted, out);
  }

  #encryption(
    call: LibThemis['themis_secure_message_encrypt'],
    own: Uint8Array,
    peer: Uint8Array,
    message: Uint8Array,
    out: Uint8Array,
  ): number {
    return this.#make([own, peer, message], out, (k = 0, p = 0, m = 0, to = 0, toSize = 0) =>
      call(k, own.length, p, peer.length, m, message.length, to, toSize),
    );
  }
}

/**
 * What a passphrase cell asks PBKDF2 for, or null if it is not laid out as every Themis lays it out. Upstream would run
 * up to 2^32 - 1 iterations, and finds the count by lengths that the cell itself claims.
 */
function iterationsOf(cell: Uint8Array): number | null {
  if (cell.length <= kPassphraseHeaderBytes) return null;
  const data = new DataView(cell.buffer, cell.byteOffset, cell.length);
  const word = (at: number): number => data.getUint32(at, true);
  const laidOut =
    word(0) === 0x4101_0100 && // AES-256-GCM, PBKDF2
    word(4) === 12 && // IV
    word(8) === 16 && // tag
    word(12) === cell.length - kPassphraseHeaderBytes &&
    word(16) === 22 && // what follows the tag: iterations, and a salt of 16 bytes
    data.getUint16(52, true) === 16;
  return laidOut && word(48) > 0 ? word(48) : null;
}
