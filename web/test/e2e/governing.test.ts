import { beforeAll, describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import type { Person } from './lib/person.ts';
import { setStage } from './lib/stage.ts';
import { until } from './lib/until.ts';

const stage = setStage();

describe.each(kChromiumUnlessAll)('in %s, a room from its first admin to its end', (kind) => {
  let ada: Person;
  let bo: Person;
  let cy: Person;
  let dee: Person;
  let eve: Person;
  beforeAll(async () => {
    const server = await stage.server();
    const arrives = (name: string): Promise<Person> => stage.person(name, kind, server);
    ada = await arrives('Ada');
    bo = await arrives('Bo');
    cy = await arrives('Cy');
    dee = await arrives('Dee');
    eve = await arrives('Eve');
    await ada.createRoom('Orchard');
    const log = await ada.tab.find('log', 'Messages');
    const rows = await log.$$eval('[data-key]', (all) => all.map((row) => row.textContent));
    expect(rows[0]).toBe('Today');
    for (const other of [bo, cy]) await other.join(await ada.invite());
    for (const person of [ada, bo, cy]) await person.knowsMembers('Ada', 'Bo', 'Cy');
  });

  test('the owner makes an admin, who invites somebody and is told who came in', async () => {
    expect(await bo.tab.seen('button', 'Invite')).toBeNull();
    expect(await bo.tab.seen('button', 'Member options')).toBeNull();
    await ada.chooses('Bo', 'Make admin');
    for (const person of [ada, bo, cy]) await person.seesRole('Bo', 'Admin');
    await dee.join(await bo.invite());
    await bo.tab.says('Dee came in to “Orchard” with your invite');
    for (const person of [ada, bo, cy, dee]) {
      await person.knowsMembers('Ada', 'Bo', 'Cy', 'Dee');
      await person.tab.says('Dee came in with an invite of Bo');
      expect(await person.membersInOrder()).toEqual(['Ada', 'Bo', 'Cy', 'Dee']);
    }
    await ada.say('Welcome, Dee');
    await cy.hears('Welcome, Dee');
  });

  test('whoever is removed is told, and reads nothing after', async () => {
    await ada.chooses('Cy', 'Remove');
    await ada.tab.says('Removes Cy and changes the key. Cy keeps what was read so far.');
    await ada.answer('Remove?', 'Remove');
    await cy.tab.says('You were removed from this room.');
    expect(await cy.tab.seen('textbox', 'Message')).toBeNull();
    for (const person of [ada, bo, dee]) {
      await person.knowsMembers('Ada', 'Bo', 'Dee');
      await person.tab.says('Ada removed Cy, and the room has a new key');
    }
    await ada.say('between us three');
    for (const person of [bo, dee]) await person.hears('between us three');
    await cy.hears('Welcome, Dee');
    expect(await cy.tab.page.content()).not.toContain('between us three');
  });

  test('a locked room lets nobody in until it is unlocked', async () => {
    const link = await bo.invite();
    await ada.settles('Lock room');
    await bo.tab.says('3 members · locked');
    await eve.askToJoin(link);
    await eve.tab.alert('The room takes no new members at the moment.');
    await ada.knowsMembers('Ada', 'Bo', 'Dee');
    await ada.settles('Unlock room');
    await until('it is unlocked', async () => !(await bo.tab.words()).includes('3 members · locked'));
  });

  test('the owner leaves only after handing over', async () => {
    await ada.settles('Leave room');
    await ada.tab.says('Hand over the room first; then you can leave.');
    await ada.answer('Leave room?', 'Transfer ownership');
    await ada.tab.press('radio', 'Bo');
    await ada.answer('Transfer ownership', 'Transfer ownership');
    for (const person of [ada, bo, dee]) {
      await person.seesRole('Bo', 'Owner');
      await person.seesRole('Ada', 'Admin');
    }
    await ada.settles('Leave room');
    await ada.answer('Leave room?', 'Leave room');
    await ada.tab.says('You have left this room');
    for (const person of [bo, dee]) await person.knowsMembers('Bo', 'Dee');
  });

  test('the new owner closes the room for everybody', async () => {
    await bo.say('closing time');
    await dee.hears('closing time');
    await bo.settles('Close room');
    await bo.answer('Close room?', 'Close room');
    for (const person of [bo, dee]) {
      await person.tab.says('The owner has closed this room for everybody.');
      expect(await person.tab.seen('textbox', 'Message')).toBeNull();
      await person.hears('closing time');
    }
  });
});
