// A server of one connection at a time, over the official library, that tests make misbehave.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket as Socket, WebSocketServer } from 'ws';
import { kServerId } from '../../src/worker/secure_session.ts';
import { bytes, type Official } from './fixtures.ts';

export class EvilServer {
  readonly keys: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };
  /** What happens to the n-th message of a connection; the handshake has two. Returns what is sent back. */
  onHandshake: (reply: Uint8Array<ArrayBuffer>, n: number) => Uint8Array<ArrayBuffer> | string | null = (reply) =>
    reply;
  onServerKey: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => {
    response.setHeader('date', 'Wed, 01 Jul 2026 12:00:00 GMT').end('keys');
  };
  readonly received: Uint8Array[] = [];
  readonly upgrades: IncomingMessage[] = [];
  readonly #official: Official;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #socket: Socket | null = null;
  #session: InstanceType<Official['SecureSession']> | null = null;
  #clientId: Uint8Array | null = null;

  constructor(official: Official) {
    this.#official = official;
    this.keys = new official.KeyPair();
    this.#http = createServer((request, response) => {
      if (request.url === '/server-key') this.onServerKey(request, response);
      else response.writeHead(404).end();
    });
    this.#sockets = new WebSocketServer({ server: this.#http, path: '/ws', perMessageDeflate: false });
    this.#sockets.on('connection', (socket, request) => {
      this.upgrades.push(request);
      this.#accept(socket);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  close(): void {
    this.drop();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  #accept(socket: Socket): void {
    this.#socket = socket;
    const session = new this.#official.SecureSession(kServerId, this.keys.privateKey, (id) => {
      this.#clientId = bytes(id);
      return new this.#official.PublicKey(id);
    });
    this.#session = session;
    let handshake = 0;
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) throw new Error('a text message');
      if (session.established()) {
        this.received.push(bytes(session.unwrap(data)));
        return;
      }
      handshake += 1;
      const reply = this.onHandshake(bytes(session.negotiateReply(bytes(data))), handshake);
      if (reply !== null) socket.send(reply);
    });
  }

  /** The id under which the client made its session: its public key. */
  get clientId(): Uint8Array | null {
    return this.#clientId;
  }

  get open(): boolean {
    return this.#socket?.readyState === 1;
  }

  wrap(message: Uint8Array): Uint8Array<ArrayBuffer> {
    if (this.#session === null) throw new Error('nobody is there');
    return bytes(this.#session.wrap(message));
  }

  /** Sends as it is. */
  send(message: Uint8Array | string): void {
    this.#socket?.send(message);
  }

  drop(): void {
    this.#socket?.terminate();
  }
}
