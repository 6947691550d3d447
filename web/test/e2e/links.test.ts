import { beforeAll, describe, expect, test } from 'vitest';
import { kChromiumUnlessAll } from './lib/browsers.ts';
import type { Person } from './lib/person.ts';
import type { Server } from './lib/server.ts';
import { setStage } from './lib/stage.ts';
import { until } from './lib/until.ts';

const stage = setStage();

/** The link with its bytes changed: [version, …, expires], canonical CBOR. */
function rewritten(link: string, change: (bytes: Buffer) => void): string {
  const [origin, content = ''] = link.split('/#/join/');
  const bytes = Buffer.from(content, 'base64url');
  change(bytes);
  return `${origin}/#/join/${bytes.toString('base64url')}`;
}

describe.each(kChromiumUnlessAll)('in %s', (kind) => {
  let server: Server;
  let ada: Person;
  let bo: Person;
  beforeAll(async () => {
    server = await stage.server();
    ada = await stage.person('Ada', kind, server);
    bo = await stage.person('Bo', kind, server);
    await ada.createRoom('Doorstep');
  });

  /** Opens a link that can't be used, and closes what is said of it. */
  const opens = async (person: Person, link: string, sentence: string): Promise<void> => {
    await person.open(link);
    await person.tab.find('dialog', 'Join room');
    await person.tab.alert(sentence);
    await person.tab.press('button', 'Close');
    await person.tab.find('button', 'Create room');
  };

  test('opening a link asks the server for nothing and leaves no trace of it in the address', async () => {
    const link = await ada.invite();
    await bo.open(link);
    await bo.tab.find('dialog', 'Join room');
    await bo.tab.find('button', 'Join');
    expect(await bo.tab.page.evaluate(() => location.href)).toBe(`${server.origin}/`);
    expect(bo.cable.links).toEqual([]);
    expect(bo.cable.requests.filter((request) => /server-key|\/ws/.test(request))).toEqual([]);
    await bo.tab.press('button', 'Cancel');
    await bo.tab.find('button', 'Create room');

    await opens(bo, link.slice(0, -7), 'This isn’t a whole invite link.');
    await opens(bo, link.replace('/#/join/', '/#/join/AA'), 'This isn’t a whole invite link.');
    const newer = rewritten(link, (bytes) => bytes.writeUInt8(2, 1));
    await opens(bo, newer, 'This link was made by a newer version of 0fc.');
    const late = rewritten(link, (bytes) => bytes.writeUInt32BE(1_600_000_000, bytes.length - 4));
    await opens(bo, late, 'This invite has expired. Ask for a new one.');
    const elsewhere = link.replace(server.origin, 'https://chat.example');
    await bo.tab.fill('Invite link', elsewhere);
    await bo.tab.press('button', 'Join room');
    await bo.tab.alert('This link leads to another server: https://chat.example.');
    await bo.tab.press('button', 'Close');
    expect(bo.cable.links).toEqual([]);

    // After all that it is as good as new.
    await bo.tab.fill('Invite link', link);
    await bo.tab.press('button', 'Join room');
    await bo.tab.fill('Nickname', 'Bo');
    await bo.tab.press('button', 'Join');
    await bo.inRoom();
    await ada.knowsMembers('Ada', 'Bo');
  });

  test('an own link and one of a room that somebody is in', async () => {
    const link = await ada.invite();
    await ada.open(link);
    await ada.tab.alert('You made this invite yourself.');
    await ada.tab.press('button', 'Close');
    await ada.enterRoom();
    await bo.open(link);
    await bo.tab.alert('You are in this room already.');
    await bo.tab.press('button', 'Open room');
    await bo.inRoom();
  });

  test('a used link says so, to the second who comes', async () => {
    const link = await ada.invite();
    const cy = await stage.person('Cy', kind, server);
    const dee = await stage.person('Dee', kind, server);
    await cy.join(link);
    await dee.askToJoin(link);
    expect(await dee.tab.alert('Somebody else has already used this invite.')).toContain('Ask for a new one.');
    await ada.knowsMembers('Ada', 'Bo', 'Cy');
    await stage.leaves(dee);
  });

  test('a revoked link says so', async () => {
    await ada.tab.press('button', 'Invite');
    const link = await ada.tab.value('Invite link');
    await ada.tab.press('button', 'Revoke');
    await ada.tab.says('Revoked');
    await ada.tab.press('button', 'Close');
    const eve = await stage.person('Eve', kind, server);
    await eve.askToJoin(link);
    await eve.tab.alert('This invite was taken back. Ask for a new one.');
    await ada.knowsMembers('Ada', 'Bo', 'Cy');
    await stage.leaves(eve);
  });

  test('a link whose time is over at the server says so', async () => {
    await ada.tab.press('button', 'Invite');
    const choice = await until('the choice of how long', () => ada.tab.page.$('aria/New link lasts[role="combobox"]'));
    await choice.select('3600');
    await ada.tab.press('button', 'New invite');
    await ada.tab.says('Ends');
    const link = await ada.tab.value('Invite link');
    await ada.tab.press('button', 'Close');
    await server.stop();
    await server.restart({ clockOffHours: 2 });
    await ada.reconnects();
    const eve = await stage.person('Eve', kind, server);
    await eve.askToJoin(link);
    await eve.tab.alert('This invite has expired. Ask for a new one.');
    await ada.knowsMembers('Ada', 'Bo', 'Cy');
    await stage.leaves(eve);
  });

  test('a room that the server does not have any more', async () => {
    const link = await ada.invite();
    const mangled = rewritten(link, (bytes) => bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10));
    const eve = await stage.person('Eve', kind, server);
    await eve.askToJoin(mangled);
    await eve.tab.alert(/Nobody knows this invite|The server doesn’t have this room/);
    await stage.leaves(eve);
  });
});
