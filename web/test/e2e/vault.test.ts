import { beforeAll, describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import type { Person } from './lib/person.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();
const kPassphrase = 'six words that nobody guesses';

describe.each(kChromiumUnlessAll)('in %s', (kind) => {
  let server: Server;
  let ada: Person;
  beforeAll(async () => {
    server = await stage.server();
    ada = await stage.person('Ada', kind, server);
    await ada.createRoom('Attic', kPassphrase);
    await ada.say('in the box');
    await ada.nothingUnsent();
  });

  test('a locked page shows nothing of the rooms, and a wrong passphrase changes nothing', async () => {
    await ada.tab.press('button', 'Lock');
    await ada.tab.find('heading', 'Your rooms are locked');
    const source = await ada.tab.page.content();
    expect(source).not.toContain('Attic');
    expect(source).not.toContain('in the box');

    const before = await ada.storedRecords();
    await ada.unlock('five words that everybody guesses');
    await ada.tab.alert('That passphrase doesn’t open your rooms.');
    expect(await ada.storedRecords()).toBe(before);
    await ada.comeBack(kPassphrase);
    await ada.inRoom();
    await ada.hears('in the box');
  });

  test('a second tab is told so politely, and can take over', async () => {
    const first = ada.tab;
    const second = await ada.newTab();
    await ada.open();
    await second.find('heading', '0fc is open in another tab');
    await ada.turnTo(first);
    await ada.say('still the first');
    await ada.nothingUnsent();

    await ada.turnTo(second);
    await second.press('button', 'Use 0fc here');
    await ada.comeBack(kPassphrase);
    await ada.inRoom();
    await ada.hears('in the box', 'still the first');
    await ada.say('now the second');
    await ada.nothingUnsent();

    await ada.turnTo(first);
    await first.find('heading', '0fc is open in another tab');
    await first.press('button', 'Use 0fc here');
    await ada.comeBack(kPassphrase);
    await ada.hears('now the second');
    await second.page.close();
  });

  test('a link that comes while the rooms are locked waits for the passphrase', async () => {
    const cy = await stage.person('Cy', kind, server);
    await cy.createRoom('Cellar');
    const link = await cy.invite();
    await ada.tab.press('button', 'Lock');
    await ada.open(link);
    await ada.tab.says('then you can join the room that you were invited to');
    await ada.unlock(kPassphrase);
    await ada.tab.find('dialog', 'Join room');
    await ada.tab.fill('Nickname', 'Ada');
    await ada.tab.press('button', 'Join');
    await ada.inRoom();
    await ada.seesRoomName('Cellar');
    await cy.knowsMembers('Ada', 'Cy');
    await stage.leaves(cy);
  });

  test('"Wipe everything" leaves nothing behind', async () => {
    expect(await ada.storedRecords()).toBeGreaterThan(0);
    await ada.tab.press('button', 'Wipe everything');
    await ada.answer('Wipe everything?', 'Wipe everything');
    await ada.tab.find('button', 'Create room');
    await ada.tab.find('checkbox', 'Keep my rooms on this device');
    expect(await ada.storedRecords()).toBe(0);
    await ada.reload();
    await ada.tab.find('checkbox', 'Keep my rooms on this device');
  });

  test('"leave no trace" stores nothing at all', async () => {
    const bo = await stage.person('Bo', kind, server);
    await bo.createRoom('Sand');
    const cy = await stage.person('Cy', kind, server);
    await cy.join(await bo.invite());
    await bo.say('a footprint');
    await cy.hears('a footprint');
    for (const person of [bo, cy]) expect(await person.stored()).toEqual([]);
    await cy.reload();
    await cy.tab.find('checkbox', 'Keep my rooms on this device');
    expect(await cy.stored()).toEqual([]);
  });
});
