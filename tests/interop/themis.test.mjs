// themis/ against the official wasm-themis: every primitive in both directions, random keys and messages.
// Run with --no-experimental-fetch (the loader of wasm-themis takes fetch for a browser's), and with the native peer's
// path in THEMIS_PEER.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import themis from 'wasm-themis';
import { ThemisPeer } from './themis-peer.mjs';

const kSizes = [1, 2, 255, 256, 65_535, 65_536, 1 << 20];
const text = (string) => new TextEncoder().encode(string);
const random = (size) => new Uint8Array(randomBytes(size));
const context = text('a context');

let peer;
before(async () => {
  await themis.initialized;
  peer = new ThemisPeer(process.env.THEMIS_PEER);
});
after(() => peer.close());

/** Runs `body(message)` for a random message of every size. */
function forEverySize(name, body) {
  for (const size of kSizes) test(`${name}, ${size} bytes`, () => body(random(size)));
}

async function refusedByUs(op, inputs) {
  const { ok, error } = await peer.ask(op, inputs);
  assert.equal(ok, false, 'was accepted');
  assert.doesNotMatch(error, /^bad request/);
}

function changed(bytes, position = bytes.length - 1) {
  const copy = bytes.slice();
  copy[position] ^= 1;
  return copy;
}

describe('Secure Cell', () => {
  forEverySize('Seal with a key', async (plaintext) => {
    const key = random(32);
    const official = themis.SecureCellSeal.withKey(key);
    for (const used of [context, undefined]) {
      const { cell } = await peer.run('seal', { key, plaintext, context: used ?? random(0) });
      assert.deepEqual(official.decrypt(cell, used), plaintext);
      const theirs = official.encrypt(plaintext, used);
      const opened = await peer.run('open', { key, cell: theirs, context: used ?? random(0) });
      assert.deepEqual(opened.plaintext, plaintext);
      await refusedByUs('open', { key, cell: changed(theirs), context: used ?? random(0) });
      assert.throws(() => official.decrypt(changed(cell), used));
    }
  });

  test('Seal with keys of other lengths', async () => {
    for (const size of [1, 5, 64, 65, 100]) {
      const key = random(size);
      const { cell } = await peer.run('seal', { key, plaintext: text('message'), context });
      assert.deepEqual(themis.SecureCellSeal.withKey(key).decrypt(cell, context), text('message'));
    }
  });

  forEverySize('Seal with a passphrase', async (plaintext) => {
    const passphrase = `Grüße ${random(4).join(' ')} 世界`;
    const official = themis.SecureCellSeal.withPassphrase(passphrase);
    const { cell } = await peer.run('seal_passphrase', { passphrase, plaintext, context });
    assert.deepEqual(official.decrypt(cell, context), plaintext);
    const theirs = official.encrypt(plaintext, context);
    const opened = await peer.run('open_passphrase', { passphrase, cell: theirs, context });
    assert.deepEqual(opened.plaintext, plaintext);
    await refusedByUs('open_passphrase', { passphrase: `${passphrase}!`, cell: theirs, context });
  });

  forEverySize('Token Protect', async (plaintext) => {
    const key = random(32);
    const official = themis.SecureCellTokenProtect.withKey(key);
    const { token, data } = await peer.run('token_protect', { key, plaintext, context });
    assert.deepEqual(official.decrypt(data, token, context), plaintext);
    const theirs = official.encrypt(plaintext, context);
    const inputs = { key, token: theirs.token, data: theirs.data, context };
    assert.deepEqual((await peer.run('token_open', inputs)).plaintext, plaintext);
    await refusedByUs('token_open', { ...inputs, token: changed(theirs.token) });
  });

  forEverySize('Context Imprint', async (plaintext) => {
    const key = random(32);
    const official = themis.SecureCellContextImprint.withKey(key);
    const { data } = await peer.run('context_imprint', { key, plaintext, context });
    assert.deepEqual(official.encrypt(plaintext, context), data);
    assert.deepEqual(official.decrypt(data, context), plaintext);
    assert.deepEqual((await peer.run('context_imprint_open', { key, data, context })).plaintext, plaintext);
  });
});

/** A key pair made by each side. */
async function keyPairs() {
  const ours = await peer.run('key_pair');
  const made = new themis.KeyPair();
  const theirs = { priv: new Uint8Array(made.privateKey), pub: new Uint8Array(made.publicKey) };
  return { ours, theirs };
}

describe('Secure Message', () => {
  forEverySize('Sign and verify', async (plaintext) => {
    const { ours, theirs } = await keyPairs();
    const { message } = await peer.run('sign', { priv: ours.priv, plaintext });
    const verifier = new themis.SecureMessageVerify(new themis.PublicKey(ours.pub));
    assert.deepEqual(verifier.verify(message), plaintext);
    const signed = new themis.SecureMessageSign(new themis.PrivateKey(theirs.priv)).sign(plaintext);
    assert.deepEqual((await peer.run('verify', { pub: theirs.pub, message: signed })).plaintext, plaintext);
    await refusedByUs('verify', { pub: ours.pub, message: signed });
    await refusedByUs('verify', { pub: theirs.pub, message: changed(signed, 12) });
  });

  forEverySize('Encrypt and decrypt', async (plaintext) => {
    const { ours, theirs } = await keyPairs();
    const official = new themis.SecureMessage(new themis.PrivateKey(theirs.priv), new themis.PublicKey(ours.pub));
    const { message } = await peer.run('encrypt', { priv: ours.priv, pub: theirs.pub, plaintext });
    assert.deepEqual(official.decrypt(message), plaintext);
    const encrypted = official.encrypt(plaintext);
    const inputs = { priv: ours.priv, pub: theirs.pub, message: encrypted };
    assert.deepEqual((await peer.run('decrypt', inputs)).plaintext, plaintext);
    await refusedByUs('decrypt', { ...inputs, message: changed(encrypted) });
    assert.throws(() => official.decrypt(changed(message)));
  });
});

let sessions = 0;

/** An established session of both sides; `weAreClient` gives the native side's role. */
async function session(weAreClient) {
  const { ours, theirs } = await keyPairs();
  const ourId = random(1 + (sessions % 45));
  const theirId = text(`official ${sessions}`);
  const number = sessions;
  sessions += 1;
  const official = new themis.SecureSession(theirId, new themis.PrivateKey(theirs.priv), (id) =>
    Buffer.from(id).equals(Buffer.from(ourId)) ? new themis.PublicKey(ours.pub) : null,
  );
  const inputs = { session: number, id: ourId, priv: ours.priv, peer_id: theirId, pub: theirs.pub };
  const feed = (message) => peer.run('feed', { session: number, message });
  if (weAreClient) {
    const { reply: msg1 } = await peer.run('session_client', inputs);
    const msg2 = official.negotiateReply(msg1);
    const { reply: msg3 } = await feed(msg2);
    const msg4 = official.negotiateReply(msg3);
    assert.equal(official.established(), true);
    assert.equal((await feed(msg4)).established, true);
  } else {
    await peer.run('session_server', inputs);
    const { reply: msg2 } = await feed(official.connectionRequest());
    const msg3 = official.negotiateReply(msg2);
    const { reply: msg4, established } = await feed(msg3);
    assert.equal(established, true);
    official.negotiateReply(msg4);
    assert.equal(official.established(), true);
  }
  return {
    official,
    wrap: async (plaintext) => (await peer.run('wrap', { session: number, plaintext })).message,
    unwrap: async (message) => (await peer.run('unwrap', { session: number, message })).plaintext,
    refuses: (message) => refusedByUs('unwrap', { session: number, message }),
  };
}

for (const weAreClient of [true, false])
  describe(`Secure Session, themis/ as the ${weAreClient ? 'client' : 'server'}`, () => {
    forEverySize('Messages travel both ways', async (plaintext) => {
      const { official, wrap, unwrap } = await session(weAreClient);
      for (let i = 0; i < 3; i += 1) {
        assert.deepEqual(official.unwrap(await wrap(plaintext)), plaintext);
        assert.deepEqual(await unwrap(official.wrap(plaintext)), plaintext);
      }
    });

    test('Thirty sessions with fresh keys, some messages one way only', async () => {
      for (let i = 0; i < 30; i += 1) {
        const { official, wrap, unwrap } = await session(weAreClient);
        for (let j = 0; j < i % 5; j += 1) {
          assert.deepEqual(await unwrap(official.wrap(text(`${i} ${j}`))), text(`${i} ${j}`));
        }
        assert.deepEqual(official.unwrap(await wrap(text('answer'))), text('answer'));
      }
    });

    test('A replay that the official build takes ends our session', async () => {
      const { official, wrap, unwrap, refuses } = await session(weAreClient);
      const ours = await wrap(text('once'));
      official.unwrap(ours);
      assert.deepEqual(official.unwrap(ours), text('once'), 'the official build takes it twice');
      const theirs = official.wrap(text('once'));
      await unwrap(theirs);
      await refuses(theirs);
      await refuses(official.wrap(text('next')));
    });
  });
