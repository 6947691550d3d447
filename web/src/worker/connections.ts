// The connections of all rooms: for each the server's key over HTTP, a WebSocket and a Secure Session in it.
import type { LostReason } from './core.ts';
import { readBody } from './download.ts';
import type { LibThemis } from './libthemis.ts';
import { kWrapBytes, SecureSession } from './secure_session.ts';

const kSubprotocol = '0fc.v1';
const kMaxFrameBytes = 256 * 1024;
/** Of one WebSocket message: a frame, its counter and what wrapping adds. */
export const kMaxMessageBytes = kMaxFrameBytes + 1024;
const kMaxServerKeyBytes = 1024;
/** For the server's key, and again from opening the socket to an established session. */
const kConnectMillis = 20_000;

/** What happens to connections, told never from within a call of Connections. */
export interface ConnectionEvents {
  serverKey(connection: number, body: Uint8Array, date: number | null): void;
  established(connection: number): void;
  /** One plaintext of `size` bytes, which `unwrap` writes to where it is told; it returns false if it is refused. */
  frame(connection: number, size: number, unwrap: (out: Uint8Array) => boolean): boolean;
  lost(connection: number, reason: LostReason): void;
}

interface Connection {
  readonly id: number;
  readonly abort: AbortController;
  socket: WebSocket | null;
  session: SecureSession | null;
}

export class Connections {
  readonly #lib: LibThemis;
  readonly #origin: string;
  readonly #events: ConnectionEvents;
  readonly #all = new Map<number, Connection>();

  /** `origin`: of the server, as http:// or https://. */
  constructor(lib: LibThemis, origin: string, events: ConnectionEvents) {
    this.#lib = lib;
    this.#origin = origin;
    this.#events = events;
  }

  #connection(id: number): Connection {
    const known = this.#all.get(id);
    if (known !== undefined) return known;
    const made = { id, abort: new AbortController(), socket: null, session: null };
    this.#all.set(id, made);
    return made;
  }

  /** Asks the server for its keys. */
  fetchServerKey(id: number): void {
    const connection = this.#connection(id);
    void this.#serverKey(connection.abort.signal).then(
      ({ body, date }) => {
        if (this.#all.has(id)) this.#events.serverKey(id, body, date);
      },
      () => this.#lose(connection, 'network'),
    );
  }

  async #serverKey(signal: AbortSignal): Promise<{ body: Uint8Array; date: number | null }> {
    const response = await fetch(`${this.#origin}/server-key`, {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([signal, AbortSignal.timeout(kConnectMillis)]),
    });
    const body = await readBody(response, kMaxServerKeyBytes);
    const date = Date.parse(response.headers.get('date') ?? '');
    return { body, date: Number.isNaN(date) ? null : date };
  }

  /** Opens the socket and makes the session in it. The keys are copied; they are views of memory that changes. */
  open(id: number, privateKey: Uint8Array, publicKey: Uint8Array, serverKey: Uint8Array): void {
    const connection = this.#connection(id);
    const session = new SecureSession(this.#lib, privateKey, publicKey, serverKey);
    const socket = new WebSocket(`${this.#origin.replace(/^http/, 'ws')}/ws`, kSubprotocol);
    socket.binaryType = 'arraybuffer';
    connection.session = session;
    connection.socket = socket;
    const deadline = setTimeout(() => this.#lose(connection, 'network'), kConnectMillis);
    connection.abort.signal.addEventListener('abort', () => clearTimeout(deadline));
    socket.onopen = () => {
      const request = session.request();
      if (request === null) this.#lose(connection, 'handshake');
      else socket.send(request);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (session.established) this.#data(connection, session, data);
      else if (this.#handshake(connection, session, socket, data)) clearTimeout(deadline);
    };
    socket.onclose = socket.onerror = () => this.#lose(connection, 'network');
  }

  /** True if that established the session. */
  #handshake(connection: Connection, session: SecureSession, socket: WebSocket, data: unknown): boolean {
    const reply = data instanceof ArrayBuffer ? session.negotiate(new Uint8Array(data)) : null;
    if (reply === null) {
      this.#lose(connection, 'handshake');
      return false;
    }
    if (reply.length > 0) socket.send(reply);
    if (session.established) this.#events.established(connection.id);
    return session.established;
  }

  #data(connection: Connection, session: SecureSession, data: unknown): void {
    const message = data instanceof ArrayBuffer && data.byteLength <= kMaxMessageBytes ? new Uint8Array(data) : null;
    const size = (message?.length ?? 0) - kWrapBytes;
    const taken =
      message !== null && size > 0 && this.#events.frame(connection.id, size, (out) => session.unwrap(message, out));
    if (!taken) this.#lose(connection, 'session');
  }

  /** Wraps a frame and sends it at once: its number in the session is taken now. */
  send(id: number, plaintext: Uint8Array): void {
    const connection = this.#all.get(id);
    if (connection === undefined) return;
    const wrapped = connection.session?.wrap(plaintext) ?? null;
    // Told later, since this is called by the core.
    if (wrapped === null) queueMicrotask(() => this.#lose(connection, 'session'));
    else connection.socket?.send(wrapped);
  }

  /** Ends a connection; nothing more is told of it. */
  disconnect(id: number): void {
    const connection = this.#all.get(id);
    if (connection !== undefined) this.#end(connection);
  }

  disconnectAll(): void {
    for (const connection of this.#all.values()) this.#end(connection);
  }

  #end({ id, abort, socket, session }: Connection): void {
    this.#all.delete(id);
    abort.abort();
    session?.end();
    if (socket === null) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.onerror = null;
    socket.close();
  }

  #lose(connection: Connection, reason: LostReason): void {
    if (this.#all.get(connection.id) !== connection) return;
    this.#end(connection);
    this.#events.lost(connection.id, reason);
  }
}
