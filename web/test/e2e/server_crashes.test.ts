import { describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();
// Frames that have passed between the two pages and the server since messages were written, when it is killed.
const kPoints = [1, 2, 3, 4, 6, 8, 11, 14, 18, 22];
const kEach = 5;

describe.each(kChromiumUnlessAll)('in %s', (kind) => {
  test('the server is killed at ten points with messages in flight: none is lost, doubled or out of order', async () => {
    const server = await stage.server();
    const ada = await stage.person('Ada', kind, server);
    const bo = await stage.person('Bo', kind, server);
    const both = [ada, bo];
    await ada.createRoom('Power cuts');
    await bo.join(await ada.invite());
    await ada.knowsMembers('Ada', 'Bo');

    const textsOf = (name: string, round: number): string[] =>
      Array.from({ length: kEach }, (_, index) => `${name}, round ${round}, ${index}`);
    for (const [round, point] of kPoints.entries()) {
      let frames = 0;
      let killed: Promise<void> | undefined;
      const watches = both.map(({ cable }) =>
        cable.watch(() => {
          frames += 1;
          if (frames === point) killed = server.kill();
        }),
      );
      await Promise.all(both.map((person) => person.sayAll(textsOf(person.name, round))));
      await killed;
      expect(killed, `frame ${point} of round ${round}`).toBeDefined();
      for (const unwatch of watches) unwatch();
      const unsent = (await Promise.all(both.map((person) => person.shown())))
        .flat()
        .filter((row) => row.is === 'unsent');
      expect(unsent.length).toBeGreaterThan(0);

      await server.restart();
      for (const person of both) await person.reconnects();
      for (const person of both) {
        await person.hears(`Ada, round ${round}, ${kEach - 1}`, `Bo, round ${round}, ${kEach - 1}`);
        await person.nothingUnsent();
      }
    }

    const read = await ada.messages();
    for (const { name } of both) {
      const written = kPoints.flatMap((_, round) => textsOf(name, round));
      expect(read.filter((row) => row.author === name).map((row) => row.text)).toEqual(written);
    }
    expect(await bo.messages()).toEqual(read);
  });
});
