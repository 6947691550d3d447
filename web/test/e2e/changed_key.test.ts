import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import { scratchFolder } from './lib/files.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();

async function fingerprintOf(server: Server): Promise<string> {
  // A connection of its own: one that is kept alive may be to the server that was here before.
  const keys = await new Promise<Buffer>((resolve, reject) => {
    const request = get(`${server.origin}/server-key`, { agent: false }, (answer) => {
      answer.toArray().then((parts) => resolve(Buffer.concat(parts)), reject);
    });
    request.on('error', reject);
  });
  return createHash('sha256').update(keys).digest('hex');
}

describe.each(kChromiumUnlessAll)('in %s', (kind) => {
  test('a server with another key: an alarm with both fingerprints, no session, and nothing lost', async () => {
    const server = await stage.server();
    const data = server.data;
    const ada = await stage.person('Ada', kind, server);
    const bo = await stage.person('Bo', kind, server);
    await ada.createRoom('Lighthouse');
    await ada.say('before');
    const link = await ada.invite();
    const known = await fingerprintOf(server);
    expect(await ada.fingerprintOf('Server')).toBe(known);

    await server.stop();
    const sessions = ada.cable.links.length;
    await server.restart({ data: scratchFolder('impostor') });
    const shown = await fingerprintOf(server);
    expect(shown).not.toBe(known);

    const alarm = await ada.tab.alert('The server’s key has changed. Not connected.');
    expect(alarm).toContain(`Known here${known}`);
    expect(alarm).toContain(`Shown now${shown}`);
    expect(await ada.connection()).toBe('The server’s key has changed. Not connected.');
    await ada.say('while it was changed');

    // Who comes with a link that names the old key is told so, in words for somebody who never saw the server before.
    await bo.askToJoin(link);
    const refusal = await bo.tab.alert('This link is for another server key');
    expect(refusal).toContain(`Key in your link${known}`);
    expect(refusal).toContain(`Key that the server shows${shown}`);
    expect(await bo.tab.alerts()).toHaveLength(1);
    expect(bo.cable.links).toEqual([]);
    expect(ada.cable.links).toHaveLength(sessions);

    await server.stop();
    await server.restart({ data });
    await ada.reconnects();
    await ada.hears('before', 'while it was changed');
    await bo.reconnects();
    await bo.inRoom();
    await bo.hears('while it was changed');
  });
});
