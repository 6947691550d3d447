import { beforeAll, describe, expect, test } from 'vitest';
import { kPairs } from './lib/browsers.ts';
import type { Person } from './lib/person.ts';
import { setStage } from './lib/stage.ts';
import { until } from './lib/until.ts';

const stage = setStage();

describe.each(kPairs)('owner in $owner, joiner in $joiner', ({ owner, joiner }) => {
  let ada: Person;
  let bo: Person;
  beforeAll(async () => {
    const server = await stage.server();
    ada = await stage.person('Ada', owner, server);
    bo = await stage.person('Bo', joiner, server);
    await ada.createRoom('Cable car');
    await bo.join(await ada.invite());
    await ada.knowsMembers('Ada', 'Bo');
  });

  test('what somebody missed while the cable was cut arrives in order, and so does what they wrote', async () => {
    bo.cable.cut();
    await until('the page says that it is offline', async () => (await bo.connection()).startsWith('Offline'));
    await bo.tab.says('Messages you write are sent when the connection is back.');

    const missed = Array.from({ length: 30 }, (_, index) => `missed ${index}`);
    const written = ['written offline 0', 'written offline 1', 'written offline 2'];
    await ada.sayAll(missed);
    await bo.sayAll(written);
    await ada.nothingUnsent();
    await bo.tab.says('Waiting for connection');
    expect((await bo.shown()).filter((row) => row.is === 'unsent').map((row) => row.text)).toEqual(written);
    expect(await bo.shown()).not.toContainEqual(expect.objectContaining({ text: 'missed 0' }));

    // Nobody presses anything: the next attempt comes by itself.
    bo.cable.mend();
    await bo.connected();
    await bo.hears('missed 29');
    await ada.hears('written offline 2');
    await bo.nothingUnsent();
    const read = await bo.messages();
    expect(read.map((row) => row.text)).toEqual([...missed, ...written]);
    expect(await ada.messages()).toEqual(read);
  });

  test('a server that takes a while to answer is said to be connecting', async () => {
    const hold = bo.cable.holdNext('server', 0);
    for (const link of bo.cable.links) link.cut();
    bo.cable.disturbed = true;
    await until('the handshake stands still', async () => hold.reached);
    await until('the status says so', async () => (await bo.connection()) === 'Securing the connection…');
    hold.release();
    await bo.connected();
  });
});

// Firefox's driver has no such switch; the browser's own events are the same there.
describe('in chromium', () => {
  test('without a network no attempt is made, and when it is back the page connects at once', async () => {
    const server = await stage.server();
    const ada = await stage.person('Ada', 'chromium', server);
    const bo = await stage.person('Bo', 'chromium', server);
    await ada.createRoom('Tunnel');
    await bo.join(await ada.invite());

    bo.cable.disturbed = true;
    await bo.tab.page.setOfflineMode(true);
    // Not "Reconnecting…": nothing is due by itself.
    await until('the page is offline', async () => (await bo.connection()) === 'Offline');
    await until('its WebSocket is closed', () => bo.cable.links.every((link) => !link.open));
    const before = bo.cable.requests.length;
    await ada.say('in the tunnel');
    await ada.nothingUnsent();
    expect(bo.cable.requests).toHaveLength(before);

    // No timer is running, so only the event can have connected it.
    await bo.tab.page.setOfflineMode(false);
    await bo.connected();
    await bo.hears('in the tunnel');
  });
});
