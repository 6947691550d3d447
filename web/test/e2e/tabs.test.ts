import { beforeAll, describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import type { Person } from './lib/person.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';
import { until } from './lib/until.ts';

const stage = setStage();

describe.each(kChromiumUnlessAll)('in %s, a tab whose rooms are in memory only', (kind) => {
  let server: Server;
  let ada: Person;
  let dan: Person;
  beforeAll(async () => {
    server = await stage.server();
    ada = await stage.person('Ada', kind, server);
    await ada.createRoom('Harbour');
    dan = await stage.person('Dan', kind, server);
    await dan.createRoom('Shed');
  });

  test('gets the invite that is opened in another tab, and keeps its rooms', async () => {
    const link = await ada.invite();
    const first = dan.tab;
    const second = await dan.newTab();
    await dan.open(link);
    await second.says('The tab with your rooms shows the invite that you opened.');
    await dan.turnTo(first);
    expect(await first.page.title()).toContain('Join room');
    await first.find('dialog', 'Join room');
    await first.fill('Nickname', 'Dan');
    await first.press('button', 'Join');
    await dan.inRoom();
    await dan.seesRoomName('Harbour');
    await ada.knowsMembers('Ada', 'Dan');
    await dan.enterRoom('Shed');
    await dan.inRoom();
    await second.page.close();
  });

  test('loses them to another only after a question that says so', async () => {
    const first = dan.tab;
    const second = await dan.newTab();
    await dan.open();
    await second.press('button', 'Use 0fc here');
    await second.find('dialog', 'Use 0fc here?');
    await second.says('This ends 2 rooms that are open in the other tab, and nobody can bring them back.');
    await dan.answer('Use 0fc here?', 'Cancel');
    await dan.turnTo(first);
    await dan.say('still here');
    await dan.nothingUnsent();

    await dan.turnTo(second);
    await second.press('button', 'Use 0fc here');
    await dan.answer('Use 0fc here?', 'End them and use 0fc here');
    await second.find('button', 'Create room');
    await dan.turnTo(first);
    await first.find('heading', '0fc is open in another tab');
    expect(await first.page.content()).not.toContain('still here');
    await second.page.close();
    await first.press('button', 'Use 0fc here');
    await first.find('button', 'Create room');
  });

  test('asks before it is reloaded, as long as there is something to lose', async () => {
    await dan.reload();
    expect(dan.tab.leaveQuestions).toBe(0);
    await dan.createRoom('Attic');
    dan.tab.staysWhenAsked = true;
    await dan.tab.page.evaluate(() => setTimeout(() => location.reload(), 0));
    await until('the browser asks', () => dan.tab.leaveQuestions === 1);
    await dan.inRoom();
    await dan.seesRoomName('Attic');
    dan.tab.staysWhenAsked = false;
    await dan.reload();
    expect(dan.tab.leaveQuestions).toBe(2);
    await dan.tab.find('button', 'Create room');
  });
});

describe.each(kChromiumUnlessAll)('in %s, a tab whose rooms are stored', (kind) => {
  test('asks before it is reloaded only while something is written and not sent', async () => {
    const server = await stage.server();
    const eve = await stage.person('Eve', kind, server);
    await eve.createRoom('Cellar', 'six words that nobody guesses');
    await eve.reload();
    expect(eve.tab.leaveQuestions).toBe(0);
    await eve.comeBack('six words that nobody guesses');
    await eve.tab.fill('Message', 'half a sent');
    const send = await eve.tab.find('button', 'Send');
    await until('it can be sent', () => send.evaluate((button) => !button.matches(':disabled')));
    await eve.reload();
    expect(eve.tab.leaveQuestions).toBe(1);
  });
});
