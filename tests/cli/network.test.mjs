// How 0fc reaches its server: through a proxy that keeps rooms apart and resolves names, over TLS that is checked, and
// never to a server whose key has changed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { admit, World } from './lib/world.mjs';

const world = new World();
after(() => world.end());

const kOnion = 'expyuzz4wqqyqhjnexpyuzz4wqqyqhjnexpyuzz4wqqyqhjnexpyuzz4.onion';

/** A SOCKS5 proxy (RFC 1928, 1929) that leads every name to `port` here, and notes who asked for what. */
async function proxy(port, { methods = [2] } = {}) {
  const seen = [];
  const server = createServer((client) => {
    client.on('error', () => {});
    let step = 'hello';
    let user;
    let buffer = Buffer.alloc(0);
    const feed = (part) => {
      buffer = Buffer.concat([buffer, part]);
      if (step === 'hello' && buffer.length >= 2 && buffer.length >= 2 + buffer[1]) {
        const offered = [...buffer.subarray(2, 2 + buffer[1])];
        buffer = buffer.subarray(2 + buffer[1]);
        const method = methods.find((one) => offered.includes(one)) ?? 0xff;
        client.write(Buffer.from([5, method]));
        seen.push({ offered });
        step = 'login';
      }
      if (step === 'login' && buffer.length >= 2) {
        const userEnd = 2 + buffer[1];
        if (buffer.length <= userEnd || buffer.length < userEnd + 1 + buffer[userEnd]) return;
        user = `${buffer.subarray(2, userEnd)}:${buffer.subarray(userEnd + 1, userEnd + 1 + buffer[userEnd])}`;
        buffer = buffer.subarray(userEnd + 1 + buffer[userEnd]);
        client.write(Buffer.from([1, 0]));
        step = 'request';
      }
      if (step === 'request' && buffer.length >= 5) {
        assert.equal(buffer[3], 3, 'the target is a name');
        const end = 5 + buffer[4];
        if (buffer.length < end + 2) return;
        seen.push({ user, host: String(buffer.subarray(5, end)), port: buffer.readUInt16BE(end) });
        step = 'through';
        client.removeListener('data', feed);
        const target = connect(port, '127.0.0.1', () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          client.pipe(target).pipe(client);
        });
        target.on('error', () => client.destroy());
        client.on('close', () => target.destroy());
      }
    };
    client.on('data', feed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, seen, url: `socks5://127.0.0.1:${server.address().port}` };
}

let server;
before(async () => {
  server = await world.serve('server', { options: ['--public-origin', `http://${kOnion}`] });
});

test('every room has its own credentials at the proxy, and names are resolved there', async () => {
  const { server: socks, seen, url } = await proxy(server.port);
  const alice = world.person('alice');
  alice.more = ['--proxy', url];
  const onion = { origin: `http://${kOnion}` };
  await alice.create(onion, 'one');
  await alice.create(onion, 'two');
  seen.length = 0;
  const tail = alice.tail('one');
  await tail.event('being connected', ({ state }) => state === 'connected');
  const users = () => new Set(seen.filter(({ user }) => user).map(({ user }) => user));
  await tail.until('both rooms', () => seen.filter(({ user }) => user).length >= 4);
  await tail.stop();
  const asked = seen.filter(({ user }) => user);
  assert.equal(users().size, 2, JSON.stringify(asked));
  for (const user of users()) assert.match(user, /^[0-9a-f]{32}:[0-9a-f]{32}$/);
  for (const { host, port } of asked) assert.deepEqual([host, port], [kOnion, 80]);
  // Only the method that keeps rooms apart was offered.
  for (const { offered } of seen.filter((one) => one.offered)) assert.deepEqual(offered, [2]);
  // Others another time.
  const before = users();
  seen.length = 0;
  await alice.run(['members', 'one']);
  for (const user of users()) assert.ok(!before.has(user));
  socks.close();
});

test('no name is looked up and no socket goes elsewhere when there is a proxy', async () => {
  const { server: socks, url } = await proxy(server.port);
  const carol = world.person('carol');
  carol.more = ['--proxy', url];
  await carol.create({ origin: `http://${kOnion}` });
  const socksPort = Number(url.split(':').at(-1));
  const trace = `${world.folder}/trace`;
  const options = ['--data', carol.data, '--keyfile', world.keyfile, '--proxy', url];
  const traced = world.start(
    'strace',
    ['-f', '-e', 'trace=connect,openat', '-o', trace, process.env.ZEROFC, 'members', ...options],
    { env: { ASAN_OPTIONS: 'detect_leaks=0' } }, // it can't work beside strace
  );
  assert.equal(await traced.code(), 0, traced.told);
  socks.close();
  const calls = readFileSync(trace, 'utf8');
  const targets = [...calls.matchAll(/connect\(.*?sin6?_port=htons\((\d+)\)/g)].map((match) => Number(match[1]));
  assert.ok(targets.length >= 2);
  assert.deepEqual([...new Set(targets)], [socksPort]);
  assert.doesNotMatch(calls, /nscd|resolv\.conf|\/etc\/hosts|nsswitch/);
});

test('a proxy that would put all rooms together is refused, and no proxy is a reason to look an onion name up', async () => {
  const { server: socks, url } = await proxy(server.port, { methods: [0] });
  const bob = world.person('bob');
  const words = ['create', '--server', `http://${kOnion}`, '--name', 'x', '--nickname', 'b', '--timeout', '10'];
  const refused = await bob.run([...words, '--proxy', url], { code: 6 });
  assert.match(refused.err, /takes no user names/);
  const alone = await world.person('alone').run(words, { code: 6 });
  assert.match(alone.err, /reached through Tor/);
  await bob.run([...words, '--proxy', 'socks5://proxy.example:9050'], { code: 2 });
  socks.close();
});

test('a server with another key gets no connection, and both fingerprints are said', async () => {
  const first = await world.serve('first');
  const [dora, emil] = [world.person('dora'), world.person('emil')];
  await dora.create(first);
  await admit(dora, emil);
  await first.stop();
  await world.serve('another', { port: first.port });
  const refused = await dora.run(['send', '--json'], { input: '{"text":"secret"}\n', code: 8 });
  assert.match(refused.err, /Pinned: [0-9a-f]{64}, shown: [0-9a-f]{64}/);
  assert.equal(refused.events.at(-1).exit, 8);
  const tail = emil.tail();
  assert.equal(await tail.code(), 8);
  assert.equal(tail.events.find(({ event }) => event === 'alarm').kind, 'server_key_changed');
});
