// Drives the native peer: one JSON line per request, in order.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const unhex = (text) => new Uint8Array(Buffer.from(text, 'hex'));

export class ThemisPeer {
  #process;
  #waiting = [];

  constructor(program) {
    this.#process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    const gone = new Error('the native peer ended');
    this.#process.on('error', (error) => this.#fail(error));
    this.#process.on('exit', () => this.#fail(gone));
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#waiting.shift().resolve(JSON.parse(line));
    });
  }

  #fail(error) {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** The peer's answer, refusals included. Byte strings in and out are Uint8Arrays. */
  ask(op, inputs = {}) {
    const encode = ([name, value]) => [name, value instanceof Uint8Array ? hex(value) : value];
    const request = Object.fromEntries([['op', op], ...Object.entries(inputs).map(encode)]);
    const reply = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    return reply;
  }

  /** The outputs of an operation that must succeed. */
  async run(op, inputs = {}) {
    const { ok, error, ...outputs } = await this.ask(op, inputs);
    if (!ok) throw new Error(`${op}: ${error}`);
    const decode = ([name, value]) => [name, typeof value === 'string' ? unhex(value) : value];
    return Object.fromEntries(Object.entries(outputs).map(decode));
  }

  close() {
    this.#process.stdin.end();
  }
}
