// Writes the seeds of the themis_… fuzz targets from vectors/themis-0.15.json into fuzz/corpus/.
// Usage: node fuzz/seed-themis.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const vectors = JSON.parse(readFileSync(new URL('vectors/themis-0.15.json', root)));
const unhex = (hex) => Buffer.from(hex, 'hex');
const short = (bytes) => Buffer.concat([Buffer.from([bytes.length]), bytes]);
const kSeedMax = 700; // bytes

function write(target, name, ...pieces) {
  const seed = Buffer.concat(pieces.map((piece) => (typeof piece === 'number' ? Buffer.from([piece]) : piece)));
  if (seed.length > kSeedMax) return;
  const folder = new URL(`fuzz/corpus/${target}/`, root);
  mkdirSync(folder, { recursive: true });
  const file = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  writeFileSync(new URL(file, folder), seed);
}

for (const [name, key] of Object.entries(vectors.keys))
  for (const form of ['priv', 'pub', 'pub_uncompressed']) write('themis_keys', `${name} ${form}`, unhex(key[form]));
for (const entry of vectors.keys_invalid) write('themis_keys', `${entry.kind} ${entry.name}`, unhex(entry.key));

const cells = {
  cell_seal: (e) => [0, short(unhex(e.key)), short(unhex(e.context)), unhex(e.cell)],
  cell_seal_passphrase: (e) => [1, short(Buffer.from(e.passphrase)), short(unhex(e.context)), unhex(e.cell)],
  cell_token_protect: (e) => [2, short(unhex(e.key)), short(unhex(e.context)), unhex(e.token), unhex(e.data)],
  cell_context_imprint: (e) => [3, short(unhex(e.key)), short(unhex(e.context)), unhex(e.data)],
};
const messages = {
  message_signed: (e) => [0, unhex(e.pub), unhex(e.message)],
  message_encrypted: (e) => [1, unhex(e.priv), unhex(e.pub), unhex(e.message)],
};
const steps = { msg1: 0, msg2: 1, msg3: 2, msg4: 3 };
const structural = /length|truncated|junk|iterations|type|id|tag|size|trailing|payload/;

for (const group of Object.keys(cells))
  for (const entry of vectors[group]) write('themis_cell', `${group} ${entry.name}`, ...cells[group](entry));
for (const group of Object.keys(messages))
  for (const entry of vectors[group]) write('themis_message', `${group} ${entry.name}`, ...messages[group](entry));
for (const [index, session] of vectors.session.entries()) {
  for (const step of index === 0 ? ['msg2', 'msg4'] : ['msg1', 'msg3']) {
    write('themis_handshake', `genuine ${step}`, steps[step], unhex(session[step]));
    write('themis_handshake', `genuine ${step} repaired`, steps[step] + 12, unhex(session[step]));
  }
  write('themis_session_data', `${session.role} first message`, index, unhex(session.to_us[0].wrapped));
  const inner = Buffer.alloc(16 + 5);
  inner.writeUInt32BE(5 + 12, 0);
  inner.writeUInt32BE(session.role === 'client' ? session.server_seq : session.client_seq, 4);
  inner.writeBigUInt64BE(BigInt(session.now), 8);
  write('themis_session_data', `${session.role} due`, index + 2, inner);
}
for (const entry of [...vectors.negative, ...vectors.harden]) {
  if (!structural.test(entry.name)) continue;
  const name = `${entry.op} ${entry.name}`;
  if (entry.op in cells) write('themis_cell', name, ...cells[entry.op](entry));
  if (entry.op in messages && entry.name !== 'private key given')
    write('themis_message', name, ...messages[entry.op](entry));
  if (entry.op === 'session_handshake') write('themis_handshake', name, steps[entry.step], unhex(entry.message));
  if (entry.op === 'session_unwrap') write('themis_session_data', name, entry.session, unhex(entry.message));
}
