import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Fifty samples a second: few enough that a single standstill is the 99th percentile of its second, and is seen. */
const RESOLUTION_MS = 20;

/** How long work has to wait for this process's event loop. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #p99Ms = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** 99th percentile of the stretch that the last `turn` ended, ms. */
  get p99Ms(): number {
    return this.#p99Ms;
  }

  /** Ends a stretch and begins the next; to be called once a second. */
  turn(): void {
    // What is recorded is the whole time between two samples, the wait that was asked for included.
    this.#p99Ms = Math.max(0, this.#histogram.percentile(99) / 1e6 - RESOLUTION_MS);
    this.#histogram.reset();
  }

  stop(): void {
    this.#histogram.disable();
  }
}
