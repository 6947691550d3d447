import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ConnectionEvents, Connections, kMaxMessageBytes } from '../../src/worker/connections.ts';
import type { LibThemis } from '../../src/worker/libthemis.ts';
import { EvilServer } from './evil_server.ts';
import { bytes, changed, type Official, officialThemis, random, startThemis, text } from './fixtures.ts';

let lib: LibThemis;
let official: Official;
beforeAll(async () => {
  lib = await startThemis();
  official = await officialThemis();
});

let server: EvilServer;
let connections: Connections;
let told: unknown[];
let takes: boolean;
const events: ConnectionEvents = {
  serverKey: (connection, body, date) => told.push(['serverKey', connection, bytes(body), date]),
  established: (connection) => told.push(['established', connection]),
  frame: (connection, size, unwrap) => {
    const out = new Uint8Array(size);
    if (!unwrap(out)) return false;
    told.push(['frame', connection, out]);
    return takes;
  },
  lost: (connection, reason) => told.push(['lost', connection, reason]),
};

beforeEach(async () => {
  told = [];
  takes = true;
  server = new EvilServer(official);
  connections = new Connections(lib, await server.listen(), events);
});
afterEach(() => {
  connections.disconnectAll();
  server.close();
});

const own = () => new official.KeyPair();
function open(id: number, serverKey = server.keys.publicKey) {
  const pair = own();
  connections.open(id, pair.privateKey, pair.publicKey, serverKey);
  return pair;
}
const tells = (expected: unknown[]) => vi.waitFor(() => expect(told).toEqual(expected));
async function opened(id: number): Promise<void> {
  open(id);
  await tells([['established', id]]);
  told = [];
}
/** Time for anything else to be told. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('the server’s key', () => {
  test('comes with the server’s date', async () => {
    connections.fetchServerKey(7);
    await tells([['serverKey', 7, text('keys'), Date.UTC(2026, 6, 1, 12)]]);
  });

  test('comes without one where there is none that can be read', async () => {
    server.onServerKey = (_, response) => response.setHeader('date', 'yesterday').end('keys');
    connections.fetchServerKey(7);
    await tells([['serverKey', 7, text('keys'), null]]);
  });

  test.each([
    ['an error', 500, {}, 'keys'],
    ['a redirect', 302, { location: '/' }, ''],
    ['more than two keys', 200, {}, 'x'.repeat(1025)],
  ] as const)('%s is no answer', async (_, status, headers, body) => {
    server.onServerKey = (__, response) => response.writeHead(status, headers).end(body);
    connections.fetchServerKey(7);
    await tells([['lost', 7, 'network']]);
  });

  test('is not read on beyond two keys', async () => {
    const gone = new Promise((resolve) => {
      server.onServerKey = (_, response) => {
        // An answer without an end.
        const more = setInterval(() => response.write('x'.repeat(512)), 5);
        response.on('close', () => resolve(clearInterval(more)));
      };
    });
    connections.fetchServerKey(7);
    await tells([['lost', 7, 'network']]);
    await gone;
  });

  test('of a connection that is not wanted any more is not told', async () => {
    server.onServerKey = (_, response) => setTimeout(() => response.end('keys'), 20);
    connections.fetchServerKey(7);
    connections.disconnect(7);
    await aWhile();
    expect(told).toEqual([]);
  });
});

describe('a connection', () => {
  test('is made under the client’s own key and the protocol’s name', async () => {
    const pair = open(1);
    await tells([['established', 1]]);
    expect(server.clientId).toEqual(bytes(pair.publicKey));
    const headers = server.upgrades[0]?.headers;
    expect(headers?.['sec-websocket-protocol']).toBe('0fc.v1');
    expect(headers?.cookie).toBeUndefined();
  });

  test('carries frames both ways, in order', async () => {
    await opened(1);
    for (let n = 0; n < 20; n += 1) connections.send(1, text(`to the server ${n}`));
    for (let n = 0; n < 20; n += 1) server.send(server.wrap(text(`to the client ${n}`)));
    await tells(Array.from({ length: 20 }, (_, n) => ['frame', 1, text(`to the client ${n}`)]));
    await vi.waitFor(() => expect(server.received).toHaveLength(20));
    expect(server.received).toEqual(Array.from({ length: 20 }, (_, n) => text(`to the server ${n}`)));
  });

  test('carries the largest frame and its counter', async () => {
    await opened(1);
    const largest = random(256 * 1024 + 9);
    server.send(server.wrap(largest));
    await tells([['frame', 1, largest]]);
  });

  test('that a frame says is over is lost once', async () => {
    await opened(1);
    takes = false;
    server.send(server.wrap(text('one')));
    server.send(server.wrap(text('two')));
    await tells([
      ['frame', 1, text('one')],
      ['lost', 1, 'session'],
    ]);
    await aWhile();
    expect(told).toHaveLength(2);
  });

  test('that the network drops is lost', async () => {
    await opened(1);
    server.drop();
    await tells([['lost', 1, 'network']]);
    connections.send(1, text('to nobody'));
    await aWhile();
    expect(told).toHaveLength(1);
  });

  test('that is not wanted any more ends, and nothing more is told of it', async () => {
    await opened(1);
    connections.disconnect(1);
    connections.send(1, text('to nobody'));
    await vi.waitFor(() => expect(server.open).toBe(false));
    expect(told).toEqual([]);
    expect(server.received).toEqual([]);
  });

  test('to nobody is lost', async () => {
    server.close();
    open(1);
    await tells([['lost', 1, 'network']]);
  });
});

describe('a server that misbehaves', () => {
  test('with another key than the expected one is refused', async () => {
    open(1, own().publicKey);
    await tells([['lost', 1, 'handshake']]);
  });

  test.each([
    ['a changed msg2', 1, (reply: Uint8Array) => changed(reply, 70)],
    ['a text in place of msg2', 1, () => 'hello'],
    ['a changed msg4', 2, (reply: Uint8Array) => changed(reply)],
    ['hole_O: a msg4 without its MAC', 2, (reply: Uint8Array) => bytes(reply.slice(0, 12))],
    ['nothing at all in a message', 1, () => new Uint8Array()],
  ] as const)('with %s is refused', async (_, step, change) => {
    server.onHandshake = (reply, n) => (n === step ? change(reply) : reply);
    open(1);
    await tells([['lost', 1, 'handshake']]);
  });

  /** While timers are in the test's hands. */
  const until = async (come: () => boolean) => {
    while (!come()) await new Promise(setImmediate);
  };
  afterEach(() => {
    vi.useRealTimers();
  });

  test('that says nothing is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.onHandshake = () => null;
    open(1);
    await until(() => server.clientId !== null);
    vi.advanceTimersByTime(19_999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([['lost', 1, 'network']]);
  });

  test('that is established in time is not given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    open(1);
    await until(() => told.length > 0);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([['established', 1]]);
  });

  test.each([
    ['a changed message', () => changed(server.wrap(text('a message')))],
    ['a text', () => 'a message'],
    ['a message of nothing', () => random(52)],
    ['an empty message', () => new Uint8Array()],
    ['a message over the limit', () => server.wrap(random(kMaxMessageBytes - 51))],
    ['msg4 again', () => random(44)],
  ])('with %s loses the connection', async (_, message) => {
    await opened(1);
    server.send(message());
    await tells([['lost', 1, 'session']]);
  });
});

test('several connections stand side by side', async () => {
  open(1);
  await tells([['established', 1]]);
  const second = new EvilServer(official);
  const others = new Connections(lib, await second.listen(), events);
  const pair = own();
  others.open(2, pair.privateKey, pair.publicKey, second.keys.publicKey);
  await tells([
    ['established', 1],
    ['established', 2],
  ]);
  server.send(server.wrap(text('for 1')));
  await vi.waitFor(() => expect(told[2]).toEqual(['frame', 1, text('for 1')]));
  second.send(second.wrap(text('for 2')));
  await vi.waitFor(() => expect(told[3]).toEqual(['frame', 2, text('for 2')]));
  others.disconnectAll();
  second.close();
});
