// Writes corpus/member_vault: what stands in a vault's values, good and almost good: node fuzz/seed-vault.mjs
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('corpus/member_vault/', import.meta.url));
const head = (major, value) =>
  value < 24
    ? [(major << 5) | value]
    : value < 256
      ? [(major << 5) | 24, value]
      : [(major << 5) | 25, value >> 8, value & 255];
const uint = (value) => head(0, value);
const bytes = (size, fill) => [...head(2, size), ...Array(size).fill(fill)];
const text = (value) => [...head(3, value.length), ...Buffer.from(value)];
const array = (...items) => [...head(4, items.length), ...items.flat()];

// A passphrase cell with 10 iterations; nothing in it opens.
const cell = Buffer.alloc(102, 0x11);
for (const [at, value] of [0x41010100, 12, 16, 32, 22].entries()) cell.writeUInt32LE(value, 4 * at);
cell.writeUInt32LE(10, 48);
cell.writeUInt16LE(16, 52);
const keyValue = (version) => array(uint(version), [...head(2, 102), ...cell]);

const record = (type, index, content) =>
  array(text('0fc vault room'), bytes(32, 0xab), uint(type), uint(index), bytes(content, 5));
const entry = array(bytes(16, 9), uint(3), bytes(32, 0xcd));
const index = (version, ...entries) => array(text('0fc vault index'), uint(version), uint(7), array(...entries));
const values = (...all) => all.flatMap((value) => [value.length, ...value]);

const kSeeds = {
  'record-room': [0, ...record(1, 0, 40)],
  'record-log': [0, ...record(3, 300, 3)],
  'record-empty': [0, ...record(4, 1, 0)],
  'record-unknown-type': [0, ...record(9, 0, 4)],
  'index-empty': [1, ...index(1)],
  'index-two-entries': [1, ...index(1, entry, entry)],
  'index-newer': [1, ...index(2)],
  'values-none': [2],
  'values-key-cell-and-index': [2, ...values([1], keyValue(1), [2], bytes(60, 1))],
  'values-without-key-cell': [2, ...values([2], bytes(60, 1), Array(16).fill(9), [1, 2, 3])],
  'values-twice': [2, ...values([1], [1], [1], [1])],
  'key-cell': [3, ...keyValue(1)],
  'key-cell-newer': [3, ...keyValue(2)],
  'key-cell-version-0': [3, ...keyValue(0)],
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, seed] of Object.entries(kSeeds)) writeFileSync(folder + name, Uint8Array.from(seed));
