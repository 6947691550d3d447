import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LibThemis } from '../../src/worker/libthemis.ts';
import { kServerId, SecureSession } from '../../src/worker/secure_session.ts';
import { bytes, changed, type Official, officialThemis, random, startThemis, text } from './fixtures.ts';

const kSizes = [1, 2, 255, 256, 65_535, 65_536, 256 * 1024];

let lib: LibThemis;
let official: Official;
beforeAll(async () => {
  lib = await startThemis();
  official = await officialThemis();
});

interface Both {
  readonly client: SecureSession;
  readonly server: InstanceType<Official['SecureSession']>;
}

/** Our client, and the official library as the server that it expects. */
function both({ serverId = kServerId, serverKey = new official.KeyPair() } = {}): Both & { expected: Uint8Array } {
  const own = new official.KeyPair();
  const expected = serverKey.publicKey;
  const client = new SecureSession(lib, own.privateKey, own.publicKey, expected);
  const server = new official.SecureSession(serverId, serverKey.privateKey, (id: Uint8Array) =>
    Buffer.from(id).equals(own.publicKey) ? own.publicKey : null,
  );
  return { client, server, expected };
}
const must = <Value>(value: Value | null): Value => {
  if (value === null) throw new Error('refused');
  return value;
};
/** The handshake up to msg2. */
const hello = ({ client, server }: Both) => bytes(server.negotiateReply(must(client.request())));
/** The handshake up to msg4, which the client has not seen. */
const finish = (pair: Both) => bytes(pair.server.negotiateReply(must(pair.client.negotiate(hello(pair)))));
function established(pair: Both): Both {
  expect(pair.client.negotiate(finish(pair))).toEqual(new Uint8Array());
  expect(pair.client.established).toBe(true);
  expect(pair.server.established()).toBe(true);
  return pair;
}
/** Refused means: false, nothing written, and no session any more. */
function refuses(client: SecureSession, message: Uint8Array, size = message.length - 52): void {
  const out = new Uint8Array(Math.max(0, size));
  expect(client.unwrap(message, out)).toBe(false);
  expect(out.every((byte) => byte === 0)).toBe(true);
  expect(client.wrap(text('more'))).toBeNull();
}

describe('a session with the official library as the server', () => {
  let pair: Both;
  beforeEach(() => {
    pair = established(both());
  });

  test.each(kSizes)('%i bytes go both ways', (size) => {
    const message = random(size);
    expect(bytes(pair.server.unwrap(must(pair.client.wrap(message))))).toEqual(message);
    const wrapped = pair.server.wrap(message);
    const out = new Uint8Array(size);
    expect(pair.client.unwrap(wrapped, out)).toBe(true);
    expect(out).toEqual(message);
  });

  test('a changed message ends it', () => {
    for (const at of [0, 4, 20, 24, 28, 36]) {
      const fresh = established(both());
      refuses(fresh.client, changed(fresh.server.wrap(text('a message')), at));
    }
  });

  test('a message with bytes after it ends it, though upstream takes them', () => {
    refuses(pair.client, new Uint8Array([...pair.server.wrap(text('a message')), 0]));
  });

  test('a message of nothing ends it', () => {
    refuses(pair.client, random(52), 0);
    expect(established(both()).client.unwrap(new Uint8Array(), new Uint8Array())).toBe(false);
  });

  test('its own messages come back to nobody', () => {
    refuses(pair.client, must(pair.client.wrap(text('a message'))));
  });

  test('an ended one gives nothing more, and may be ended again', () => {
    const wrapped = pair.server.wrap(text('a message'));
    pair.client.end();
    pair.client.end();
    refuses(pair.client, wrapped);
    expect(pair.client.request()).toBeNull();
    expect(pair.client.negotiate(random(44))).toBeNull();
  });
});

describe('before it is established', () => {
  test('nothing is wrapped or unwrapped', () => {
    const fresh = both();
    expect(fresh.client.wrap(text('in the clear'))).toBeNull();
    const begun = both();
    hello(begun);
    expect(begun.client.wrap(text('in the clear'))).toBeNull();
    const waiting = both();
    const last = finish(waiting);
    expect(waiting.client.unwrap(last, new Uint8Array(12))).toBe(false);
    expect(waiting.client.established).toBe(false);
  });

  test('data in place of msg4 is refused', () => {
    const pair = both();
    finish(pair);
    expect(pair.client.negotiate(bytes(pair.server.wrap(text('too early'))))).toBeNull();
  });
});

describe('msg2', () => {
  test('of a server with another key is refused', () => {
    const other = new official.KeyPair();
    const own = new official.KeyPair();
    const client = new SecureSession(lib, own.privateKey, own.publicKey, new official.KeyPair().publicKey);
    const server = new official.SecureSession(kServerId, other.privateKey, () => own.publicKey);
    expect(client.negotiate(bytes(server.negotiateReply(must(client.request()))))).toBeNull();
    expect(client.established).toBe(false);
  });

  test('of another id is refused', () => {
    expect(
      both({ serverId: text('0fc-serveR') }).client.negotiate(hello(both({ serverId: text('0fc-serveR') }))),
    ).toBeNull();
    const longer = both({ serverId: text('0fc-server-2') });
    expect(longer.client.negotiate(hello(longer))).toBeNull();
  });

  test('of another session is refused', () => {
    const pair = both();
    hello(pair);
    expect(pair.client.negotiate(hello(both()))).toBeNull();
  });

  test('changed in any byte is refused, and leads upstream nowhere outside its memory', () => {
    const length = hello(both()).length;
    for (let at = 0; at < Math.min(length, 12 + 12 + 10 + 45 + 8); at += 1) {
      const pair = both();
      const message = hello(pair);
      message[at] = (message[at] ?? 0) ^ 0x80;
      expect(pair.client.negotiate(message), `byte ${at}`).toBeNull();
      expect(pair.client.established).toBe(false);
    }
  });

  test('whose inner sizes point far away is refused before upstream reads it', () => {
    for (const at of [4, 12 + 4, 12 + 12 + 10 + 4]) {
      const pair = both();
      const message = hello(pair);
      new DataView(message.buffer).setUint32(at, 0x7fff_ffff);
      expect(pair.client.negotiate(message)).toBeNull();
    }
  });

  test('cut short or with bytes after it is refused', () => {
    for (const change of [
      (m: Uint8Array) => m.slice(0, -1),
      (m: Uint8Array) => m.slice(0, 79),
      () => new Uint8Array(),
    ]) {
      const pair = both();
      expect(pair.client.negotiate(change(hello(pair)))).toBeNull();
    }
    const pair = both();
    expect(pair.client.negotiate(new Uint8Array([...hello(pair), 0]))).toBeNull();
  });
});

describe('hole_O: msg4', () => {
  /** A container with a checksum that is right, which needs no key: msg4 with its MAC cut to `size` bytes. */
  function shortened(message: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
    const short = bytes(message.slice(0, 12 + size));
    const data = new DataView(short.buffer);
    data.setUint32(4, short.length);
    data.setUint32(8, 0, true);
    data.setUint32(8, crc32c(short), true);
    return short;
  }
  function crc32c(data: Uint8Array): number {
    let crc = 0xffff_ffff;
    for (const byte of data) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
    }
    return (crc ^ 0xffff_ffff) >>> 0;
  }

  test.each([0, 1, 16, 31])('with a MAC of %i bytes is refused, though upstream takes it', (size) => {
    const pair = both();
    const last = finish(pair);
    expect(pair.client.negotiate(shortened(last, size))).toBeNull();
    expect(pair.client.established).toBe(false);
  });

  test('in its whole length is taken from the same maker of checksums', () => {
    const pair = both();
    expect(pair.client.negotiate(shortened(finish(pair), 32))).toEqual(new Uint8Array());
    expect(pair.client.established).toBe(true);
  });

  test('changed in any byte, or with bytes after it, is refused', () => {
    for (let at = 0; at < 44; at += 1) {
      const pair = both();
      expect(pair.client.negotiate(changed(finish(pair), at)), `byte ${at}`).toBeNull();
    }
    const pair = both();
    expect(pair.client.negotiate(new Uint8Array([...finish(pair), 0]))).toBeNull();
  });
});

describe('keys', () => {
  test('that are none make no session', () => {
    const pair = new official.KeyPair();
    const client = new SecureSession(lib, random(45), pair.publicKey, pair.publicKey);
    expect(client.request()).toBeNull();
    expect(client.established).toBe(false);
  });

  test('of the server that lie off the curve are found when msg2 comes', () => {
    const own = new official.KeyPair();
    const server = new official.KeyPair();
    const client = new SecureSession(lib, own.privateKey, own.publicKey, changed(server.publicKey, 20));
    const peer = new official.SecureSession(kServerId, server.privateKey, () => own.publicKey);
    expect(client.negotiate(bytes(peer.negotiateReply(must(client.request()))))).toBeNull();
  });

  test('many sessions live side by side, each with its own server key', () => {
    const pairs = Array.from({ length: 8 }, () => both());
    for (const pair of pairs) established(pair);
    for (const [index, { client, server }] of pairs.entries()) {
      expect(bytes(server.unwrap(must(client.wrap(text(`message ${index}`)))))).toEqual(text(`message ${index}`));
    }
  });
});
