import type { Server } from 'node:http';
import type { Logger } from 'pino';

/** Of the connections it may hold, an edge that stepped aside has to have so many free before it takes new ones again. */
const ROOM_SHARE = 0.01;

export interface FullHouseOptions {
  server: Server;
  /** Connections it may hold. */
  most: number;
  /** Whether others listen on the same port. Who is alone on it gains nothing by letting go of it. */
  sharesPort: boolean;
  /** Listens where it did before; rejects where that can't be. */
  listen: () => Promise<unknown>;
  log: Logger;
}

/**
 * Turns away at once whoever comes to a full edge, and takes the edge from the port it shares until there is room: the
 * system gives every listener its part of who comes, and a viewer whom chance leads to a full one again and again would
 * stay outside although others have room.
 */
export class FullHouse {
  readonly #options: FullHouseOptions;
  #aside = false;
  #closed = false;

  constructor(options: FullHouseOptions) {
    this.#options = options;
    const { server, most, sharesPort } = options;
    server.maxConnections = most;
    if (sharesPort) server.on('drop', () => this.#stepAside());
  }

  /** To be called again and again. `open`: connections now. */
  async look(open: number): Promise<void> {
    const { most, listen, log } = this.#options;
    if (!this.#aside || this.#closed || open > most * (1 - ROOM_SHARE)) return;
    this.#aside = false;
    try {
      await listen();
      log.info({ open }, 'there is room again');
    } catch (error) {
      this.#aside = true;
      log.warn({ err: error }, 'the port could not be listened on again');
    }
  }

  /** It takes nobody any more, whatever room there is. */
  close(): void {
    this.#closed = true;
  }

  #stepAside(): void {
    const { server, most, log } = this.#options;
    if (this.#aside || this.#closed || !server.listening) return;
    this.#aside = true;
    // Who is connected and not taken yet is reset by this, as they would be turned away otherwise.
    server.close();
    log.warn({ most }, 'full: others on this port take who comes');
  }
}
