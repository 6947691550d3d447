import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LibThemis } from '../../src/worker/libthemis.ts';
import { kFailed, kRefused, kTooExpensive, Themis } from '../../src/worker/themis.ts';
import { bytes, changed, holds, type Official, officialThemis, random, startThemis, text } from './fixtures.ts';

const kSizes = [1, 2, 255, 256, 65_535, 65_536, 1 << 20];
const context = text('a context');
const nothing = new Uint8Array();

let lib: LibThemis;
let themis: Themis;
let official: Official;
beforeAll(async () => {
  lib = await startThemis();
  themis = new Themis(lib);
  official = await officialThemis();
});

/** What an operation wrote, or its negative code. */
function made(capacity: number, operation: (out: Uint8Array) => number): Uint8Array<ArrayBuffer> | number {
  const out = new Uint8Array(capacity);
  const size = operation(out);
  if (size >= 0) return out.slice(0, size);
  expect(out.every((byte) => byte === 0)).toBe(true); // nothing leaves on an error
  return size;
}
function must(capacity: number, operation: (out: Uint8Array) => number): Uint8Array<ArrayBuffer> {
  const result = made(capacity, operation);
  if (typeof result === 'number') throw new Error(`code ${result}`);
  return result;
}

function keyPair() {
  const pair = { priv: new Uint8Array(45), pub: new Uint8Array(45) };
  expect(themis.makeKeys(pair.priv, pair.pub)).toBe(true);
  return pair;
}

describe('SHA-256', () => {
  test.each([0, ...kSizes])('of %i bytes is what Node says', (size) => {
    const data = random(size);
    const out = new Uint8Array(32);
    themis.sha256(data, out);
    expect(out).toEqual(new Uint8Array(createHash('sha256').update(data).digest()));
  });
});

describe('randomness', () => {
  test('fills everything that is asked for', () => {
    const out = new Uint8Array(100_000);
    expect(themis.random(out)).toBe(true);
    for (let at = 0; at < out.length; at += 1000) {
      expect(out.subarray(at, at + 1000).every((byte) => byte === 0)).toBe(false);
    }
    expect(themis.random(nothing)).toBe(true);
  });

  test('comes from the given source only, byte for byte', async () => {
    const fixed = new Themis(await startThemis((out) => out.fill(0x5a)));
    const [a, b] = [new Uint8Array(64), new Uint8Array(64)];
    fixed.random(a);
    const again = new Themis(await startThemis((out) => out.fill(0x5a)));
    again.random(b);
    expect(a).toEqual(b);
  });
});

describe('key pairs', () => {
  test('are what the official library takes for EC keys', () => {
    const { priv, pub } = keyPair();
    expect(new official.PrivateKey(priv)).toHaveLength(45);
    expect(new official.PublicKey(pub)).toHaveLength(45);
    expect(keyPair().priv).not.toEqual(priv);
  });
});

describe('Secure Cell, Seal', () => {
  test.each(kSizes)('%i bytes go both ways', (size) => {
    const key = random(32);
    const plaintext = random(size);
    const cells = official.SecureCellSeal.withKey(key);
    for (const used of [context, nothing]) {
      const cell = must(size + 44, (out) => themis.seal(key, used, plaintext, out));
      expect(cell).toHaveLength(size + 44);
      expect(bytes(cells.decrypt(cell, used))).toEqual(plaintext);
      const theirs = cells.encrypt(plaintext, used);
      expect(must(theirs.length, (out) => themis.open(key, used, theirs, out))).toEqual(plaintext);
    }
  });

  test('another key, another context and every changed part are refused', () => {
    const key = random(32);
    const cell = must(100, (out) => themis.seal(key, context, text('a message'), out));
    expect(made(100, (out) => themis.open(changed(key), context, cell, out))).toBe(kRefused);
    expect(made(100, (out) => themis.open(key, text('another'), cell, out))).toBe(kRefused);
    for (const at of [0, 16, 28, 44, cell.length - 1]) {
      expect(made(100, (out) => themis.open(key, context, changed(cell, at), out))).toBe(kRefused);
    }
    expect(made(100, (out) => themis.open(key, context, cell.slice(0, -1), out))).toBe(kRefused);
    expect(made(100, (out) => themis.open(key, context, nothing, out))).toBe(kRefused);
    expect(must(100, (out) => themis.open(key, context, cell, out))).toEqual(text('a message'));
  });

  test('an output that does not fit is no output', () => {
    expect(made(52, (out) => themis.seal(random(32), context, text('a message'), out))).toBe(kFailed);
  });
});

describe('Secure Cell, Seal with passphrase', () => {
  const passphrase = text('twelve words are better than one');
  const cell = () => bytes(official.SecureCellSeal.withPassphrase(passphrase).encrypt(text('a key'), context));

  test('goes both ways', () => {
    const ours = must(5 + 70, (out) => themis.sealWithPassphrase(passphrase, context, text('a key'), out));
    expect(bytes(official.SecureCellSeal.withPassphrase(passphrase).decrypt(ours, context))).toEqual(text('a key'));
    expect(must(100, (out) => themis.openWithPassphrase(passphrase, context, cell(), out))).toEqual(text('a key'));
  });

  test('a wrong passphrase is refused', () => {
    expect(made(100, (out) => themis.openWithPassphrase(text('guess'), context, cell(), out))).toBe(kRefused);
  });

  test('a cell that asks for more than 2^22 iterations is refused before any is spent', () => {
    for (const [iterations, code] of [
      [2 ** 22 + 1, kTooExpensive],
      [2 ** 32 - 1, kTooExpensive],
      [0, kRefused],
    ] as const) {
      const expensive = cell();
      new DataView(expensive.buffer).setUint32(48, iterations, true);
      const before = performance.now();
      expect(made(100, (out) => themis.openWithPassphrase(passphrase, context, expensive, out))).toBe(code);
      expect(performance.now() - before).toBeLessThan(50);
    }
  });

  test('a cell that is laid out otherwise, so that its count stands elsewhere, is refused unread', () => {
    for (const at of [0, 4, 8, 12, 16, 52]) {
      const other = changed(cell(), at);
      const before = performance.now();
      expect(made(100, (out) => themis.openWithPassphrase(passphrase, context, other, out))).toBe(kRefused);
      expect(performance.now() - before).toBeLessThan(50);
    }
    expect(made(100, (out) => themis.openWithPassphrase(passphrase, context, random(70), out))).toBe(kRefused);
  });
});

describe('Secure Message, signed', () => {
  test.each(kSizes)('%i bytes go both ways', (size) => {
    const { priv, pub } = keyPair();
    const message = random(size);
    const signed = must(size + 84, (out) => themis.sign(priv, message, out));
    expect(bytes(new official.SecureMessageVerify(new official.PublicKey(pub)).verify(signed))).toEqual(message);
    const theirs = new official.SecureMessageSign(new official.PrivateKey(priv)).sign(message);
    expect(themis.verify(pub, theirs)).toBe(0);
  });

  test('another key and every changed part are refused', () => {
    const { priv, pub } = keyPair();
    const signed = must(100, (out) => themis.sign(priv, text('a message'), out));
    expect(themis.verify(pub, signed)).toBe(0);
    expect(themis.verify(keyPair().pub, signed)).toBe(kRefused);
    for (const at of [1, 4, 8, 12, signed.length - 1]) expect(themis.verify(pub, changed(signed, at))).toBe(kRefused);
    expect(themis.verify(pub, nothing)).toBe(kRefused);
  });

  test('a key that is none makes nothing', () => {
    expect(made(100, (out) => themis.sign(random(45), text('a message'), out))).toBe(kRefused);
  });
});

describe('Secure Message, encrypted', () => {
  test.each(kSizes)('%i bytes go both ways', (size) => {
    const [a, b] = [keyPair(), keyPair()];
    const message = random(size);
    const ours = must(size + 52, (out) => themis.encrypt(a.priv, b.pub, message, out));
    const theirB = new official.SecureMessage(new official.PrivateKey(b.priv), new official.PublicKey(a.pub));
    expect(bytes(theirB.decrypt(ours))).toEqual(message);
    const theirs = theirB.encrypt(message);
    expect(must(theirs.length, (out) => themis.decrypt(a.priv, b.pub, theirs, out))).toEqual(message);
  });

  test('other keys, changed messages and points off the curve are refused', () => {
    const [a, b] = [keyPair(), keyPair()];
    const message = must(100, (out) => themis.encrypt(a.priv, b.pub, text('a message'), out));
    expect(made(100, (out) => themis.decrypt(b.priv, keyPair().pub, message, out))).toBe(kRefused);
    for (const at of [0, 4, 8, 60]) {
      expect(made(100, (out) => themis.decrypt(b.priv, a.pub, changed(message, at), out))).toBe(kRefused);
    }
    expect(made(100, (out) => themis.encrypt(a.priv, changed(b.pub, 12), text('a message'), out))).toBe(kRefused);
  });
});

describe('libthemis’ memory', () => {
  test('keeps neither keys nor plaintexts of what was done in scratch', () => {
    const key = random(32);
    const plaintext = random(64);
    const cell = must(200, (out) => themis.seal(key, context, plaintext, out));
    must(200, (out) => themis.open(key, context, cell, out));
    expect(holds(lib.memory.buffer as ArrayBuffer, key)).toBe(false);
    expect(holds(lib.memory.buffer as ArrayBuffer, plaintext)).toBe(false);
    const planted = new Uint8Array(lib.memory.buffer, lib.malloc(32), 32);
    planted.set(key);
    expect(holds(lib.memory.buffer as ArrayBuffer, key)).toBe(true); // the search works
  });

  test('grows to what is needed and works on', () => {
    const key = random(32);
    const plaintext = new Uint8Array(24 << 20).fill(7);
    const cell = must(plaintext.length + 44, (out) => themis.seal(key, context, plaintext, out));
    const opened = must(cell.length, (out) => themis.open(key, context, cell, out));
    expect(Buffer.from(opened).equals(plaintext)).toBe(true);
  });
});
