// The network of one person: an HTTP proxy that the browser sends everything through, also what its workers ask for and
// what leads to this machine. So it sees each host that is asked for, and can be cut like a cable.
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Hold, Link, type Passed, type Side } from './link.ts';

const kReports = '/e2e-reports-of-the-policy';

export interface CableOptions {
  /** The address that the browser's requests come from, as the server sees it. */
  readonly from?: string;
  /** Headers that a reverse proxy adds. */
  readonly adds?: Readonly<Record<string, string>>;
}

/** Where a host name leads. */
interface Route {
  readonly port: number;
  /** Replaces the Host header, for a name that the server does not know. */
  readonly host?: string;
}

export class Cable {
  /** Hosts that were asked for and are not the server. */
  readonly strangers: string[] = [];
  /** What browsers reported of the Content-Security-Policy. */
  readonly reports: string[] = [];
  /** "GET /path" of each request to the server, WebSockets included. */
  readonly requests: string[] = [];
  readonly links: Link[] = [];
  /** It was cut at some time: then browsers rightly complain of the network. */
  disturbed = false;
  readonly #routes = new Map<string, Route>();
  #down = false;
  readonly #holds: Hold[] = [];
  readonly #watchers = new Set<(passed: Passed) => void>();
  readonly #sockets = new Set<Duplex>();
  readonly #options: CableOptions;
  readonly #outer: Server;
  // Speaks inside of the tunnels that browsers open for WebSockets.
  readonly #inner: Server;
  readonly #tunnels = new WeakMap<Duplex, string>();

  private constructor(options: CableOptions) {
    this.#options = options;
    this.#outer = createServer((request, response) => this.#forward(request, response, new URL(request.url ?? '')));
    this.#inner = createServer((request, response) =>
      this.#forward(request, response, new URL(request.url ?? '', `http://${this.#tunnels.get(request.socket)}`)),
    );
    this.#inner.on('upgrade', (request, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket as Socket, head),
    );
    this.#outer.on('connection', (socket) => this.#keep(socket));
    this.#outer.on('connect', (request, socket, head: Buffer) => this.#tunnel(request, socket, head));
  }

  static async plug(options: CableOptions = {}): Promise<Cable> {
    const cable = new Cable(options);
    await new Promise<void>((resolve) => {
      cable.#outer.listen(0, options.from ?? '127.0.0.1', resolve);
    });
    return cable;
  }

  /** What a browser is told: HOST:PORT. */
  get address(): string {
    const { address, port } = this.#outer.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** Requests for `name`, as HOST:PORT, go to the server at `port`. */
  route(name: string, port: number, host?: string): void {
    this.#routes.set(name, host === undefined ? { port } : { port, host });
  }

  cut(): void {
    this.disturbed = true;
    this.#down = true;
    for (const link of this.links) link.cut();
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#down = false;
  }

  unplug(): void {
    this.cut();
    this.#outer.close();
    this.#inner.close();
  }

  /** Of the next WebSocket lets `after` data frames of one side through and keeps the rest. */
  holdNext(from: Side, after: number): Hold {
    const hold = new Hold(from, after);
    this.#holds.push(hold);
    return hold;
  }

  /** The same, of the WebSocket that is open now. */
  holdNow(from: Side, after: number): Hold {
    const link = this.links.findLast((one) => one.open);
    if (link === undefined) throw new Error('no WebSocket is open');
    const hold = new Hold(from, after);
    link.hold(hold);
    return hold;
  }

  /** Calls `seen` for each frame from now on, before it goes on; returns what ends that. */
  watch(seen: (passed: Passed) => void): () => void {
    this.#watchers.add(seen);
    return () => this.#watchers.delete(seen);
  }

  #keep(socket: Duplex): void {
    if (this.#down) socket.destroy();
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #forward(request: IncomingMessage, response: ServerResponse, url: URL): void {
    if (url.pathname === kReports) {
      this.#report(request, response);
      return;
    }
    const route = this.#routeOf(`${url.hostname}:${url.port || '80'}`);
    if (route === null) {
      response.writeHead(403).end();
      return;
    }
    this.requests.push(`${request.method} ${url.pathname}`);
    const onward = httpRequest(
      {
        host: '127.0.0.1',
        port: route.port,
        method: request.method,
        path: url.pathname + url.search,
        headers: this.#headers(request, route),
        agent: false,
        ...(this.#options.from === undefined ? {} : { localAddress: this.#options.from }),
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, withReports(answer.rawHeaders));
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  #report(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.reports.push(Buffer.concat(parts).toString());
      response.writeHead(204).end();
    });
  }

  #routeOf(host: string): Route | null {
    const route = this.#routes.get(host);
    if (route !== undefined) return route;
    this.strangers.push(host);
    return null;
  }

  #headers(request: IncomingMessage, route: Route): string[] {
    const headers: string[] = [];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      const name = request.rawHeaders[index] ?? '';
      const value = request.rawHeaders[index + 1] ?? '';
      if (/^proxy-/i.test(name)) continue;
      headers.push(name, /^host$/i.test(name) && route.host !== undefined ? route.host : value);
    }
    for (const [name, value] of Object.entries(this.#options.adds ?? {})) headers.push(name, value);
    return headers;
  }

  #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const host = request.url ?? '';
    if (this.#routeOf(host) === null) {
      socket.destroy();
      return;
    }
    this.#tunnels.set(socket, host);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    this.#inner.emit('connection', socket);
  }

  #upgrade(request: IncomingMessage, page: Socket, head: Buffer): void {
    const route = this.#routeOf(this.#tunnels.get(page) ?? '');
    if (route === null) {
      page.destroy();
      return;
    }
    this.requests.push(`${request.method} ${request.url}`);
    const { from } = this.#options;
    const server = connect({
      host: '127.0.0.1',
      port: route.port,
      ...(from === undefined ? {} : { localAddress: from }),
    });
    const headers = this.#headers(request, route);
    let lines = `${request.method} ${request.url} HTTP/1.1\r\n`;
    for (let index = 0; index < headers.length; index += 2) lines += `${headers[index]}: ${headers[index + 1]}\r\n`;
    server.write(`${lines}\r\n`);
    const link = new Link(page, server, (passed) => {
      for (const seen of [...this.#watchers]) seen(passed);
    });
    for (const hold of this.#holds.splice(0)) link.hold(hold);
    this.links.push(link);
    if (head.length > 0) page.unshift(head);
  }
}

/** The policy as it came, and where to report to. */
function withReports(headers: readonly string[]): string[] {
  return headers.map((value, index) => {
    const name = headers[index - 1];
    return index % 2 === 1 && name !== undefined && /^content-security-policy$/i.test(name)
      ? `${value}; report-uri ${kReports}`
      : value;
  });
}
