// Builds the page over its scripted core, serves it under the page's real policy, and starts Chromium.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { build } from 'vite';

const web = fileURLToPath(new URL('../../', import.meta.url));
export const buildFolder = join(web, '../build');
const kPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' blob:; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

async function buildPage(output) {
  await build({
    configFile: join(web, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: output, rollupOptions: { input: join(web, 'test/view/screens/index.html') } },
  });
}

function serve(output) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const file = path === '/' ? '/test/view/screens/index.html' : path;
    try {
      const body = readFileSync(join(output, file));
      const type = kTypes[extname(file)] ?? 'text/plain';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': kPolicy });
      response.end(body);
    } catch {
      response.writeHead(file === '/favicon.ico' ? 204 : 404);
      response.end();
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Runs `act(browser, origin, outputFolder)` and ends everything that was started. `name` keeps runs apart. */
export async function onStage(name, act) {
  const output = join(buildFolder, `${name}-page`);
  await buildPage(output);
  const server = await serve(output);
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--hide-scrollbars',
    ],
  });
  try {
    return await act(browser, `http://localhost:${server.address().port}`, output);
  } finally {
    await browser.close();
    server.close();
  }
}

/** Resolves when what was asked for has been drawn. */
export const settled = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
