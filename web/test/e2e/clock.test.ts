import { describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();

describe.each(kChromiumUnlessAll)('in %s', (kind) => {
  test.each([
    [30, 'Your clock is 30 hours behind.'],
    [-30, 'Your clock is 30 hours ahead.'],
    [96, 'Your clock is 4 days behind.'],
  ])('a clock that is %i hours off is named', async (clockOffHours, sentence) => {
    const server = await stage.server({ clockOffHours });
    const ada = await stage.person('Ada', kind, server);
    await ada.askToCreate('Time zone');
    expect(await ada.tab.alert(sentence)).toContain('Set date and time of this device, then try again.');
    expect(await ada.connection()).toContain(sentence);
    expect(await ada.tab.seen('textbox', 'Message')).toBeNull();
  });
});
