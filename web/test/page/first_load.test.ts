// What the built page consists of, as it goes over the wire: target web_page makes build/web.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { expect, test } from 'vitest';
import { kLibThemisSha256 } from '../../src/worker/libthemis.ts';

const folder = fileURLToPath(new URL('../../../build/web/', import.meta.url));
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`.replace(`${folder}/`, '').replace(folder, ''));
const read = (name: string): Buffer => readFileSync(folder + name);
const named = (pattern: RegExp): string => {
  const [found, ...others] = files.filter((name) => pattern.test(name));
  if (found === undefined || others.length > 0) throw new Error(`not one file ${pattern}: ${files}`);
  return found;
};

/** As the server sends it, in 1000 bytes. */
const overTheWire = (name: string): number => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(read(name), { params }).length / 1000;
};
const sum = (names: readonly string[]): number => names.reduce((size, name) => size + overTheWire(name), 0);

test('the first load is at most 900 KB, of which all but the official Themis is at most 165', () => {
  const core = overTheWire(named(/^assets\/core-[\w-]{8}\.wasm$/));
  const page = sum(files.filter((name) => /\.(js|css)$/.test(name)));
  const all = sum(files);
  expect(page, 'scripts and styles').toBeLessThan(85);
  expect(core, 'client core').toBeLessThan(80);
  expect(all, `everything: ${files}`).toBeLessThan(900);
}, 60_000);

test('Themis is the official binary, byte for byte', () => {
  const binary = read(named(/^assets\/libthemis-[\w-]{8}\.wasm$/));
  expect(createHash('sha256').update(binary).digest('hex')).toBe(kLibThemisSha256);
});

test('everything but the page itself has its hash in its name, so that it never changes', () => {
  for (const name of files)
    if (name !== 'index.html') expect(name).toMatch(/^assets\/[\w]+-[\w-]{8}\.(js|css|wasm|svg)$/);
});

test('nothing needs what the policy forbids: inline code, evaluated code, data: URLs', () => {
  const html = read('index.html').toString();
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|data:/i);
  for (const [, attributes = '', code = ''] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
    expect(attributes).toMatch(/src="\/assets\//);
    expect(code).toBe('');
  }
  // Preact can set innerHTML; nothing here asks it to, and Trusted Types would refuse.
  const forbidden = /\beval\(|\bFunction\(|document\.write|url\(["']?data:|["'`]data:/;
  const code = files.filter((file) => /\.(js|css)$/.test(file));
  expect(code.filter((name) => forbidden.test(read(name).toString()))).toEqual([]);
});

test('the page and its worker name no other host', () => {
  // Names of XML languages, which nothing fetches.
  const names =
    /^http:\/\/www\.w3\.org\/(1999\/xhtml|2000\/svg|1998\/Math\/MathML|1999\/xlink|XML\/1998\/namespace|2000\/xmlns)/;
  for (const name of files.filter((file) => /\.(js|css|html)$/.test(file))) {
    const urls =
      read(name)
        .toString()
        .match(/\b(https?|wss?):\/\/[\w.-]+\.\w+[^\s"'`)]*/g) ?? [];
    expect(
      urls.filter((url) => !names.test(url)),
      name,
    ).toEqual([]);
  }
});
