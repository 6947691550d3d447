import { beforeAll, describe, expect, test } from 'vitest';
import { type BrowserKind, kChromiumUnlessAll, kPairs } from './lib/browsers.ts';
import type { Hold, Side } from './lib/link.ts';
import type { Person } from './lib/person.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';
import { until } from './lib/until.ts';

const stage = setStage();
const kAdas = 'ada keeps her rooms';
const kBos = 'bo keeps them as well';
const kSides = ['server', 'page'] satisfies Side[];
// A join takes fewer messages than that.
const kStepsMax = 30;

const hasArrived = async (ada: Person, bo: Person): Promise<boolean> =>
  (await bo.tab.seen('textbox', 'Message')) !== null && (await ada.members()).includes(bo.name);

/** Waits until the join stands still at `hold`, or is done without having come there. */
const standsStill = (ada: Person, bo: Person, hold: Hold): Promise<'held' | 'done'> =>
  until('the join stands still, or is done', async () => {
    if (hold.reached) return 'held';
    return (await hasArrived(ada, bo)) && 'done';
  });

describe.each(kChromiumUnlessAll)(
  'in %s, with one more message of the join on its way each time',
  (kind: BrowserKind) => {
    let server: Server;
    let ada: Person;
    beforeAll(async () => {
      server = await stage.server();
      ada = await stage.person('Ada', kind, server);
      await ada.createRoom('Hall', kAdas);
    });

    describe.each(kSides)('from the %s', (from) => {
      test.each(['joiner', 'owner'] as const)('the %s reloads, and the join goes on', async (who) => {
        let steps = 0;
        for (let how = 'held'; how === 'held'; steps += 1) {
          const room = `${who} ${from} ${steps}`;
          await ada.createAnother(room);
          const link = await ada.invite();
          const bo = await stage.person('Bo', kind, server);
          const hold = who === 'joiner' ? bo.cable.holdNext(from, steps) : ada.cable.holdNow(from, steps);
          await bo.askToJoin(link, kBos);
          how = await standsStill(ada, bo, hold);
          if (who === 'joiner') {
            await bo.reload();
            await bo.comeBack(kBos);
          } else {
            await ada.reload();
            await ada.comeBack(kAdas, room);
          }
          await bo.inRoom();
          await bo.seesRoomName(room);
          await ada.knowsMembers('Ada', 'Bo');
          await bo.say('here');
          await ada.hears('here');
          await stage.leaves(bo);
          expect(steps).toBeLessThan(kStepsMax);
        }
        // The last turn held nothing. Of the others, a joiner's hold its handshake, request and opening, an owner's at
        // least the admission: what is sent at once may go as one message, so there can be as few as that.
        expect(steps - 1).toBeGreaterThanOrEqual(who === 'joiner' ? 3 : 1);
      });
    });
  },
);

describe.each(kPairs)('owner in $owner, member in $joiner', ({ owner, joiner }) => {
  let server: Server;
  let ada: Person;
  beforeAll(async () => {
    server = await stage.server();
    ada = await stage.person('Ada', owner, server);
    await ada.createRoom('Reading circle', kAdas);
  });

  test('the joiner waits while the owner is away, and both reload meanwhile', async () => {
    const bo = await stage.person('Bo', joiner, server);
    const link = await ada.invite();
    ada.cable.cut();
    await bo.askToJoin(link, kBos);
    await bo.tab.says('Waiting to be let in');
    await bo.reload();
    await bo.comeBack(kBos);
    await bo.tab.says('Waiting to be let in');
    ada.cable.mend();
    await ada.reload();
    await ada.comeBack(kAdas);
    await bo.inRoom();
    await bo.seesRoomName('Reading circle');
    await ada.knowsMembers('Ada', 'Bo');
    await stage.leaves(bo);
  });

  test('a member reloads with messages on their way, which arrive once', async () => {
    const cy = await stage.person('Cy', joiner, server);
    await cy.join(await ada.invite(), kBos);
    const texts: string[] = [];
    for (const from of kSides)
      for (let step = 0; step < 2; step += 1) {
        const text = `from the ${from}, after ${step}`;
        texts.push(text);
        const hold = cy.cable.holdNow(from, step);
        await cy.say(text);
        await ada.say(`beside ${text}`);
        await until('something is on its way', () => hold.reached);
        await cy.reload();
        await cy.comeBack(kBos);
        await cy.hears(text, `beside ${text}`);
        await ada.hears(text);
        await cy.nothingUnsent();
      }
    const read = await ada.messages();
    for (const [author, words] of [
      ['Cy', texts],
      ['Ada', texts.map((text) => `beside ${text}`)],
    ] as const)
      expect(read.filter((row) => row.author === author).map((row) => row.text)).toEqual(words);
    expect(await cy.messages()).toEqual(read);
    await stage.leaves(cy);
  });

  test('a joiner without a vault who reloads is told that a new invite is needed', async () => {
    const eve = await stage.person('Eve', joiner, server);
    const link = await ada.invite();
    await eve.join(link);
    await eve.reload();
    await eve.askToJoin(link);
    expect(await eve.tab.alert('already used this invite')).toContain('Ask for a new one.');
    await eve.join(await ada.invite());
    await eve.say('again');
    await ada.hears('again');
  });
});
