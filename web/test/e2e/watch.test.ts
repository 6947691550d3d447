// Every journey ends with "nothing happened that must never happen". Here it does, and is noticed, in both browsers.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type BrowserKind, closeBrowsers } from './lib/browsers.ts';
import { Person } from './lib/person.ts';
import { until } from './lib/until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const kPage = `<!doctype html><title>bad</title><link rel="icon" href="/icon.svg">
<button>Ask elsewhere</button><button>Ask in a worker</button><button>Complain</button><button>Fail</button><button>Break the policy</button>
<script src="/page.js"></script>`;
const kScript = `
  const acts = {
    'Ask elsewhere': () => fetch('http://elsewhere.example/').catch(() => undefined),
    'Ask in a worker': () => { new Worker('/worker.js'); },
    'Complain': () => console.error('a complaint'),
    'Fail': () => { throw new Error('a failure'); },
    'Break the policy': () => { new Image().src = 'http://pictures.example/'; },
  };
  onclick = ({ target }) => acts[target.textContent]();`;
const kFiles: Readonly<Record<string, readonly [string, string]>> = {
  '/': ['text/html', kPage],
  '/page.js': ['text/javascript', kScript],
  '/worker.js': ['text/javascript', `fetch('http://worker.example/').catch(() => undefined);`],
  '/icon.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
};

let http: HttpServer;
let server: { origin: string; port: number; disturbed: boolean };

beforeAll(async () => {
  http = createServer((request, response) => {
    const [type, body] = kFiles[request.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': "img-src 'self'" }).end(body);
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  server = { origin: `http://localhost:${port}`, port, disturbed: false };
});
afterAll(async () => {
  await closeBrowsers();
  http.close();
});

describe.each(['chromium', 'firefox'] satisfies BrowserKind[])('in %s', (kind) => {
  test.each([
    ['Ask elsewhere', /asked another host: elsewhere\.example:80/],
    ['Ask in a worker', /asked another host: worker\.example:80/],
    ['Complain', /console: a complaint/],
    ['Fail', /uncaught: .*a failure/],
    ['Break the policy', /the policy was broken: .*pictures\.example/],
  ])('%s', async (button, noticed) => {
    const ada = await Person.arrive('Ada', kind, server);
    await ada.open();
    await ada.tab.find('button', button);
    expect(ada.wrongs()).toEqual([]);
    await ada.tab.press('button', button);
    await until(
      'it is noticed',
      () => ada.wrongs().some((wrong) => noticed.test(wrong)),
      () => ada.wrongs().join('\n'),
    );
    await ada.leave();
  });

  test('a complaint of the network counts as long as the network has not failed', async () => {
    const ada = await Person.arrive('Ada', kind, server);
    await ada.open();
    ada.tab.faults.push("console: WebSocket connection to 'ws://localhost/ws' failed");
    expect(ada.wrongs()).toHaveLength(1);
    ada.cable.cut();
    expect(ada.wrongs()).toEqual([]);
    await ada.leave();
  });
});
