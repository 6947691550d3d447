import { beforeAll, describe, expect, test } from 'vitest';
import type { BrowserKind } from './lib/browsers.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();

describe.each(['chromium', 'firefox'] satisfies BrowserKind[])('in %s', (kind) => {
  let server: Server;
  beforeAll(async () => {
    server = await stage.server();
  });

  test('without WebAssembly it is said what is missing, and nothing is started', async () => {
    const ada = await stage.person('Ada', kind, server, {
      before: () => {
        Reflect.deleteProperty(globalThis, 'WebAssembly');
      },
    });
    await ada.open();
    await ada.tab.find('heading', '0fc can’t run here');
    await ada.tab.alert('This browser has WebAssembly switched off');
    expect(await ada.stored()).toEqual([]);
  });

  test('over http:// on another host it is said that the connection is unprotected', async () => {
    const ada = await stage.person('Ada', kind, server, {
      expects: /Cross-Origin-Opener-Policy header has been ignored/,
    });
    ada.cable.route('chat.example:80', server.port, `localhost:${server.port}`);
    await ada.open('http://chat.example/');
    await ada.tab.find('heading', '0fc can’t run here');
    await ada.tab.alert('This page came over an unprotected connection.');
    expect(ada.cable.requests.filter((request) => /server-key|\/ws|wasm/.test(request))).toEqual([]);
  });
});
