// The built page under its policy, on a server that gives out other bytes than it was built with: nothing of them runs.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browserOf, closeBrowsers, kChromiumUnlessAll } from './lib/browsers.ts';

const folder = fileURLToPath(new URL('../../../build/web/', import.meta.url));
const kPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; img-src 'self' blob:; " +
  "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app-worker";
const kTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** What becomes of an asset whose name begins so; null: there is none. */
type Fault = (bytes: Buffer) => Buffer | null;
let faults: Record<string, Fault> = {};
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = path === '/' ? 'index.html' : path.slice(1);
    const known = name === 'index.html' || readdirSync(`${folder}assets`).includes(name.slice('assets/'.length));
    const fault = Object.entries(faults).find(([start]) => name.startsWith(`assets/${start}-`))?.[1];
    const bytes = known ? readFileSync(folder + name) : null;
    const sent = bytes === null || fault === undefined ? bytes : fault(bytes);
    response.setHeader('content-security-policy', kPolicy);
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    response.setHeader('cache-control', 'no-store');
    response.setHeader('content-type', kTypes[extname(name)] ?? 'text/plain');
    response.writeHead(sent === null ? 404 : 200).end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await closeBrowsers();
  server.close();
});

const flipped: Fault = (bytes) => {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(1_000_000) ^ 1, 1_000_000);
  return changed;
};
const absent: Fault = () => null;
const kIntegrity = 'Part of 0fc is not what it should be, so it was not run.';
const kDownload = 'Part of 0fc could not be loaded.';

describe.each(kChromiumUnlessAll)('in %s', (kind) => {
  let page: Page;
  let complaints: string[] = [];
  const open = async () => {
    page = await (await (await browserOf(kind)).createBrowserContext()).newPage();
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(origin);
  };
  afterEach(async () => {
    faults = {};
    await page.browserContext().close();
  });
  const says = (words: string) =>
    page.waitForFunction((wanted) => document.querySelector('[role=alert]')?.textContent?.includes(wanted), {}, words);
  const start = () => page.waitForSelector('aria/Create room[role="button"]');

  test('the untouched page starts, without a word of the policy', async () => {
    await open();
    await start();
    expect(complaints).toEqual([]);
  }, 60_000);

  test.each([
    ['a libthemis with one bit turned', 'libthemis', flipped, kIntegrity],
    ['a libthemis cut short', 'libthemis', (bytes: Buffer) => bytes.subarray(0, -1), kIntegrity],
    ['a client core that is none', 'core', () => Buffer.from('\0asm and more'), kIntegrity],
    ['no libthemis', 'libthemis', absent, kDownload],
    ['no client core', 'core', absent, kDownload],
    ['no worker', 'worker', absent, kDownload],
  ] as const)(
    '%s: said so, nothing run, and tried again when asked',
    async (_, name, fault, words) => {
      faults = { [name]: fault };
      await open();
      await says(words);
      faults = {};
      const again = await page.waitForSelector('aria/Start again[role="button"]');
      await again?.click();
      await start();
    },
    60_000,
  );
});
