// 0fc as people and scripts use it, at a real 0fcd: two and three of them in one room.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { admit, kPassphrase, World } from './lib/world.mjs';

const world = new World();
let server;
before(async () => {
  server = await world.serve();
});
after(() => world.end());

let people = 0;
const person = (name) => world.person(`${name}${++people}`);

/** A room of two. */
async function pair() {
  const [alice, bob] = [person('alice'), person('bob')];
  await alice.create(server);
  await admit(alice, bob);
  return { alice, bob };
}

test('a room is created, joined, talked in and left', async () => {
  const [alice, bob, carol] = [person('alice'), person('bob'), person('carol')];
  const [room] = await alice.create(server, 'Kaffeeküche');
  assert.deepEqual([room.event, room.state, room.name], ['room', 'live', 'Kaffeeküche']);
  assert.match(room.room, /^[0-9a-f]{64}$/);
  const arrived = await admit(alice, bob);
  assert.deepEqual([arrived.event, arrived.nickname, arrived.state], ['member', bob.name, 'present']);
  await admit(alice, carol);

  const tail = alice.tail();
  await tail.event('being connected', ({ event, state }) => event === 'connection' && state === 'connected');
  await bob.run(['send', 'Kaffeeküche', 'is', 'there', 'any', 'coffee?']);
  await carol.run(['send'], { input: 'no\n\nnot yet\n' });
  const said = await tail.event('the last message', ({ text }) => text === 'not yet');
  assert.equal(said.nickname, carol.name);
  assert.equal(said.own, false);
  assert.equal((await tail.stop()).code, 0);
  assert.deepEqual(await alice.texts(), ['is there any coffee?', 'no', 'not yet']);
  assert.deepEqual(await carol.texts(), ['is there any coffee?', 'no', 'not yet']);

  const members = await carol.json(['members']);
  assert.deepEqual(members.map(({ nickname, role }) => [nickname, role]).sort(), [
    [alice.name, 'owner'],
    [bob.name, 'member'],
    [carol.name, 'member'],
  ]);
  const [left] = await bob.json(['leave']);
  assert.equal(left.state, 'left');
  await bob.run(['send', 'Kaffeeküche', 'still here?'], { code: 7 });
  const refusal = await alice.run(['leave'], { code: 7 });
  assert.match(refusal.err, /The owner can leave only/);
});

test('messages are events with stable keys, read and written as JSON lines', async () => {
  const { alice, bob } = await pair();
  const sent = await bob.json(['send'], { input: '{"text":"one"}\n{"text":"two\\nlines \\u001b[2J"}\n' });
  assert.deepEqual(
    sent.map((event) => Object.keys(event)),
    [1, 2].map(() => ['event', 'room', 'seq', 'author', 'token', 'at', 'text', 'nickname', 'own']),
  );
  assert.deepEqual(
    sent.map(({ text, own }) => [text, own]),
    [
      ['one', true],
      ['two\nlines \u001b[2J', true],
    ],
  );
  const tail = alice.tail();
  await tail.event('the second', ({ text }) => text === 'two\nlines \u001b[2J');
  assert.doesNotMatch(tail.out, /[^\n\x20-\x7e]/);
  assert.equal(tail.events[0].event, 'room');
  await tail.stop();
  // For people: no byte of it acts on a terminal, and lines of one text stand below each other.
  const { out } = await alice.run(['history']);
  assert.match(out, /bob\d+: two\n {18}lines \\x1b\[2J\n/);
  // What a line may be.
  for (const input of ['hello\n', '{"text":1}\n', '{"text":"x","more":1}\n', '["x"]\n'])
    await bob.run(['send', '--json'], { input, code: 2 });
  await bob.run(['send', '--json'], { input: `{"text":"${'x'.repeat(16_385)}"}\n`, code: 2 });
});

test('history is read by position and by number, without the server', async () => {
  const { alice, bob } = await pair();
  const sent = await bob.json(['send'], { input: '{"text":"a"}\n{"text":"b"}\n{"text":"c"}\n' });
  const all = await bob.json(['history']);
  assert.deepEqual(
    (await bob.json(['history', '--since', String(sent[1].seq)])).map(({ text }) => text),
    ['b', 'c'],
  );
  assert.deepEqual(await bob.json(['history', '--last', '4']), all.slice(-4));
  // tail goes on where it stood, and looks back only when it is told to.
  const tail = bob.tail('--last', '1');
  await tail.event('being connected', ({ state }) => state === 'connected');
  await alice.run(['send'], { input: 'd\n' });
  await tail.event('the next', ({ text }) => text === 'd');
  await tail.stop();
  assert.deepEqual(
    tail.events.filter(({ event }) => event === 'message').map(({ text }) => text),
    ['c', 'd'],
  );
});

test('an invite can be taken back, and a used one is of no use to a second', async () => {
  const [alice, bob, mallory] = [person('alice'), person('bob'), person('mallory')];
  await alice.create(server);
  const taken = await alice.invite();
  assert.equal(taken.state, 'live');
  await alice.run(['revoke', '', taken.invite.slice(0, 8)]);
  const late = await mallory.run(['join', '--nickname', 'm'], { input: `${taken.link}\n`, code: 7 });
  assert.match(late.err, /This invite was taken back|Nobody knows this invite/);
  await alice.run(['revoke', '', 'ffffffff'], { code: 5 });

  const waiting = alice.start('invite', '--wait', '--json');
  const { link } = await waiting.event('the invite', ({ event }) => event === 'invite');
  await bob.join(link);
  await waiting.code();
  const second = await world.person('second').run(['join', '--nickname', 'm'], { input: link, code: 7 });
  assert.match(second.err, /Somebody else has used this invite/);
  await alice.run(['join', '--nickname', 'a'], { input: link, code: 2 });
  await mallory.run(['join', '--nickname', 'm'], { input: `${link.slice(0, -9)}\n`, code: 2 });
});

test('the room key is changed by hand, by the owner alone', async () => {
  const { alice, bob } = await pair();
  const [rotation] = await alice.json(['rotate']);
  assert.deepEqual([rotation.event, rotation.epoch], ['rotation', 1]);
  await bob.run(['rotate'], { code: 7 });
  await bob.run(['send'], { input: 'under the new key\n' });
  const tail = alice.tail();
  await tail.event('the message', ({ text }) => text === 'under the new key');
  await tail.stop();
});

test('someone can join while nobody is there, and is let in when the inviter returns', async () => {
  const [alice, bob] = [person('alice'), person('bob')];
  await alice.create(server);
  const { link } = await alice.invite();
  const joining = bob.start('join', '--nickname', bob.name, '--json', '--timeout', '2');
  joining.child.stdin.end(`${link}\n`);
  assert.equal(await joining.code(), 6);
  const [room] = await bob.json(['rooms']);
  assert.equal(room.state, 'waiting');
  const tail = alice.tail();
  const waiting = bob.tail();
  await waiting.event('being in', ({ event, state }) => event === 'room' && state === 'live');
  await tail.event('the arrival', ({ event }) => event === 'arrived');
  assert.equal((await waiting.stop('SIGINT')).code, 0);
  await tail.stop();
});

test('whatever was said is there after both are killed, and nothing is said twice', async () => {
  const { alice, bob } = await pair();
  const sending = bob.start('send', '--json');
  sending.write('{"text":"before"}\n');
  await sending.event('the first', ({ text }) => text === 'before');
  // The server dies; what is said then waits in the vault of one who dies too.
  await server.stop('SIGKILL');
  const kept = new Set(readdirSync(join(bob.data, 'vault')));
  sending.write('{"text":"meanwhile"}\n');
  // A record of its own, under a name that was not there before.
  const isNew = (name) => !kept.has(name);
  await sending.until('the vault', () => readdirSync(join(bob.data, 'vault')).some(isNew));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await sending.stop('SIGKILL');
  await alice.run(['send', '--timeout', '2'], { input: 'hello?\n', code: 6 });
  server = await world.serve('server', { port: server.port });
  await bob.run(['send'], { input: 'after\n' });
  const tail = alice.tail();
  await tail.event('the last', ({ text }) => text === 'after');
  await tail.stop('SIGKILL');
  assert.deepEqual(await bob.texts(), ['before', 'meanwhile', 'after']);
  assert.deepEqual(await alice.texts(), ['before', 'meanwhile', 'after']);
});

test('open talks both ways in one process: the echo bot of examples/', async () => {
  const { alice, bob } = await pair();
  const bot = world.start(process.execPath, ['examples/echo-bot.mjs', '--data', bob.data, '--keyfile', world.keyfile], {
    env: { PATH: `${process.env.ZEROFC.replace(/\/[^/]*$/, '')}:${process.env.PATH}` },
  });
  const talking = alice.start('open', '--json');
  await talking.event('being connected', ({ state }) => state === 'connected');
  talking.write('{"text":"ping"}\n');
  const echo = await talking.event('the echo', ({ text }) => text === 'You said: ping');
  assert.equal(echo.nickname, bob.name);
  talking.child.stdin.end();
  assert.equal(await talking.code(), 0);
  await bot.stop();
});

test('refuses what it should, each with its code', async () => {
  const alice = person('alice');
  const nobody = person('nobody');
  const key = (content, mode = 0o600) => {
    const file = join(world.folder, `key-${++people}`);
    writeFileSync(file, content, { mode });
    chmodSync(file, mode);
    return file;
  };
  const common = (who) => ['--data', who.data];
  const run = async (words, code, sentence) => {
    const running = world.start(process.env.ZEROFC, words, { stdin: 'ignore' });
    assert.equal(await running.code(), code, `${words.join(' ')}: ${running.told}`);
    if (sentence) assert.match(running.told, sentence);
    return running;
  };
  await run([], 2);
  await run(['frobnicate'], 2);
  await run(['--version'], 0, /^0fc \d+\.\d+\.\d+/);
  assert.equal((await run(['--help'], 0)).err, '');
  for (const command of 'create join open rooms invite revoke members leave rotate send tail history wipe'.split(' '))
    await run([command, '--help'], 0, new RegExp(command));
  await run(['rooms', ...common(nobody), '--keyfile', world.keyfile], 3, /no rooms in this state directory/);
  assert.ok(!existsSync(nobody.data));
  await run(['create', ...common(nobody), '--keyfile', world.keyfile, '--name', 'x', '--nickname', 'x'], 2, /--server/);
  await run(['create', ...common(nobody), '--server', 'http://chat.example'], 2, /use https/);
  await run(['rooms', '--passphrase', kPassphrase], 2);
  await alice.create(server);
  await run(['rooms', ...common(alice), '--keyfile', key('a wrong passphrase\n')], 4, /not the passphrase/);
  await run(['rooms', ...common(alice), '--keyfile', key(kPassphrase, 0o644)], 4, /can read the keyfile/);
  await run(['rooms', ...common(alice), '--keyfile', key('two\nlines\n')], 4);
  await run(['rooms', ...common(alice), '--passphrase-fd', '77'], 4);
  await run(['members', 'no such room', ...common(alice), '--keyfile', world.keyfile], 5, /no such room/);
  await run(
    [
      'create',
      ...common(alice),
      '--keyfile',
      world.keyfile,
      '--server',
      'http://localhost:1',
      '--name',
      'x',
      '--nickname',
      'x',
    ],
    3,
    /another server/,
  );
  const tail = alice.tail();
  await tail.event('being connected', ({ state }) => state === 'connected');
  const second = await alice.run(['rooms', '--json'], { code: 3 });
  assert.match(second.err, /Another 0fc is using/);
  assert.deepEqual(
    second.events.map(({ event, exit }) => [event, exit]),
    [['error', 3]],
  );
  await tail.stop();
  // A vault that somebody has changed is not opened, and not touched.
  const vault = join(alice.data, 'vault');
  const [record] = readdirSync(vault).filter((name) => name.length === 32);
  const bytes = readFileSync(join(vault, record));
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(join(vault, record), bytes);
  await alice.run(['rooms'], { code: 3 });
  assert.deepEqual(readFileSync(join(vault, record)), bytes);
});

test('a passphrase comes by a descriptor, and wiping needs none', async () => {
  const alice = person('alice');
  await alice.create(server);
  const rooms = world.start(process.env.ZEROFC, ['rooms', '--json', '--data', alice.data, '--passphrase-fd', '3'], {
    fds: ['pipe'],
  });
  rooms.child.stdio[3].end(`${kPassphrase}\n`);
  assert.equal(await rooms.code(), 0, rooms.told);
  assert.equal(rooms.events.length, 1);
  await alice.run(['wipe'], { input: 'no\n', code: 2 });
  assert.ok(existsSync(join(alice.data, 'vault')));
  await alice.run(['wipe'], { input: 'WIPE\n' });
  assert.ok(!existsSync(alice.data));
});
