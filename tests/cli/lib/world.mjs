// What the tests of 0fc share: a server, people with state directories of their own, and their terminals.
// Programs come in ZEROFC and ZEROFCD.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const kPassphrase = 'correct horse battery';
const kPatienceMillis = 90_000;

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Waits for a condition, never for a time. */
export async function until(what, condition, told = () => '') {
  const end = Date.now() + kPatienceMillis;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await pause(20);
  }
  throw new Error(`${what} did not happen: ${told()}`);
}

/** A program that runs: what it has said so far, and how it ended. */
export class Running {
  constructor(program, args, { stdin = 'pipe', env = {}, fds = [] } = {}) {
    this.child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: [stdin, 'pipe', 'pipe', ...fds],
    });
    this.out = '';
    this.err = '';
    this.child.stdout.on('data', (part) => {
      this.out += part;
    });
    this.child.stderr.on('data', (part) => {
      this.err += part;
    });
    // A program that is gone takes no input.
    this.child.stdin?.on('error', () => {});
    this.ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  get told() {
    return `${this.out}\n${this.err}`;
  }

  /** The JSON lines so far. */
  get events() {
    return this.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  until(what, condition) {
    return until(
      what,
      () => condition(this),
      () => this.told,
    );
  }

  event(what, condition) {
    return this.until(what, () => this.events.find(condition));
  }

  write(text) {
    this.child.stdin.write(text);
  }

  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }

  /** Its exit code; ends a program that takes too long. */
  async code() {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), kPatienceMillis);
    const { code, signal } = await this.ended;
    clearTimeout(timer);
    assert.equal(signal, null, `ended by ${signal}: ${this.told}`);
    return code;
  }
}

/** A folder with everything of one test file; what is started in it ends with it. */
export class World {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'zerofc-cli-'));
    this.keyfile = join(this.folder, 'key');
    writeFileSync(this.keyfile, `${kPassphrase}\n`, { mode: 0o600 });
    this.running = [];
  }

  start(program, args, options) {
    const running = new Running(program, args, options);
    this.running.push(running);
    return running;
  }

  /** 0fcd on a free port, or the one that it had. */
  async serve(name = 'server', { port = 0, options = [] } = {}) {
    const data = join(this.folder, name);
    const server = this.start(process.env.ZEROFCD, ['--listen', `127.0.0.1:${port}`, '--data', data, ...options]);
    const ready = await server.until('0fcd', () => /ready on http:\/\/localhost:(\d+)/.exec(server.out));
    server.port = Number(ready[1]);
    server.origin = `http://localhost:${server.port}`;
    return server;
  }

  person(name) {
    return new Person(this, name);
  }

  async end() {
    for (const running of this.running) running.child.kill('SIGKILL');
    await Promise.all(this.running.map((running) => running.ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Somebody at a terminal. */
export class Person {
  constructor(world, name) {
    this.world = world;
    this.name = name;
    this.data = join(world.folder, `state-${name}`);
    this.more = [];
  }

  /** Starts `0fc` with these words. */
  start(...words) {
    const options = typeof words.at(-1) === 'object' ? words.pop() : {};
    const common = ['--data', this.data, '--keyfile', this.world.keyfile, ...this.more];
    return this.world.start(process.env.ZEROFC, [...words, ...common], options);
  }

  /** Runs it to its end, with this input; expects this exit code. */
  async run(words, { input = '', code = 0 } = {}) {
    const running = this.start(...words);
    running.child.stdin.end(input);
    assert.equal(await running.code(), code, `${words.join(' ')}: ${running.told}`);
    return running;
  }

  async json(words, options) {
    return (await this.run([...words, '--json'], options)).events;
  }

  create(server, name = 'the room') {
    return this.json(['create', '--server', server.origin, '--name', name, '--nickname', this.name]);
  }

  async invite() {
    const [invite] = await this.json(['invite']);
    return invite;
  }

  /** Follows a link; the inviter has to be there. */
  async join(link) {
    return this.json(['join', '--nickname', this.name], { input: `${link}\n` });
  }

  tail(...words) {
    return this.start('tail', '--json', ...words);
  }

  async texts() {
    return (await this.json(['history'])).filter(({ event }) => event === 'message').map(({ text }) => text);
  }
}

/** Lets `joiner` in: `owner` stays connected for as long as it takes. */
export async function admit(owner, joiner) {
  const waiting = owner.start('invite', '--wait', '--json');
  const { link } = await waiting.event('the invite', ({ event }) => event === 'invite');
  await joiner.join(link);
  assert.equal(await waiting.code(), 0, waiting.told);
  return waiting.events.at(-1);
}
