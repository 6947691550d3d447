import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

// SHA-256 of the official libthemis.wasm of npm wasm-themis 0.15.0, the only binary of Themis that the page ships.
const kPinnedSha256 = '74b8879f39f07bf84924b5307adf40f054dcfa8ed0679ab37da038a3a00d1988';

test('the installed libthemis.wasm is the official one, byte for byte', () => {
  const entry = createRequire(import.meta.url).resolve('wasm-themis');
  const binary = readFileSync(join(dirname(entry), 'libthemis.wasm'));
  expect(createHash('sha256').update(binary).digest('hex')).toBe(kPinnedSha256);
});
