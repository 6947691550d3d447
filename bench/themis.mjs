// The primitives of themis/ beside the official wasm-themis, in one run: a table of medians and their ratios.
// Usage: node --no-experimental-fetch bench/themis.mjs PATH-OF-themis-bench
// Both take turns, three times each, so that a busy machine hurts both; the smallest median of each counts.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const themis = createRequire(new URL('../web/package.json', import.meta.url))('wasm-themis');
const kTurns = 3;
const kRounds = 5;
const kRoundMs = 30;

const program = process.argv[2];
if (program === undefined) {
  console.error('usage: node --no-experimental-fetch bench/themis.mjs PATH-OF-themis-bench');
  process.exit(2);
}
await themis.initialized;

/** Median of the microseconds per call over some rounds. */
function time(call) {
  const run = (calls) => {
    const start = performance.now();
    for (let i = 0; i < calls; i += 1) call();
    return (performance.now() - start) / calls;
  };
  const calls = Math.max(1, Math.floor(kRoundMs / Math.max(0.0001, run(3))));
  const rounds = Array.from({ length: kRounds }, () => run(calls)).sort((a, b) => a - b);
  return 1000 * rounds[Math.floor(kRounds / 2)];
}

const filled = (size) => new Uint8Array(size).fill(0x41);
const text = (string) => new TextEncoder().encode(string);

/** Destroys what it made: the official build keeps sessions until told. */
function establish(server, client) {
  const find = (id) => (Buffer.from(id).toString() === 'server' ? server.publicKey : client.publicKey);
  const connecting = new themis.SecureSession(client.publicKey, client.privateKey, find);
  const accepting = new themis.SecureSession(text('server'), server.privateKey, find);
  const msg2 = accepting.negotiateReply(connecting.connectionRequest());
  connecting.negotiateReply(accepting.negotiateReply(connecting.negotiateReply(msg2)));
  return { connecting, accepting };
}

function official() {
  const figures = {};
  const cell = themis.SecureCellSeal.withKey(new themis.SymmetricKey());
  for (const [name, size] of [
    ['256 B', 256],
    ['64 KiB', 65_536],
    ['1 MiB', 1 << 20],
  ]) {
    const plaintext = filled(size);
    const sealed = cell.encrypt(plaintext);
    figures[`seal ${name}`] = time(() => cell.encrypt(plaintext));
    figures[`open ${name}`] = time(() => cell.decrypt(sealed));
  }
  const passphrase = themis.SecureCellSeal.withPassphrase('a passphrase');
  figures['seal with passphrase'] = time(() => passphrase.encrypt(filled(32)));

  const alice = new themis.KeyPair();
  const bob = new themis.KeyPair();
  const plaintext = filled(256);
  const signer = new themis.SecureMessageSign(alice.privateKey);
  const verifier = new themis.SecureMessageVerify(alice.publicKey);
  const writer = new themis.SecureMessage(alice.privateKey, bob.publicKey);
  const reader = new themis.SecureMessage(bob.privateKey, alice.publicKey);
  const signed = signer.sign(plaintext);
  const encrypted = writer.encrypt(plaintext);
  figures['key pair'] = time(() => new themis.KeyPair());
  figures['sign 256 B'] = time(() => signer.sign(plaintext));
  figures['verify 256 B'] = time(() => verifier.verify(signed));
  figures['encrypt 256 B'] = time(() => writer.encrypt(plaintext));
  figures['decrypt 256 B'] = time(() => reader.decrypt(encrypted));

  const server = new themis.KeyPair();
  const client = new themis.KeyPair();
  figures['handshake, both sides'] = time(() => {
    const { connecting, accepting } = establish(server, client);
    connecting.destroy();
    accepting.destroy();
  });
  const { connecting, accepting } = establish(server, client);
  figures['wrap 256 B'] = time(() => accepting.wrap(plaintext));
  connecting.destroy();
  accepting.destroy();
  const fresh = establish(server, client);
  figures['wrap and unwrap 256 B'] = time(() => fresh.connecting.unwrap(fresh.accepting.wrap(plaintext)));
  return figures;
}

const best = (turns, name) => Math.min(...turns.map((figures) => figures[name]));
const native = [];
const wasm = [];
for (let turn = 0; turn < kTurns; turn += 1) {
  native.push(JSON.parse(execFileSync(program, [String(kRounds)], { encoding: 'utf8' })));
  wasm.push(official());
}

const number = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
console.log('| primitive | themis/ µs | official WASM µs | ratio |');
console.log('|---|---|---|---|');
for (const name of Object.keys(native[0])) {
  if (name.startsWith('state')) continue;
  const ours = best(native, name);
  const theirs = name in wasm[0] ? best(wasm, name) : undefined;
  const ratio = theirs === undefined ? '' : `${(theirs / ours).toFixed(1)} ×`;
  console.log(`| ${name} | ${number(ours)} | ${theirs === undefined ? '' : number(theirs)} | ${ratio} |`);
}
for (const name of Object.keys(native[0]).filter((key) => key.startsWith('state')))
  console.log(`| ${name} | ${native[0][name]} | | |`);
