// The recipe of packaging/Caddyfile, run: the real Caddy with TLS in front of 0fcd under a name that is not localhost,
// a WebSocket through it, and in that a Secure Session by the official wasm-themis.
// Run with --no-experimental-fetch (see tests/interop/) and the server's path in ZEROFCD.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import themis from 'wasm-themis';
import { WebSocket } from 'ws';

const root = fileURLToPath(new URL('../../', import.meta.url));
const kName = 'chat.0fc.test';
const folder = mkdtempSync(join(tmpdir(), 'zerofc-caddy-'));
const children = [];

function start(program, args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      child.said += chunk;
    });
  }
  return child;
}

async function until(what, condition) {
  for (let i = 0; i < 300; ++i) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not happen: ${children.map((child) => child.said).join('\n')}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

let port;
let ca;
let origin;
const tls = () => ({
  ca,
  servername: kName,
  lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
});

function get(path, headers = {}) {
  return new Promise((resolve, reject) => {
    request({ host: kName, port, path, headers, agent: false, ...tls() }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const open = (options = {}) =>
  new WebSocket(`${origin.replace('https', 'wss')}/ws`, '0fc.v1', { origin, ...tls(), ...options });

before(async () => {
  await themis.initialized;
  port = await freePort();
  origin = `https://${kName}:${port}`;
  const data = join(folder, 'data');
  const server = start(process.env.ZEROFCD, ['--listen', '127.0.0.1:0', '--data', data, '--public-origin', origin]);
  const ready = await until('0fcd', () => /ready on http:\/\/localhost:(\d+)/.exec(server.said));
  // The recipe as it is, but for an authority of its own and no port 80.
  const recipe = readFileSync(join(root, 'packaging/Caddyfile'), 'utf8');
  const config = join(folder, 'Caddyfile');
  writeFileSync(
    config,
    recipe.replace('admin off', 'admin off\nlocal_certs\nskip_install_trust\nauto_https disable_redirects'),
  );
  start('caddy', ['run', '--adapter', 'caddyfile', '--config', config], {
    ZEROFC_SITE: `${kName}:${port}`,
    ZEROFC_UPSTREAM: `127.0.0.1:${ready[1]}`,
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    HOME: folder,
  });
  const authority = join(folder, 'caddy/pki/authorities/local/root.crt');
  await until('the certificate', () => existsSync(authority));
  ca = readFileSync(authority);
  await until('Caddy', () =>
    get('/healthz')
      .then((answer) => answer.status === 200)
      .catch(() => false),
  );
});

after(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the page comes with its own headers and one for TLS', async () => {
  const page = await get('/', { 'accept-encoding': 'br' });
  assert.equal(page.status, 200);
  assert.equal(page.headers['content-encoding'], 'br');
  assert.match(page.headers['content-security-policy'], /^default-src 'none'/);
  assert.equal(page.headers['strict-transport-security'], 'max-age=31536000');
  assert.equal(page.headers.server, undefined);
});

test('a WebSocket and a Secure Session go through, and a ping comes back', async () => {
  const keys = (await get('/server-key')).body;
  // server-content: ["0fc server", session key, signing key]
  const sessionKey = new Uint8Array(keys.subarray(keys.indexOf('UEC2'), keys.indexOf('UEC2') + 45));
  const own = new themis.KeyPair();
  const session = new themis.SecureSession(own.publicKey, own.privateKey, (id) =>
    Buffer.from(id).toString() === '0fc-server' ? new themis.PublicKey(sessionKey) : null,
  );
  const socket = open();
  const messages = [];
  socket.on('message', (message) => messages.push(new Uint8Array(message)));
  await once(socket, 'open');
  assert.equal(socket.protocol, '0fc.v1');
  assert.equal(socket.extensions, '');
  socket.send(session.connectionRequest());
  socket.send(session.negotiateReply(await until('msg2', () => messages.shift())));
  session.negotiateReply(await until('msg4', () => messages.shift()));
  assert.ok(session.established());
  // counter 0, frame ping 7
  socket.send(session.wrap(new Uint8Array([0x00, 0x82, 0x0a, 0xa1, 0x01, 0x07])));
  const pong = session.unwrap(await until('pong', () => messages.shift()));
  assert.deepEqual(pong, new Uint8Array([0x00, 0x82, 0x18, 0x2e, 0xa1, 0x01, 0x07]));
  socket.close();
  await once(socket, 'close');
});

test('a page of another origin gets no WebSocket through the proxy either', async () => {
  for (const foreign of ['https://evil.test', `https://${kName}`, `http://${kName}:${port}`, 'null']) {
    const socket = open({ origin: foreign });
    const [error] = await once(socket, 'error');
    assert.match(error.message, /403/);
  }
});
