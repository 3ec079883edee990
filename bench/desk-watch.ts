import type { DeskClient } from '../e2e/server/testing/desk-client.ts';
import { Histogram } from './audience/histogram.ts';

const EVERY_MS = 250;

/** A producer who types a note again and again while the night goes on: how long each command takes to be confirmed. */
export class DeskWatch {
  readonly latencies = new Histogram();
  readonly refusals: string[] = [];
  #running = true;
  readonly #ended: Promise<void>;

  /** @param cueId a cue that nothing else touches */
  constructor(desk: DeskClient, cueId: string) {
    this.#ended = this.#run(desk, cueId);
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  async #run(desk: DeskClient, cueId: string): Promise<void> {
    for (let n = 0; this.#running; n++) {
      const sentMs = performance.now();
      try {
        await desk.command('cue.edit', cueId, { cue: { notes: `note ${n}` } });
      } catch (error) {
        this.refusals.push(error instanceof Error ? error.message : String(error));
      }
      const tookMs = performance.now() - sentMs;
      this.latencies.record(tookMs);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - tookMs)));
    }
  }
}
