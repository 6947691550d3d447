// One WebSocket on its way through a cable: every frame is recorded, and can be held back.
import type { Socket } from 'node:net';
import { type Frame, FrameSplitter, isData } from './websocket.ts';

export type Side = 'page' | 'server';

export interface Passed {
  readonly from: Side;
  readonly frame: Frame;
}

/** Lets `after` data frames of one side through and keeps what follows, until it is released. */
export class Hold {
  readonly from: Side;
  readonly after: number;
  /** True once something is held back. */
  reached = false;
  released = false;
  /** @internal */
  readonly kept: Frame[] = [];
  /** @internal */
  onRelease: () => void = () => undefined;

  constructor(from: Side, after: number) {
    this.from = from;
    this.after = after;
  }

  release(): void {
    this.released = true;
    this.onRelease();
  }
}

const kEndOfHead = '\r\n\r\n';

/** One direction: the head of the upgrade's answer, if it has one, then frames. */
class Direction {
  readonly #splitter = new FrameSplitter();
  readonly #to: Socket;
  readonly #passed: (frame: Frame) => void;
  #head: Buffer | null;
  #hold: Hold | null = null;
  #sinceHold = 0;

  constructor(to: Socket, hasHead: boolean, passed: (frame: Frame) => void) {
    this.#to = to;
    this.#head = hasHead ? Buffer.alloc(0) : null;
    this.#passed = passed;
  }

  hold(hold: Hold): void {
    this.#hold = hold;
    this.#sinceHold = 0;
    hold.onRelease = () => {
      for (const frame of hold.kept.splice(0)) this.#to.write(frame.bytes);
    };
  }

  push(chunk: Buffer): void {
    if (this.#head === null) {
      for (const frame of this.#splitter.push(chunk)) this.#pass(frame);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(kEndOfHead);
    if (end < 0) return;
    const rest = this.#head.subarray(end + kEndOfHead.length);
    this.#to.write(this.#head.subarray(0, end + kEndOfHead.length));
    this.#head = null;
    this.push(rest);
  }

  #pass(frame: Frame): void {
    this.#passed(frame);
    const hold = this.#hold;
    if (hold !== null && !hold.released && (hold.reached || this.#sinceHold >= hold.after)) {
      hold.reached = true;
      hold.kept.push(frame);
      return;
    }
    if (isData(frame)) this.#sinceHold += 1;
    this.#to.write(frame.bytes);
  }
}

export class Link {
  readonly passed: Passed[] = [];
  readonly #page: Socket;
  readonly #server: Socket;
  readonly #directions: Readonly<Record<Side, Direction>>;
  #open = true;

  constructor(page: Socket, server: Socket, onPassed: (passed: Passed) => void) {
    this.#page = page;
    this.#server = server;
    const through = (from: Side, to: Socket): Direction =>
      new Direction(to, from === 'server', (frame) => {
        const passed = { from, frame };
        this.passed.push(passed);
        onPassed(passed);
      });
    this.#directions = { page: through('page', server), server: through('server', page) };
    page.on('data', (chunk: Buffer) => this.#directions.page.push(chunk));
    server.on('data', (chunk: Buffer) => this.#directions.server.push(chunk));
    for (const socket of [page, server]) {
      socket.on('error', () => this.cut());
      socket.on('close', () => this.cut());
    }
  }

  get open(): boolean {
    return this.#open;
  }

  hold(hold: Hold): void {
    this.#directions[hold.from].hold(hold);
  }

  cut(): void {
    this.#open = false;
    this.#page.destroy();
    this.#server.destroy();
  }
}
