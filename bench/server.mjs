// Server CPU per delivery: 0fcd beside npm ws and mosquitto, taking turns in one run; a table of medians.
// Usage: node bench/server.mjs FOLDER-OF-BINARIES [--seconds N] [--turns N]
// The server runs on one core and the generator on the other (taskset), where there are two.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const run = promisify(execFile);
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '3' }, turns: { type: 'string', default: '3' } },
});
const binaries = positionals[0];
if (binaries === undefined) {
  console.error('usage: node bench/server.mjs FOLDER-OF-BINARIES [--seconds N] [--turns N]');
  process.exit(2);
}
const kTurns = Number(values.turns);
const pinned = availableParallelism() >= 2;
const onCore = (core, command) => (pinned ? ['taskset', '-c', String(core), ...command] : command);

// name: [what it is, rooms, members, messages under way per room]
const kScenarios = {
  A: ['1 → 100', 1, 100, 1],
  B: ['1 → 10', 1, 10, 1],
  C: ['1 → 100, 16 under way', 1, 100, 16],
  D: ['50 rooms × 10', 50, 10, 1],
};

const folder = mkdtempSync(join(tmpdir(), 'zerofc-bench-'));

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts a server; resolves with its process and port once `ready` finds the port in what it printed. */
function start(command, ready) {
  const [program, ...args] = onCore(0, command);
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk) => {
      said += chunk;
      const port = ready(said);
      if (port !== undefined) resolve({ server, port });
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.on('exit', (code) => reject(new Error(`${command[0]} ended with ${code}: ${said}`)));
  });
}

// Limits that a person never meets, and a benchmark is there to exceed.
const kConfig = join(folder, '0fcd.toml');
const kRaised = ['appends', 'controls', 'others'].flatMap((what) => [`${what}-burst`, `${what}-per-second`]);
const kLimits = [...kRaised, 'room-creates-per-minute'].map((key) => `${key} = 1000000\n`).join('');
const kBytes = ['append-bytes-burst', 'append-bytes-per-second'].map((key) => `${key} = 1000000000\n`).join('');
writeFileSync(kConfig, `[limits]\n${kLimits}${kBytes}`);
const portOf = (said) => {
  const match = /ready on http:\/\/localhost:(\d+)/.exec(said);
  return match === null ? undefined : Number(match[1]);
};
let stores = 0;
const zerofc = (store) => () => {
  stores += 1;
  const data = join(folder, `data-${stores}`);
  const options = ['--listen', '127.0.0.1:0', '--data', data, '--store', store, '--threads', '1', '--config', kConfig];
  return start([`${binaries}/0fcd`, ...options], portOf);
};
const kServers = {
  '0fcd, memory store': ['zerofc', zerofc('memory')],
  '0fcd, SQLite FULL': ['zerofc', zerofc('sqlite')],
  'npm ws 8': [
    'ws',
    () =>
      start([process.execPath, fileURLToPath(new URL('peers/ws_server.mjs', import.meta.url))], (said) =>
        /^\d+\n/.test(said) ? Number.parseInt(said, 10) : undefined,
      ),
  ],
  mosquitto: [
    'mqtt',
    async () => {
      const [plain, port] = [await freePort(), await freePort()];
      const config = join(folder, 'mosquitto.conf');
      // mosquitto 2.0.11 ends if it has no listener but WebSocket ones.
      const listeners = `listener ${plain} 127.0.0.1\nlistener ${port} 127.0.0.1\nprotocol websockets\n`;
      writeFileSync(config, `${listeners}allow_anonymous true\nmax_queued_messages 0\n`);
      return start(['mosquitto', '-c', config], (said) => (/running/.test(said) ? port : undefined));
    },
  ],
};

async function measure(kind, begin, [, rooms, members, underWay]) {
  const { server, port } = await begin();
  try {
    const args = [kind, port, server.pid, rooms, members, underWay, values.seconds].map(String);
    const [program, ...rest] = onCore(1, [`${binaries}/zerofc-load`, ...args]);
    const { stdout } = await run(program, rest, { timeout: 300_000 });
    return JSON.parse(stdout);
  } finally {
    server.removeAllListeners('exit');
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  console.log(`Server CPU, µs per delivery of 256 B; medians of ${kTurns} turns of ${values.seconds} s.`);
  console.log(
    '| load | server | µs per delivery | ratio to the first | p50 / p99 µs | join CPU µs | kB per connection |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, scenario] of Object.entries(kScenarios)) {
    const figures = new Map(Object.keys(kServers).map((server) => [server, []]));
    for (let turn = 0; turn < kTurns; turn += 1)
      for (const [server, [kind, begin]] of Object.entries(kServers))
        figures.get(server).push(await measure(kind, begin, scenario));
    const of = (server, field) => median(figures.get(server).map((figure) => figure[field]));
    const first = of(Object.keys(kServers)[0], 'cpu_us_per_delivery');
    for (const server of figures.keys()) {
      const cpu = of(server, 'cpu_us_per_delivery');
      const cells = [
        `${name}: ${scenario[0]}`,
        server,
        cpu.toFixed(2),
        `${(cpu / first).toFixed(2)} ×`,
        `${of(server, 'p50_us')} / ${of(server, 'p99_us')}`,
        of(server, 'join_cpu_us'),
        of(server, 'memory_kb_per_connection'),
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
