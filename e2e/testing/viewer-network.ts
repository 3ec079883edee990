/** The network between phones and the server, with the bad manners of real ones. */
import { createHash } from 'node:crypto';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Manners {
  /** WebSockets: let through, refused, or neither, so that they hang; or welcomed (101), and then nothing passes. */
  sockets: 'pass' | 'refuse' | 'hang' | 'swallow';
  /** Event streams: let through, refused, or held back until they are whole, which they never are. */
  streams: 'pass' | 'refuse' | 'hold';
}

/** RFC 6455. */
const WS_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** An HTTP proxy in front of the audience port. */
export class ViewerNetwork {
  readonly url: string;
  manners: Manners = { sockets: 'pass', streams: 'pass' };
  /** What is under way, by the way it goes. */
  readonly open = { sockets: 0, streams: 0 };
  /** Plain requests for the state that have been made. */
  polls = 0;
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<ClientRequest>();

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('request', (req, res) => this.#request(req, res));
    server.on('upgrade', (req, socket, head) => this.#upgrade(req, socket as Socket, head));
    server.on('connection', (socket) => this.#keep(socket));
  }

  static async inFrontOf(audienceUrl: string): Promise<ViewerNetwork> {
    const { hostname, port } = new URL(audienceUrl);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ViewerNetwork(server, { host: hostname, port: Number(port) });
  }

  /** Ends every WebSocket and stream that is under way, as a router does that starts again. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const stream of this.#streams) stream.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Either end may go at any time.
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }

  #request(req: IncomingMessage, res: ServerResponse): void {
    const path = req.url ?? '/';
    const isStream = path.startsWith('/v1/events');
    if (path.startsWith('/v1/state')) this.polls += 1;
    if (isStream && this.manners.streams === 'refuse') {
      res.writeHead(502).end('no streams here');
      return;
    }
    const { method, headers } = req;
    const upstream = request({ ...this.#target, method, path, headers }, (answer) => {
      if (isStream && this.manners.streams === 'hold') return;
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    if (isStream) {
      this.open.streams += 1;
      this.#streams.add(upstream);
      res.on('close', () => {
        this.open.streams -= 1;
        this.#streams.delete(upstream);
        upstream.destroy();
      });
    }
    upstream.on('error', () => res.destroy());
    req.pipe(upstream);
  }

  #upgrade(req: IncomingMessage, client: Socket, head: Buffer): void {
    if (this.manners.sockets === 'hang') return;
    if (this.manners.sockets === 'refuse') {
      client.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (this.manners.sockets === 'swallow') {
      const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}${WS_GUID}`).digest('base64');
      client.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      client.resume();
      return;
    }
    const upstream = connect(this.#target);
    this.#keep(upstream);
    const lines = [`${req.method} ${req.url} HTTP/1.1`];
    for (let i = 0; i < req.rawHeaders.length; i += 2) lines.push(`${req.rawHeaders[i]}: ${req.rawHeaders[i + 1]}`);
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    client.pipe(upstream).pipe(client);
    this.open.sockets += 1;
    client.on('close', () => {
      this.open.sockets -= 1;
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
  }
}
