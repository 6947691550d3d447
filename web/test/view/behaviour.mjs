// What the page does, in Chromium, with the keyboard and by accessible names: node web/test/view/behaviour.mjs [PART OF A NAME]
import assert from 'node:assert/strict';
import { onStage, settled } from './stage.mjs';

const kRoom = 'Saturday hike';
const tests = [];
const test = (name, scene, act) => tests.push({ name, scene, act });
const one = (page, selector) => page.waitForSelector(`aria/${selector}`, { timeout: 3000 });
const sent = (page, kind) => page.evaluate((is) => window.core.sent.filter((intent) => intent.is === is), kind);
const enter = async (page, name) => {
  const room = await page.waitForSelector('.room-entry.current, .room-entry');
  assert.ok(room);
  await page.evaluate((wanted) => {
    const entry = [...document.querySelectorAll('.room-entry')].find((each) => each.textContent.includes(wanted));
    entry.click();
  }, name);
  await page.waitForSelector('[role=log]');
  await settled(page);
};
/** Says a new message of another member, as the core does. */
const arrives = (page, seqs, text = 'news') =>
  page.evaluate(
    (all, words) => {
      const room = window.core.sent.findLast((intent) => intent.is === 'history.before').room;
      const author = '02'.repeat(16);
      const items = all.map((seq) => ({
        seq,
        kind: 'text',
        author,
        token: seq.toString(16).padStart(32, '0'),
        at: Date.now(),
        text: `${words} ${seq}`,
        subject: null,
        number: null,
        reason: null,
      }));
      window.core.say([{ is: 'items.added', room, items }]);
    },
    seqs,
    text,
  );
const spoken = (page) => page.$$eval('[aria-live=polite] p', (all) => all.map((each) => each.textContent));
const log = (page, read) => page.$eval('[role=log]', read);

test('start: everything has its accessible name', 'start', async (page) => {
  for (const name of [
    '0fc[role="heading"]',
    'Room name[role="textbox"]',
    'Nickname[role="textbox"]',
    'Create room[role="button"]',
    'Invite link[role="textbox"]',
    'Join room[role="button"]',
    'Keep my rooms on this device[role="checkbox"]',
  ])
    await one(page, name);
  await (await one(page, 'Keep my rooms on this device[role="checkbox"]')).click();
  const passphrase = await one(page, 'Passphrase[role="textbox"]');
  assert.match(await passphrase.evaluate((box) => box.value), /^\w+(-\w+){5}$/);
});

test('a suggested passphrase replaces what was typed only if it was asked for since', 'start', async (page) => {
  const suggested = (passphrase) =>
    page.evaluate(
      (words) => window.core.say([{ is: 'passphrase.suggested', passphrase: words, bits: 66 }]),
      passphrase,
    );
  const value = (box) => box.evaluate((input) => input.value);
  await (await one(page, 'Keep my rooms on this device[role="checkbox"]')).click();
  const box = await one(page, 'Passphrase[role="textbox"]');
  await box.click({ count: 3 });
  await box.type('words of my own');
  await suggested('late-late-late');
  await settled(page);
  assert.equal(await value(box), 'words of my own');
  await (await one(page, 'Suggest another[role="button"]')).click();
  await settled(page);
  assert.equal(await value(box), 'velvet-anchor-pilot-cedar-mango-orbit');
});

test('the keyboard alone creates a room', 'start', async (page) => {
  await page.keyboard.press('Tab');
  await page.keyboard.type('Picnic');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.deepEqual((await sent(page, 'vault.memory')).length, 1);
  await page.evaluate(() => window.core.say([{ is: 'vault.changed', state: 'memory', busy: false }]));
  const [create] = await sent(page, 'room.create');
  assert.equal(create.name, 'Picnic');
  assert.equal(create.nickname, 'Ada');
});

test('a link shows a dialog, leaves the address bar, and uses nothing before Join is pressed', 'join', async (page) => {
  await one(page, 'Join room[role="dialog"]');
  assert.equal(await page.evaluate(() => location.hash), '');
  assert.equal((await sent(page, 'link.inspect')).length, 1);
  assert.deepEqual(await sent(page, 'room.join'), []);
  await page.keyboard.type('Bo');
  await (await one(page, 'Join[role="button"]')).click();
  await page.evaluate(() => window.core.say([{ is: 'vault.changed', state: 'memory', busy: false }]));
  assert.equal((await sent(page, 'room.join'))[0].nickname, 'Bo');
});

test('Escape leaves an invite unused', 'join', async (page) => {
  await one(page, 'Join room[role="dialog"]');
  await page.keyboard.press('Escape');
  await one(page, 'Create room[role="button"]');
  assert.deepEqual(await sent(page, 'room.join'), []);
});

test('room: everything has its accessible name', 'invite', async (page) => {
  await enter(page, kRoom);
  for (const name of [
    'Messages[role="log"]',
    'Message[role="textbox"]',
    'Send[role="button"]',
    'Members[role="list"]',
    'Rooms[role="list"]',
    'Connection[role="status"]',
    'Lock[role="button"]',
    'Wipe everything[role="button"]',
  ])
    await one(page, name);
  await (await one(page, 'Room settings[role="button"]')).click();
  for (const name of ['Rotate key', 'Invites', 'Verify', 'Leave room']) await one(page, `${name}[role="menuitem"]`);
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Room settings');
  await (await one(page, 'Invite[role="button"]')).click();
  for (const name of [
    'Invite[role="dialog"]',
    'Invite link[role="textbox"]',
    'Copy[role="button"]',
    'Revoke[role="button"]',
  ])
    await one(page, name);
  assert.equal((await sent(page, 'invite.create')).length, 0);
  await (await one(page, 'Revoke[role="button"]')).click();
  assert.equal((await sent(page, 'invite.revoke')).length, 1);
  await page.keyboard.press('Escape');
  await settled(page);
  assert.equal(await page.$('dialog[open]'), null);
});

test('Enter sends, Shift+Enter starts a new line, the draft stays with its room', 'room', async (page) => {
  await enter(page, kRoom);
  const box = await one(page, 'Message[role="textbox"]');
  await box.focus();
  await page.keyboard.type('one');
  await page.keyboard.down('Shift');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Shift');
  await page.keyboard.type('two');
  await enter(page, 'Book club');
  await enter(page, kRoom);
  assert.equal(await (await one(page, 'Message[role="textbox"]')).evaluate((area) => area.value), 'one\ntwo');
  await (await one(page, 'Message[role="textbox"]')).focus();
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal((await sent(page, 'message.send'))[0].text, 'one\ntwo');
  assert.equal(await (await one(page, 'Message[role="textbox"]')).evaluate((area) => area.value), '');
});

test(
  'new messages are spoken by one polite region, as author and text, many only as a number',
  'room',
  async (page) => {
    await enter(page, kRoom);
    assert.equal(await log(page, (element) => element.getAttribute('aria-live')), 'off');
    assert.deepEqual(await spoken(page), []);
    await arrives(page, [100]);
    await settled(page);
    assert.deepEqual(await spoken(page), ['Bo: news 100']);
    await arrives(page, [101, 102, 103, 104]);
    await settled(page);
    assert.deepEqual(await spoken(page), ['Bo: news 100', '4 new messages']);
    assert.equal(await page.$$eval('[aria-live]:not([aria-live=off])', (all) => all.length), 1);
  },
);

test('the log follows its end, and holds still for who reads further up', 'room_endless', async (page) => {
  await enter(page, kRoom);
  const toEnd = (element) => Math.round(element.scrollHeight - element.scrollTop - element.clientHeight);
  assert.equal(await log(page, toEnd), 0);
  await arrives(page, [5000]);
  await settled(page);
  assert.equal(await log(page, toEnd), 0);

  await log(page, (element) => {
    element.scrollTop -= 900;
  });
  await settled(page);
  const looked = await log(page, (element) => {
    const row = [...element.querySelectorAll('[data-key]')].find((each) => each.offsetTop >= element.scrollTop);
    return { key: row.dataset.key, top: row.offsetTop - element.scrollTop };
  });
  await arrives(page, [5001, 5002]);
  await settled(page);
  const now = await page.$eval(
    '[role=log]',
    (element, key) => element.querySelector(`[data-key="${key}"]`).offsetTop - element.scrollTop,
    looked.key,
  );
  assert.ok(Math.abs(now - looked.top) <= 1, `moved from ${looked.top} to ${now}`);
  await (await page.waitForSelector('.newest-button')).click();
  await settled(page);
  assert.equal(await log(page, toEnd), 0);
});

test(
  'of a long log never more than 200 rows are in the document, on the way to its start and back',
  'room_endless',
  async (page) => {
    await enter(page, kRoom);
    let most = 0;
    let jump = 0;
    for (let step = 0; step < 260; step += 1) {
      const state = await log(page, (element) => {
        const rows = [...element.querySelectorAll('[data-key]')];
        const row = rows.find((each) => each.offsetTop >= element.scrollTop);
        const before = { key: row.dataset.key, top: row.offsetTop - element.scrollTop };
        const moved = Math.min(600, element.scrollTop);
        element.scrollTop -= moved;
        return { count: rows.length, ...before, moved, first: element.textContent.includes('beginning') };
      });
      await settled(page);
      const now = await page.$eval(
        '[role=log]',
        (element, key) => {
          const row = element.querySelector(`[data-key="${key}"]`);
          return row === null ? null : row.offsetTop - element.scrollTop;
        },
        state.key,
      );
      if (now !== null) jump = Math.max(jump, Math.abs(now - state.top - state.moved));
      most = Math.max(most, state.count);
      if (state.first && state.moved === 0) break;
    }
    assert.ok(await log(page, (element) => element.textContent.includes('Message 0.')), 'reached the start');
    assert.ok(most > 100 && most <= 200, `${most} rows`);
    assert.ok(jump <= 1, `what was looked at moved by ${jump} px`);
    for (let step = 0; step < 260; step += 1) {
      await log(page, (element) => {
        element.scrollTop += 900;
      });
      await settled(page);
    }
    assert.ok(await log(page, (element) => element.textContent.includes('Message 999.')), 'reached the end');
  },
);

test('what was read is told when it is on screen at the end', 'room_unread', async (page) => {
  await enter(page, kRoom);
  await settled(page);
  const reads = await sent(page, 'room.read');
  assert.deepEqual(
    reads.map((intent) => intent.seq),
    [15],
  );
  assert.equal(await page.$$eval('.unread-mark', (all) => all.length), 1);
});

test('text of others makes no element, runs nothing, and shows its controls', 'room_hostile', async (page) => {
  await enter(page, 'bold');
  assert.equal(
    await page.$$eval('[role=log] script, [role=log] img, [role=log] b, .member-list img', (all) => all.length),
    0,
  );
  const texts = await page.$$eval('.inert-text, .inert-line', (all) => all.map((each) => each.textContent).join(' '));
  assert.ok(texts.includes('<script>alert(1)</script>') && texts.includes('␛[2J') && texts.includes('\ufffdright'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looks for them
  assert.doesNotMatch(texts, /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/);
  const isolated = await page.$$eval('.inert-text, .inert-line', (all) =>
    all.every((each) => each.dir === 'auto' && ['isolate', 'plaintext'].includes(getComputedStyle(each).unicodeBidi)),
  );
  assert.ok(isolated);
});

const kConfirm = 'the button of the dialog that asks once more';
// Scene, what is pressed by name in order, and the intent that must follow.
const kAsks = [
  [
    'room',
    ['Room settings[role="button"]', 'Rotate key[role="menuitem"]', 'Rotate key[role="button"]'],
    'room.rotate_key',
  ],
  ['room_offline', ['Try now[role="button"]'], 'connection.retry'],
  ['room_offline', ['Try again[role="button"]'], 'message.retry'],
  ['room_offline', ['Discard[role="button"]'], 'message.discard'],
  ['room_alarm', ['I have read this[role="button"]'], 'alarm.dismiss'],
  ['room_left', ['Forget room[role="button"]', kConfirm], 'room.forget'],
  ['leave', ['Room settings[role="button"]', 'Leave room[role="menuitem"]', 'Leave room[role="button"]'], 'room.leave'],
  ['invite', ['Invite[role="button"]', 'New invite[role="button"]'], 'invite.create'],
  ['room', ['Lock[role="button"]'], 'vault.lock'],
  // The first member with options is Bo.
  ['room', ['Member options[role="button"]', 'Make admin[role="menuitem"]'], 'room.set_role'],
  ['room', ['Member options[role="button"]', 'Remove[role="menuitem"]', kConfirm], 'room.remove_members'],
  ['room', ['Room settings[role="button"]', 'Lock room[role="menuitem"]'], 'room.set_policy'],
  ['invite_locked', ['Invite[role="button"]', 'Unlock room[role="button"]'], 'room.set_policy'],
  ['room', ['Room settings[role="button"]', 'Close room[role="menuitem"]', kConfirm], 'room.destroy'],
  [
    'room',
    ['Room settings[role="button"]', 'Transfer ownership[role="menuitem"]', 'Bo[role="radio"]', kConfirm],
    'room.transfer',
  ],
  ['room', ['Member options[role="button"]', 'Transfer ownership[role="menuitem"]', kConfirm], 'room.transfer'],
];

for (const [scene, presses, intent] of kAsks)
  test(`${presses[0].split('[')[0]} in ${scene} asks for ${intent}`, scene, async (page) => {
    await enter(page, kRoom);
    for (const name of presses) {
      if (name === kConfirm) await page.evaluate(() => document.querySelector('dialog .danger').click());
      else await (await one(page, name)).click();
      await settled(page);
    }
    assert.equal((await sent(page, intent)).length, 1);
  });

test('Wipe everything asks once more', 'locked', async (page) => {
  await (await one(page, 'Wipe everything[role="button"]')).click();
  assert.deepEqual(await sent(page, 'vault.wipe'), []);
  await page.evaluate(() => document.querySelector('dialog .danger').click());
  assert.equal((await sent(page, 'vault.wipe')).length, 1);
});

test('a locked vault is opened with what was typed, and a link waits for it', 'locked_link', async (page) => {
  const box = await page.waitForSelector('aria/Passphrase');
  assert.equal(await box.evaluate((input) => input.type), 'password');
  assert.ok(await page.evaluate(() => document.body.textContent.includes('then you can join')));
  await box.type('correct horse');
  await page.keyboard.press('Enter');
  assert.deepEqual(await sent(page, 'vault.open'), [{ is: 'vault.open', passphrase: 'correct horse' }]);
  assert.deepEqual(await sent(page, 'link.inspect'), []);
  await page.evaluate(() => window.core.say([{ is: 'vault.changed', state: 'open', busy: false }]));
  await one(page, 'Join room[role="dialog"]');
});

test(
  'a wrong passphrase is told at its field, which has the focus, until the next is tried',
  'locked',
  async (page) => {
    const box = await page.waitForSelector('aria/Passphrase');
    assert.ok(await box.evaluate((input) => input === document.activeElement));
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    const problem = { is: 'problem', code: 'passphrase_wrong', room: null, ref: null, amount: null };
    await page.evaluate((patch) => window.core.say([patch]), problem);
    await settled(page);
    const described = await box.evaluate((input) =>
      input
        .getAttribute('aria-describedby')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(''),
    );
    assert.match(described, /doesn’t open your rooms/);
    assert.equal(await page.$$eval('[role=alert]', (all) => all.length), 1);
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await page.$$eval('[role=alert]', (all) => all.length), 0);
  },
);

test('unlocking leaves the focus where the page goes on', 'locked', async (page) => {
  await page.keyboard.type('correct horse');
  await page.keyboard.press('Enter');
  await page.evaluate(() => window.core.say([{ is: 'vault.changed', state: 'open', busy: false }]));
  await page.waitForFunction(() => document.activeElement?.matches('main'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].textContent), 'Room name');
});

test('a changed server key is one alarm, and for a joiner one of its own', 'room_server_key', async (page) => {
  await enter(page, kRoom);
  const alerts = () => page.$$eval('[role=alert]', (all) => all.map((each) => each.textContent));
  assert.equal((await alerts()).length, 1);
  assert.match((await alerts())[0], /server’s key has changed/);
});

test('a link for another server key says so once, and waits for nothing', 'join_other_key', async (page) => {
  await (await page.waitForSelector('.room-entry')).click();
  await settled(page);
  const alerts = await page.$$eval('[role=alert]', (all) => all.map((each) => each.textContent));
  assert.equal(alerts.length, 1);
  assert.match(alerts[0], /link is for another server key/);
  assert.equal(await page.$('.pulse'), null);
  await (await one(page, 'Try now[role="button"]')).click();
  assert.equal((await sent(page, 'connection.retry')).length, 1);
  await (await one(page, 'Give up[role="button"]')).click();
  assert.equal((await sent(page, 'room.leave')).length, 1);
});

test('before somebody is invited, the key can be changed', 'invite', async (page) => {
  await enter(page, kRoom);
  await (await one(page, 'Invite[role="button"]')).click();
  await (await one(page, 'Rotate first[role="button"]')).click();
  assert.equal((await sent(page, 'room.rotate_key')).length, 1);
});

test('an invite that works only on this computer has no QR code', 'invite_local', async (page) => {
  await enter(page, kRoom);
  await (await one(page, 'Invite[role="button"]')).click();
  await one(page, 'Invite link[role="textbox"]');
  assert.equal(await page.$('.qr'), null);
});

test('whoever looks like another carries a mark, in the log and in the list', 'room_alike', async (page) => {
  await enter(page, kRoom);
  const marked = (selector) =>
    page.$$eval(selector, (all) => all.map((each) => each.textContent.replace(/ · [0-9a-f]{4,}/, ' · …')));
  assert.ok(
    (await marked('.member-name')).filter((name) => name.startsWith('Ada')).every((name) => name.includes('· …')),
  );
  assert.ok((await marked('.message-author')).includes('Ada · …'));
});

test('several members are selected and removed at once', 'room', async (page) => {
  await enter(page, kRoom);
  await (await one(page, 'Select members[role="button"]')).click();
  await settled(page);
  assert.equal(await page.$('aria/Select Ada[role="checkbox"]'), null);
  for (const name of ['Select Bo', 'Select Chidi', 'Select Eirlys'])
    await (await one(page, `${name}[role="checkbox"]`)).click();
  await (await one(page, 'Select Chidi[role="checkbox"]')).click();
  await (await one(page, 'Remove 2 members[role="button"]')).click();
  assert.deepEqual(await sent(page, 'room.remove_members'), []);
  await (await one(page, 'Remove[role="button"]')).click();
  const [{ members }] = await sent(page, 'room.remove_members');
  assert.deepEqual(members, ['02'.repeat(16), '05'.repeat(16)]);
  await settled(page);
  assert.equal(await page.$('.member-check'), null);
});

test('an owner who wants to leave is led to handing over', 'room', async (page) => {
  await enter(page, kRoom);
  for (const name of ['Room settings[role="button"]', 'Leave room[role="menuitem"]'])
    await (await one(page, name)).click();
  await one(page, 'Leave room?[role="dialog"]');
  await (await one(page, 'Transfer ownership[role="button"]')).click();
  await one(page, 'Transfer ownership[role="dialog"]');
  assert.equal(await page.$$eval('dialog', (all) => all.length), 1);
  assert.deepEqual(await sent(page, 'room.leave'), []);
});

test('an admin invites and removes plain members, and is offered nothing else', 'room_admin', async (page) => {
  await enter(page, kRoom);
  await one(page, 'Invite[role="button"]');
  assert.equal(await page.$$eval('.member .menu', (all) => all.length), 3);
  await (await one(page, 'Member options[role="button"]')).click();
  await settled(page);
  assert.deepEqual(await page.$$eval('[role=menuitem]', (all) => all.map((each) => each.textContent)), ['Remove']);
  await page.keyboard.press('Escape');
  await (await one(page, 'Room settings[role="button"]')).click();
  await settled(page);
  const items = await page.$$eval('[role=menuitem]', (all) => all.map((each) => each.textContent));
  assert.deepEqual(items, ['Rotate key', 'Invites', 'Verify', 'Leave room']);
});

test('nothing moves while the page comes up', 'start', async (page) => {
  const shifts = await page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().map((entry) => entry.value))).observe({
          type: 'layout-shift',
          buffered: true,
        });
        setTimeout(() => resolve([]), 300);
      }),
  );
  assert.deepEqual(shifts, []);
});

test('keys: help, next room, message box, invite', 'room', async (page) => {
  await page.keyboard.down('Control');
  await page.keyboard.press('/');
  await page.keyboard.up('Control');
  await one(page, 'Keyboard shortcuts[role="dialog"]');
  await page.keyboard.press('Escape');
  await page.keyboard.down('Alt');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.up('Alt');
  await page.waitForSelector('.room-entry.current');
  const first = await page.$eval('.room-entry.current', (entry) => entry.textContent);
  assert.ok(first.includes(kRoom), first);
  await page.keyboard.down('Alt');
  await page.keyboard.press('m');
  await page.keyboard.press('i');
  await page.keyboard.up('Alt');
  await one(page, 'Invite[role="dialog"]');
});

const wanted = process.argv[2] ?? '';
let failures = 0;
await onStage('behaviour', async (browser, origin) => {
  for (const { name, scene, act } of tests.filter((each) => each.name.includes(wanted))) {
    const page = await browser.newPage();
    const faults = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    try {
      await page.setViewport({ width: 1280, height: 800 });
      await page.goto(`${origin}/?scene=${scene}${['join', 'locked_link'].includes(scene) ? '#/join/secret' : ''}`, {
        waitUntil: 'load',
      });
      await settled(page);
      await act(page);
      assert.deepEqual(faults, []);
      process.stdout.write(`ok    ${name}\n`);
    } catch (error) {
      failures += 1;
      process.stdout.write(`FAIL  ${name}\n${error.stack}\n${faults.join('\n')}\n`);
    }
    await page.close();
  }
});
process.exit(failures === 0 ? 0 : 1);
