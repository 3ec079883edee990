/** A client that sends bytes as they are and reads answers one by one, and what the edge in the same process sees of it; for tests. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import { until } from './edge-harness.test-part.ts';

const HEAD_END = '\r\n\r\n';

export class RawClient {
  readonly socket: Socket;
  /** The edge's end of the connection. */
  readonly edgeEnd: Socket;
  isClosed = false;
  #bytes = '';
  #sent = 0;

  static async connect(port: number): Promise<RawClient> {
    const accepted: Socket[] = [];
    const onAccepted = (message: unknown) => accepted.push((message as { socket: Socket }).socket);
    subscribe('net.server.socket', onAccepted);
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const edgeEnd = () => accepted.find(({ remotePort }) => remotePort === socket.localPort);
    await until(() => socket.localPort !== undefined && edgeEnd() !== undefined);
    unsubscribe('net.server.socket', onAccepted);
    return new RawClient(socket, edgeEnd() as Socket);
  }

  constructor(socket: Socket, edgeEnd: Socket) {
    this.socket = socket;
    this.edgeEnd = edgeEnd;
    socket.on('data', (data) => {
      this.#bytes += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** Sends, and waits until the edge has read it, so that what is sent next comes in a chunk of its own. */
  async send(text: string): Promise<void> {
    this.socket.write(text, 'latin1');
    this.#sent += text.length;
    await until(() => this.edgeEnd.bytesRead >= this.#sent || this.isClosed);
  }

  /** The next answer, head and body, without its `Date`. `hasBody`: false after HEAD. */
  async next(hasBody = true): Promise<string> {
    await until(() => this.#end(hasBody) !== null || this.isClosed);
    const end = this.#end(hasBody) ?? this.#bytes.length;
    const answer = this.#bytes.slice(0, end);
    this.#bytes = this.#bytes.slice(end);
    return answer.replace(/^Date: .*GMT\r\n/m, '');
  }

  async ask(text: string): Promise<string> {
    await this.send(text);
    return this.next();
  }

  #end(hasBody: boolean): number | null {
    const headEnd = this.#bytes.indexOf(HEAD_END);
    if (headEnd < 0) return null;
    const length = hasBody ? Number(/^content-length: (\d+)/im.exec(this.#bytes.slice(0, headEnd))?.[1] ?? 0) : 0;
    const end = headEnd + HEAD_END.length + length;
    return end <= this.#bytes.length ? end : null;
  }
}

/** Counts the requests that `node:http` has parsed in this process from its making to `stop`. */
export function countParsed(): { readonly count: number; stop(): void } {
  let count = 0;
  const onRequest = () => {
    count += 1;
  };
  subscribe('http.server.request.start', onRequest);
  return {
    get count() {
      return count;
    },
    stop: () => unsubscribe('http.server.request.start', onRequest),
  };
}
