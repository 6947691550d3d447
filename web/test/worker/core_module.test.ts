// Every event, action and crypto method across the border of the WebAssembly module: probe.wasm has the real exports
// and imports over a client that does what it is told (wasm/testing/probe_client.cpp).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Core, type CoreHost } from '../../src/worker/core.ts';
import type { LibThemis } from '../../src/worker/libthemis.ts';
import { Themis } from '../../src/worker/themis.ts';
import {
  bytes,
  changed,
  holds,
  moduleFile,
  type Official,
  officialThemis,
  random,
  startThemis,
  text,
} from './fixtures.ts';

const kNow = { wall: 1_800_000_000_123, steady: 4_294_967_300 };

let lib: LibThemis;
let official: Official;
let module: WebAssembly.Module;
beforeAll(async () => {
  lib = await startThemis();
  official = await officialThemis();
  module = await WebAssembly.compile(readFileSync(moduleFile('probe')));
});

/** What the core asked for, in order; views are copied, as a host has to. */
let asked: unknown[];
const host: CoreHost = {
  readVault: () => asked.push(['readVault']),
  writeVault: (write, put, erase) => asked.push(['writeVault', write, put, erase]),
  wipeVault: (first) => asked.push(['wipeVault', first]),
  fetchServerKey: (connection) => asked.push(['fetchServerKey', connection]),
  openSession: (connection, ...keys) => asked.push(['openSession', connection, ...keys.map(bytes)]),
  sendFrame: (connection, plaintext) => asked.push(['sendFrame', connection, bytes(plaintext)]),
  disconnect: (connection) => asked.push(['disconnect', connection]),
  showPatch: (patch) => asked.push(['showPatch', patch]),
  setDeadline: (steady) => asked.push(['setDeadline', steady]),
};

let core: Core;
beforeEach(async () => {
  asked = [];
  core = await Core.start(module, new Themis(lib), host, { wall: () => kNow.wall, steady: () => kNow.steady });
});

type Piece = string | number | Uint8Array | readonly [Uint8Array];
const uint = (value: number, size: number) => {
  const out = new Uint8Array(size);
  const data = new DataView(out.buffer);
  if (size === 4) data.setUint32(0, value, true);
  else data.setBigUint64(0, BigInt(value), true);
  return out;
};
/** Letters and fixed bytes as they are, numbers in 32 bits, `[bytes]` with their size before them. */
const intent = (...pieces: Piece[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    pieces.flatMap((piece) => {
      if (typeof piece === 'string') return [...text(piece)];
      if (typeof piece === 'number') return [...uint(piece, 4)];
      return piece instanceof Uint8Array ? [...piece] : [...uint(piece[0].length, 4), ...piece[0]];
    }),
  );
/** The one patch that an event led to. */
function shown(run: () => void): Uint8Array<ArrayBuffer> {
  asked = [];
  run();
  expect(asked).toEqual([
    ['showPatch', expect.any(Uint8Array)],
    ['setDeadline', kNow.steady + 250],
  ]);
  return (asked[0] as [string, Uint8Array<ArrayBuffer>])[1];
}
const does = (...pieces: Piece[]) => shown(() => core.intent(intent(...pieces)));
const kRefusedPatch = new Uint8Array([0x21, 0]);
const kTooExpensivePatch = new Uint8Array([0x21, 1]);

describe('crypto', () => {
  const message = text('a message');
  const context = text('a context');

  test('SHA-256 is over the pieces’ concatenation', () => {
    const hash = createHash('sha256').update(message).update(context).digest();
    expect(does('h', [message], [context])).toEqual(new Uint8Array(hash));
  });

  test('random fills what is asked for', () => {
    const made = does('r', 300);
    expect(made).toHaveLength(301);
    expect(made.at(-1)).toBe('+'.charCodeAt(0));
    expect(made.subarray(0, 300).some((byte) => byte !== 0)).toBe(true);
    expect(made).not.toEqual(does('r', 300));
  });

  test('key pairs are EC key pairs', () => {
    const made = does('k');
    expect(made).toHaveLength(90);
    const signer = new official.SecureMessageSign(new official.PrivateKey(made.slice(0, 45)));
    const verifier = new official.SecureMessageVerify(new official.PublicKey(made.slice(45)));
    expect(bytes(verifier.verify(signer.sign(message)))).toEqual(message);
  });

  test('seal and open', () => {
    const key = random(32);
    const cells = official.SecureCellSeal.withKey(key);
    expect(bytes(cells.decrypt(does('s', key, [message], [context]), context))).toEqual(message);
    const cell = cells.encrypt(message, context);
    expect(does('o', key, [cell], [context])).toEqual(message);
    expect(does('o', key, [changed(cell)], [context])).toEqual(kRefusedPatch);
    expect(does('o', key, [cell], [message])).toEqual(kRefusedPatch);
  });

  test('seal and open with a passphrase', () => {
    const passphrase = text('a passphrase');
    const cells = official.SecureCellSeal.withPassphrase(passphrase);
    expect(bytes(cells.decrypt(does('S', [passphrase], [message], [context]), context))).toEqual(message);
    const cell = bytes(cells.encrypt(message, context));
    expect(does('O', [passphrase], [cell], [context])).toEqual(message);
    expect(does('O', [message], [cell], [context])).toEqual(kRefusedPatch);
    new DataView(cell.buffer).setUint32(48, 2 ** 31, true);
    expect(does('O', [passphrase], [cell], [context])).toEqual(kTooExpensivePatch);
  });

  test('sign and verify', () => {
    const pair = new official.KeyPair();
    const signed = does('i', pair.privateKey, [message]);
    expect(bytes(new official.SecureMessageVerify(pair.publicKey).verify(signed))).toEqual(message);
    expect(does('v', pair.publicKey, [signed])).toEqual(text('+'));
    expect(does('v', pair.publicKey, [changed(signed)])).toEqual(kRefusedPatch);
    expect(does('i', random(45), [message])).toEqual(kRefusedPatch);
  });

  test('encrypt and decrypt', () => {
    const [a, b] = [new official.KeyPair(), new official.KeyPair()];
    const encrypted = does('e', a.privateKey, b.publicKey, [message]);
    expect(bytes(new official.SecureMessage(b.privateKey, a.publicKey).decrypt(encrypted))).toEqual(message);
    expect(does('d', b.privateKey, a.publicKey, [encrypted])).toEqual(message);
    expect(does('d', b.privateKey, a.publicKey, [changed(encrypted)])).toEqual(kRefusedPatch);
    expect(does('e', a.privateKey, changed(b.publicKey, 20), [message])).toEqual(kRefusedPatch);
  });
});

describe('actions', () => {
  test('reach the host in order, with what they hold', () => {
    const [ours, theirs] = [new official.KeyPair(), new official.KeyPair()];
    core.intent(
      intent(
        ...['a', 'R', 'F', 7, 'N', 0xffff_fffe, ours.privateKey, ours.publicKey, theirs.publicKey],
        ...(['M', 7, [text('frame')], 'D', 7, 'X', [text('first')]] as const),
      ),
    );
    expect(asked).toEqual([
      ['readVault'],
      ['fetchServerKey', 7],
      ['openSession', expect.any(Number), bytes(ours.privateKey), bytes(ours.publicKey), bytes(theirs.publicKey)],
      ['sendFrame', 7, text('frame')],
      ['disconnect', 7],
      ['wipeVault', text('first')],
      ['setDeadline', kNow.steady + 250],
    ]);
  });

  test('a write holds everything that is put and erased since the last', () => {
    core.intent(intent('aP', [text('n1')], [text('v1')], 'P', [text('n2')], [random(0)], 'E', [text('n3')], 'W'));
    core.intent(intent('aE', [text('n4')], 'W'));
    expect(asked).toEqual([
      [
        'writeVault',
        0x1_0000_0001,
        [
          { name: text('n1'), value: text('v1') },
          { name: text('n2'), value: new Uint8Array() },
        ],
        [text('n3')],
      ],
      ['setDeadline', kNow.steady + 250],
      ['writeVault', 0x1_0000_0001, [], [text('n4')]],
      ['setDeadline', kNow.steady + 250],
    ]);
  });

  test('a connection keeps its number, also above 2^31', () => {
    core.intent(intent('aD', 0xffff_fffe));
    const connection = (asked[0] as [string, number])[1];
    expect(shown(() => core.established(connection)).subarray(17)).toEqual(uint(0xffff_fffe, 8));
  });
});

describe('events', () => {
  const clocks = [...uint(kNow.wall, 8), ...uint(kNow.steady, 8)];
  const event = (letter: string, ...rest: Uint8Array[]) =>
    new Uint8Array([...text(letter), ...clocks, ...rest.flatMap((piece) => [...piece])]);
  const sized = (piece: Uint8Array) => new Uint8Array([...uint(piece.length, 8), ...piece]);

  test('carry both clocks and what they hold', () => {
    expect(shown(() => core.tick())).toEqual(event('T'));
    expect(shown(() => core.vaultUnreadable())).toEqual(event('U'));
    for (const [outcome, code] of [
      ['done', 0],
      ['full', 1],
      ['failed', 2],
    ] as const) {
      const patch = shown(() => core.vaultWritten(0x1_0000_0001, outcome));
      expect(patch).toEqual(event('W', uint(0x1_0000_0001, 8), uint(code, 8)));
    }
    expect(shown(() => core.vaultWiped(true))).toEqual(event('X', uint(1, 8)));
    expect(shown(() => core.vaultWiped(false))).toEqual(event('X', uint(0, 8)));
    expect(shown(() => core.serverKey(3, text('keys'), 1234))).toEqual(
      event('F', uint(3, 8), sized(text('keys')), uint(1234, 8)),
    );
    expect(shown(() => core.serverKey(3, text('keys'), null))).toEqual(event('F', uint(3, 8), sized(text('keys'))));
    expect(shown(() => core.established(4))).toEqual(event('N', uint(4, 8)));
    for (const [reason, code] of [
      ['network', 0],
      ['handshake', 1],
      ['session', 2],
    ] as const) {
      expect(shown(() => core.lost(5, reason))).toEqual(event('L', uint(5, 8), uint(code, 8)));
    }
  });

  test('a frame is what was written to the reserved bytes, as far as told', () => {
    core.reserve(20).set(text('a plaintext and more'));
    expect(shown(() => core.frame(6, 11))).toEqual(event('M', uint(6, 8), sized(text('a plaintext'))));
  });

  test('the vault’s values come all at once, and once only', () => {
    const values = [
      { name: text('a'), value: random(1000) },
      { name: random(16), value: text('two') },
    ];
    const read = shown(() => core.vaultRead(values));
    expect(read).toEqual(event('R', ...values.flatMap(({ name, value }) => [sized(name), sized(value)])));
    expect(shown(() => core.vaultRead([]))).toEqual(event('R'));
  });
});

describe('secrets', () => {
  test('an intent is wiped on both sides when the core has read it', () => {
    const secret = random(64);
    const sent = intent('h', [secret], [secret]);
    core.intent(sent);
    expect(sent.every((byte) => byte === 0)).toBe(true);
    expect(holds(core.reserve(0).buffer as ArrayBuffer, secret)).toBe(false);
    expect(holds(lib.memory.buffer as ArrayBuffer, secret)).toBe(false);
  });
});

describe('failures', () => {
  test('memory that runs out ends the core', () => {
    expect(() => core.reserve(512 << 20)).toThrow('the core ended itself');
    expect(() => core.reserve(0xffff_ffff)).toThrow('the core ended itself');
  });

  test('a size that does not fit what was reserved traps', () => {
    core.reserve(10);
    expect(() => core.frame(1, 11)).toThrow(WebAssembly.RuntimeError);
  });

  test('a core that breaks off inside ends with a trap, not with a value', () => {
    expect(() => core.intent(intent('?'))).toThrow(WebAssembly.RuntimeError);
  });
});
