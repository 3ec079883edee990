import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What is kept back: all that clients say, or what the server says as well. */
type Held = 'from clients' | 'both ways';

/** A TCP proxy, as a network that stalls: it can keep back what is said over it, and let it through later, unchanged. */
export class HoldingProxy {
  /** `http://host:port` of the proxy. */
  readonly url: string;
  /** Ends the proxy and every connection over it. */
  readonly close: () => void;
  #holding: Held | null = null;
  #held: (() => void)[] = [];
  #heldBytes = 0;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.close = close;
  }

  /**
   * In front of the server at this origin; the caller closes it. Where its port is not the server's, a client has to say
   * the server's Host.
   */
  static async open(origin: string, at: { host: string; port: number }): Promise<HoldingProxy> {
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
      client.on('data', (bytes) => proxy.#pass(bytes, { to: upstream, isHeld: proxy.#holding !== null }));
      upstream.on('data', (bytes) => proxy.#pass(bytes, { to: client, isHeld: proxy.#holding === 'both ways' }));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, resolve);
    });
    const proxy = new HoldingProxy(`http://${at.host}:${(server.address() as AddressInfo).port}`, () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return proxy;
  }

  /** How much is kept back now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** From now on everything of this direction is kept back. */
  hold(what: Held): void {
    this.#holding = what;
  }

  release(): void {
    this.#holding = null;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const pass of held) pass();
  }

  #pass(bytes: Buffer, { to, isHeld }: { to: Socket; isHeld: boolean }): void {
    if (!isHeld) {
      to.write(bytes);
      return;
    }
    this.#heldBytes += bytes.length;
    this.#held.push(() => to.write(bytes));
  }
}
