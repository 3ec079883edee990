import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Opens one connection after another to a port, and notes what went wrong with each that was not taken. */
export class Knocker {
  readonly failures: string[] = [];
  taken = 0;
  #stopped = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    onTestFinished(() => this.stop());
    void this.#knock(hostname, Number(port));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #knock(host: string, port: number): Promise<void> {
    while (!this.#stopped) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, host);
        socket.on('connect', () => {
          this.taken += 1;
          socket.destroy();
        });
        socket.on('error', (error: NodeJS.ErrnoException) => this.failures.push(error.code ?? error.message));
        socket.on('close', () => resolve());
      });
      await sleep(1);
    }
  }
}
