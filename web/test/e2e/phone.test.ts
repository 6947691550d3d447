import { describe, expect, test } from 'vitest';
import { kPhone } from './lib/person.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();

// Firefox's driver emulates no phone.
describe('on two phones, in chromium', () => {
  test('create, invite, join and talk with a finger', async () => {
    const server = await stage.server();
    const ada = await stage.person('Ada', 'chromium', server, { viewport: kPhone });
    const bo = await stage.person('Bo', 'chromium', server, { viewport: kPhone });
    await ada.createRoom('Tram stop');
    await bo.join(await ada.invite());
    await bo.seesRoomName('Tram stop');

    await ada.say('Which line?');
    await bo.hears('Which line?');
    await bo.say('The 5.');
    await ada.hears('The 5.');

    for (const person of [ada, bo]) {
      await person.tab.press('button', 'Members');
      await person.knowsMembers('Ada', 'Bo');
      await person.tab.press('button', 'Close members');
      const width = await person.tab.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(kPhone.width);
    }

    // To all rooms and back: what came meanwhile is marked as new.
    await bo.tab.press('button', 'All rooms');
    await ada.say('Here it comes');
    await bo.tab.says('Ada: Here it comes');
    await bo.enterRoom();
    await bo.hears('Here it comes');
    await bo.tab.says('New messages');
  });
});
