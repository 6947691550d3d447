// A real 0fcd with a data directory of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { kServerProgram, scratchFolder } from './files.ts';
import { until } from './until.ts';

const kFaketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

export interface ServerOptions {
  /** Given: that directory, with what is in it. */
  readonly data?: string;
  /** How far the server's clock is off, in hours. */
  readonly clockOffHours?: number;
  readonly args?: readonly string[];
}

export class Server {
  /** Everything that it has written, in all its lives. */
  output = '';
  /** It was down at some time: then browsers rightly complain of the network. */
  disturbed = false;
  #process: ChildProcess | null = null;
  #port = 0;
  #options: ServerOptions;

  private constructor(options: ServerOptions) {
    this.#options = { data: scratchFolder('data'), ...options };
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(options);
    await server.#run();
    return server;
  }

  get data(): string {
    return this.#options.data ?? '';
  }

  get port(): number {
    return this.#port;
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  get running(): boolean {
    return this.#process !== null;
  }

  /** What must never happen: that it ends by itself. */
  wrongs(): string[] {
    const ended = this.#process?.exitCode ?? this.#process?.signalCode ?? null;
    return ended === null ? [] : [`0fcd ended by itself with ${ended}:\n${this.output}`];
  }

  async #run(): Promise<void> {
    const { clockOffHours, args = [] } = this.#options;
    const clock =
      clockOffHours === undefined
        ? {}
        : {
            LD_PRELOAD: kFaketime,
            FAKETIME: `${clockOffHours < 0 ? '' : '+'}${clockOffHours}h`,
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          };
    const before = this.output.length;
    const process_ = spawn(kServerProgram, ['--listen', `127.0.0.1:${this.#port}`, '--data', this.data, ...args], {
      env: { ...process.env, ...clock },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = process_;
    process_.on('error', (error) => {
      this.output += String(error);
    });
    for (const stream of [process_.stdout, process_.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    const ready = await until(
      'the server is ready',
      () => {
        if (process_.exitCode !== null) throw new Error(`0fcd ended:\n${this.output}`);
        return /0fc is ready on http:\/\/localhost:(\d+)/.exec(this.output.slice(before));
      },
      () => this.output,
    );
    this.#port = Number(ready[1]);
  }

  /** Ends it without a word, as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to end; it must do so by itself and without a fault. */
  async stop(): Promise<void> {
    const ended = await this.#end('SIGTERM');
    if (ended !== null && ended !== 0) throw new Error(`0fcd ended with ${ended}:\n${this.output}`);
  }

  /** Starts it again at the same address. */
  async restart(options: ServerOptions = {}): Promise<void> {
    this.#options = { ...this.#options, ...options };
    await this.#run();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null | string> {
    const process_ = this.#process;
    this.#process = null;
    this.disturbed = true;
    if (process_ === null) return null;
    if (process_.exitCode !== null || process_.signalCode !== null)
      throw new Error(`0fcd had ended before (${process_.exitCode ?? process_.signalCode}):\n${this.output}`);
    process_.kill(signal);
    await once(process_, 'exit');
    return signal === 'SIGKILL' ? null : (process_.exitCode ?? process_.signalCode);
  }
}
