import { describe, expect, test } from 'vitest';
import { kPairs } from './lib/browsers.ts';
import { setStage } from './lib/stage.ts';

const stage = setStage();
const kRoom = 'Saturday hike';
const kEach = 63; // 252 messages of four people; the key changes every 100

describe.each(kPairs)('owner in $owner, first joiner in $joiner', ({ owner, joiner }) => {
  test('four people talk across two rotations and read the same, in the same order', async () => {
    const server = await stage.server();
    const ada = await stage.person('Ada', owner, server);
    const others = [
      await stage.person('Bo', joiner, server),
      await stage.person('Cy', 'chromium', server),
      await stage.person('Dee', 'chromium', server),
    ];
    const all = [ada, ...others];

    await ada.createRoom(kRoom);
    for (const other of others) await other.join(await ada.invite());
    for (const person of all) {
      await person.seesRoomName(kRoom);
      await person.knowsMembers('Ada', 'Bo', 'Cy', 'Dee');
    }

    const textsOf = (name: string): string[] => Array.from({ length: kEach }, (_, index) => `${name} says ${index}`);
    await Promise.all(all.map((person) => person.sayAll(textsOf(person.name))));
    for (const person of all) {
      await person.hears(...all.map(({ name }) => `${name} says ${kEach - 1}`));
      await person.nothingUnsent();
    }

    const read = await ada.log();
    const messages = read.filter((row) => row.is === 'message');
    expect(messages).toHaveLength(all.length * kEach);
    for (const { name } of all)
      expect(messages.filter((row) => row.author === name).map((row) => row.text)).toEqual(textsOf(name));
    const rotations = read.filter((row) => row.is === 'notice' && row.text.startsWith('New room key'));
    expect(rotations.map((row) => row.text)).toEqual(['New room key 2, made by Ada', 'New room key 3, made by Ada']);

    // The keys of the rows name author and token of each message, and the place in the log of everything else.
    for (const other of others) expect(await other.log()).toEqual(read);
  });
});
