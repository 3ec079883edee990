import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Faults } from './fault-book.ts';
import type { PackedHistogram } from './histogram.ts';

const WORKER = fileURLToPath(new URL('./hammer-worker.ts', import.meta.url));

export interface HammerOrder {
  host: string;
  port: number;
  connections: number;
  forMs: number;
  /** Names the version it has, so that the answer is 304. */
  isConditional: boolean;
}

export interface HammerWord {
  /** By status. */
  answers: Record<number, number>;
  latencies: PackedHistogram;
  /** CPU time of the process that asked, s. */
  cpuS: number;
  faults: Faults;
}

/** Asks for `/v1/state` as fast as it is answered; for how much a server can take, not for how long a viewer waits. */
export function hammer(order: HammerOrder): Promise<HammerWord> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER);
    child.on('message', (word: HammerWord) => resolve(word));
    child.on('exit', (code) => reject(new Error(`the process that asks ended with ${code}`)));
    child.send(order);
  });
}
