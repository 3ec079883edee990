import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A TCP proxy, as a network that stalls: it can keep back what clients say, and let it through later, unchanged. */
export class HoldingProxy {
  /** `http://host:port` of the proxy. */
  readonly url: string;
  readonly #close: () => void;
  #held: (() => void)[] | null = null;
  #heldBytes = 0;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
  }

  /** In front of the server at this origin. Its own port is not the server's, so a client has to say the server's Host. */
  static async inFrontOf(origin: string): Promise<HoldingProxy> {
    const target = { host: new URL(origin).hostname, port: Number(new URL(origin).port) };
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(target);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        // Either end may go at any time; the other goes with it.
        socket
          .on('error', () => {})
          .on('close', () => {
            sockets.delete(socket);
            (socket === client ? upstream : client).destroy();
          });
      }
      client.on('data', (bytes) => proxy.#pass(bytes, upstream));
      upstream.pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new HoldingProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    onTestFinished(() => proxy.#close());
    return proxy;
  }

  /** How much is kept back now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** From now on everything from clients is kept back. Answers still come through. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#heldBytes = 0;
    for (const pass of held) pass();
  }

  #pass(bytes: Buffer, upstream: Socket): void {
    if (this.#held === null) {
      upstream.write(bytes);
      return;
    }
    this.#heldBytes += bytes.length;
    this.#held.push(() => upstream.write(bytes));
  }
}
