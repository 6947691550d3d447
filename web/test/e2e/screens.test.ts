// Pictures of the real product in build/e2e-screens/: look at them after a change.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { screensFolder } from './lib/files.ts';
import type { Person } from './lib/person.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();
const kThemes = ['light', 'dark'] as const;
const kWidths = [1280, 390] as const;

test('start, room, invite and join look right in both themes and at two widths', async () => {
  const folder = screensFolder();
  const server = await stage.server();
  const ada = await stage.person('Ada', 'chromium', server);
  const bo = await stage.person('Bo', 'chromium', server);
  const cy = await stage.person('Cy', 'chromium', server);

  const picture = async (person: Person, screen: string): Promise<void> => {
    const { page } = person.tab;
    for (const theme of kThemes)
      for (const width of kWidths) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
        await page.setViewport({ width, height: width === 390 ? 844 : 800 });
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await page.screenshot({ path: join(folder, `${screen}-${theme}-${width}.png`) });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    await page.setViewport({ width: 1280, height: 800 });
  };

  await ada.open();
  await ada.tab.find('button', 'Create room');
  await picture(ada, 'start');
  await ada.createRoom('Saturday hike', 'a passphrase of ada');
  await picture(ada, 'room-empty');
  await bo.join(await ada.invite());
  await ada.say('Who brings the map?');
  await bo.hears('Who brings the map?');
  await bo.say('I do. And tea, if somebody has cups: mine are in the wash, all of them, don’t ask.');
  await bo.say('Meet at the station at nine?');
  await ada.hears('Meet at the station at nine?');
  await ada.say('Nine it is 👍');
  await bo.hears('Nine it is 👍');
  await ada.tab.press('button', 'Dismiss');
  await picture(ada, 'room');
  await ada.tab.press('button', 'Invite');
  const link = await ada.tab.value('Invite link');
  await picture(ada, 'invite');
  await ada.tab.press('button', 'Close');
  await cy.open(link);
  await cy.tab.find('button', 'Join');
  await picture(cy, 'join');
  await ada.tab.press('button', 'Lock');
  await ada.tab.find('button', 'Unlock');
  await picture(ada, 'locked');
  bo.cable.cut();
  await bo.tab.says('Messages you write are sent when the connection is back.');
  await picture(bo, 'room-offline');
});
