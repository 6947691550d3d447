// The client's side of one Secure Session over the official library: msg1 out, msg2 in, msg3 out, msg4 in, then data.
//
// Upstream is laxer than is safe, so what the server sends is looked at first: sizes that would lead upstream out of its
// memory, a msg4 whose MAC is cut short, data before the session is established. It also accepts replays within a window;
// the frame counters of the core refuse those. Any refusal ends the session.
import { kSuccess, type LibThemis } from './libthemis.ts';
import { Scratch, throughScratch } from './scratch.ts';
import { kKeyBytes } from './themis.ts';

const kSendOutputToPeer = 1;
export const kServerId = new TextEncoder().encode('0fc-server');

const kHeaderBytes = 12;
const kMaxSignatureBytes = 72;
const kHelloBytes = kHeaderBytes + kHeaderBytes + kServerId.length + kKeyBytes; // msg2 without its signature
const kFinishBytes = kHeaderBytes + 32; // msg4: one MAC
/** What wrapping adds to a message. */
export const kWrapBytes = 52;

type State = 'fresh' | 'hello_expected' | 'finish_expected' | 'established' | 'ended';

export class SecureSession {
  readonly #lib: LibThemis;
  readonly #callbacks: number;
  readonly #session: number;
  #state: State = 'fresh';

  /** `ownKey` is also the id that the server knows this session by. Throws if there is no memory. */
  constructor(lib: LibThemis, privateKey: Uint8Array, ownKey: Uint8Array, serverKey: Uint8Array) {
    this.#lib = lib;
    this.#callbacks = lib.malloc(kCallbacksBytes);
    if (this.#callbacks === 0) throw new Error('libthemis has no memory');
    writeCallbacks(lib, this.#callbacks, new Uint8Array(serverKey));
    this.#session = Scratch.with(lib, [ownKey.length, privateKey.length], (scratch) =>
      lib.secure_session_create(
        scratch.put(ownKey),
        ownKey.length,
        scratch.put(privateKey),
        privateKey.length,
        this.#callbacks,
      ),
    );
    if (this.#session === 0) this.end();
  }

  get established(): boolean {
    return this.#state === 'established';
  }

  /** msg1, or null if the keys are none. */
  request(): Uint8Array<ArrayBuffer> | null {
    if (this.#state !== 'fresh') return null;
    const room = new Uint8Array(kHeaderBytes + kHeaderBytes + 2 * kKeyBytes + kMaxSignatureBytes);
    const { status, size } = throughScratch(this.#lib, [], room, (to = 0, toSize = 0) =>
      this.#lib.secure_session_generate_connect_request(this.#session, to, toSize),
    );
    if (status !== kSuccess) return this.#refuse();
    this.#state = 'hello_expected';
    return room.slice(0, size);
  }

  /** Takes msg2 or msg4 and returns what is to be sent for it, which is nothing for msg4; null if it was refused. */
  negotiate(message: Uint8Array): Uint8Array<ArrayBuffer> | null {
    if (this.#state === 'hello_expected') return this.#hello(message);
    if (this.#state === 'finish_expected') return this.#finish(message);
    return this.#refuse();
  }

  #hello(message: Uint8Array): Uint8Array<ArrayBuffer> | null {
    if (!isHello(message)) return this.#refuse();
    const reply = new Uint8Array(kHeaderBytes + kMaxSignatureBytes + 32);
    const { status, size } = this.#feed(message, reply, kSendOutputToPeer);
    if (status !== kSendOutputToPeer || this.#isEstablished()) return this.#refuse();
    this.#state = 'finish_expected';
    return reply.slice(0, size);
  }

  #finish(message: Uint8Array): Uint8Array<ArrayBuffer> | null {
    if (message.length !== kFinishBytes || !isContainer(message, 0, 'TSPM', kFinishBytes)) return this.#refuse();
    const nothing = new Uint8Array();
    if (this.#feed(message, nothing, kSuccess).status !== kSuccess || !this.#isEstablished()) return this.#refuse();
    this.#state = 'established';
    return nothing;
  }

  /** The wrapped message; null if the session is not established or has failed. */
  wrap(plaintext: Uint8Array): Uint8Array<ArrayBuffer> | null {
    if (this.#state !== 'established') return this.#refuse();
    const wrapped = new Uint8Array(plaintext.length + kWrapBytes);
    const { status, size } = throughScratch(this.#lib, [plaintext], wrapped, (from = 0, to = 0, toSize = 0) =>
      this.#lib.secure_session_wrap(this.#session, from, plaintext.length, to, toSize),
    );
    return status === kSuccess && size === wrapped.length ? wrapped : this.#refuse();
  }

  /** Unwraps into `out`, of exactly the plaintext's size; false, and `out` zeroed, if the message was refused. */
  unwrap(message: Uint8Array, out: Uint8Array): boolean {
    const fits = out.length >= 1 && message.length === out.length + kWrapBytes;
    if (this.#state === 'established' && fits) {
      const { status, size } = this.#feed(message, out, kSuccess);
      if (status === kSuccess && size === out.length) return true;
    }
    out.fill(0);
    this.#refuse();
    return false;
  }

  #feed(message: Uint8Array, out: Uint8Array, good: number) {
    return throughScratch(
      this.#lib,
      [message],
      out,
      (from = 0, to = 0, toSize = 0) =>
        this.#lib.secure_session_unwrap(this.#session, from, message.length, to, toSize),
      good,
    );
  }

  #isEstablished(): boolean {
    return this.#lib.secure_session_is_established(this.#session) !== 0;
  }

  #refuse(): null {
    this.end();
    return null;
  }

  /** Gives everything back. May be called again. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    if (this.#session !== 0) this.#lib.secure_session_destroy(this.#session);
    dropCallbacks(this.#lib, this.#callbacks);
    this.#lib.free(this.#callbacks);
  }
}

// ---- messages of the handshake

function isContainer(bytes: Uint8Array, at: number, tag: string, size: number): boolean {
  if (at + kHeaderBytes > bytes.length) return false;
  const data = new DataView(bytes.buffer, bytes.byteOffset + at, kHeaderBytes);
  for (let index = 0; index < tag.length; index += 1) {
    if (data.getUint8(index) !== tag.charCodeAt(index)) return false;
  }
  return data.getUint32(4) === size;
}

/** Whether these can be the bytes of a msg2 of this server: every size inside is the only possible one. */
function isHello(message: Uint8Array): boolean {
  const signature = message.length - kHelloBytes;
  if (signature < 1 || signature > kMaxSignatureBytes) return false;
  const idAt = kHeaderBytes + kHeaderBytes;
  return (
    isContainer(message, 0, 'TSPM', message.length) &&
    isContainer(message, kHeaderBytes, 'TSID', kHeaderBytes + kServerId.length) &&
    kServerId.every((byte, index) => message[idAt + index] === byte) &&
    isContainer(message, idAt + kServerId.length, 'UEC2', kKeyBytes)
  );
}

// ---- how libthemis asks for the peer's key: secure_session_user_callbacks_t, five 32-bit pointers

const kCallbacksBytes = 20;
const kKeyForIdAt = 12;
const kUserDataAt = 16;

interface KeyTable {
  /** Where the function stands in libthemis' table of functions. */
  readonly slot: number;
  /** The key that is expected of the server, by the address of a session's callbacks. */
  readonly expected: Map<number, Uint8Array>;
}
const keyTables = new WeakMap<LibThemis, KeyTable>();

/** int f(const void *id, size_t id_size, void *key, size_t key_room, void *user_data): 0 if the key was written. */
function keyForId(lib: LibThemis, expected: Map<number, Uint8Array>) {
  return (id: number, idSize: number, to: number, room: number, user: number): number => {
    const key = expected.get(user);
    const asked = new Uint8Array(lib.memory.buffer, id, idSize);
    if (key === undefined || idSize !== kServerId.length || room < key.length) return -1;
    if (!kServerId.every((byte, index) => asked[index] === byte)) return -1;
    new Uint8Array(lib.memory.buffer, to, key.length).set(key);
    return 0;
  };
}

// biome-ignore format: one line for each section
const kThunk = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  0x01, 0x0a, 0x01, 0x60, 0x05, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x01, 0x7f, // type 0: five i32 -> i32
  0x02, 0x07, 0x01, 0x01, 0x65, 0x01, 0x66, 0x00, 0x00, // import e.f of type 0
  0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00, // export it as f
]);

/** A table of WebAssembly takes functions of WebAssembly only, so a module of 39 bytes imports ours and exports it. */
function keyTable(lib: LibThemis): KeyTable {
  const known = keyTables.get(lib);
  if (known !== undefined) return known;
  const expected = new Map<number, Uint8Array>();
  const thunk = new WebAssembly.Instance(new WebAssembly.Module(kThunk), { e: { f: keyForId(lib, expected) } });
  const slot = lib.__indirect_function_table.grow(1);
  lib.__indirect_function_table.set(slot, thunk.exports['f']);
  const made = { slot, expected };
  keyTables.set(lib, made);
  return made;
}

function writeCallbacks(lib: LibThemis, at: number, serverKey: Uint8Array): void {
  const { slot, expected } = keyTable(lib);
  const data = new DataView(lib.memory.buffer, at, kCallbacksBytes);
  for (let offset = 0; offset < kCallbacksBytes; offset += 4) data.setUint32(offset, 0, true);
  data.setUint32(kKeyForIdAt, slot, true);
  data.setUint32(kUserDataAt, at, true);
  expected.set(at, serverKey);
}

function dropCallbacks(lib: LibThemis, at: number): void {
  keyTable(lib).expected.delete(at);
}
