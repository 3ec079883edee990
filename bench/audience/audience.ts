import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { nowMs } from './clock.ts';
import { addedProgress, addUp, type Findings } from './findings.ts';
import type { ArriveOrder, BefallOrder, Hire, Order, Progress, Report, Tongue, VoteOrder, Word } from './messages.ts';
import { SOURCE_ADDRESSES, WIRES_PER_ADDRESS } from './wire.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** A process may hold 20,000 descriptors where no more is allowed. */
export const VIEWERS_PER_WORKER = 18_000;
/** Orders reach every process well before what they plan is due. */
const LEAD_MS = 200;
/** What making a viewer ready takes at most, with a process on each of two cores. */
const PREPARED_MS = 0.03;
const LOOK_MS = 20;
/**
 * Processes whose viewers come at the same time: those of the others hold still meanwhile. With all at once on a machine
 * with few cores a fifth of the time goes into changing between them, which no real crowd takes from a server.
 */
const AT_A_TIME = 2;

export interface AudienceOptions {
  workers: number;
  tongue: Tongue;
  /** `http://host:port` */
  url: string;
  seed: number;
  comesBack: boolean;
}

export type Arrivals = Omit<ArriveOrder, 't' | 'startAtMs'>;
export type Vote = Omit<VoteOrder, 't' | 'startAtMs'>;
export type Befall = Omit<BefallOrder, 't' | 'startAtMs'>;

interface Worker {
  child: ChildProcess;
  progress: Progress;
  onReport: ((report: Report) => void) | null;
}

const NO_PROGRESS: Progress = {
  planned: 0,
  arrived: 0,
  here: 0,
  left: 0,
  ballots: 0,
  sent: 0,
  answered: 0,
  abandoned: 0,
  seeing: {},
  inPhase: {},
  faults: 0,
};

/**
 * Source addresses are none that an earlier audience used: ports that wait in the kernel for the end of old connections
 * make its search for a free one slow. So each run begins somewhere else, and each audience where the last one ended.
 */
let sourcesUsed = randomInt(SOURCE_ADDRESSES) * WIRES_PER_ADDRESS;

/** A simulated audience: processes of their own that come, hold, vote and check what they are told. */
export class Audience {
  readonly #workers: Worker[];
  readonly #gone: string[] = [];
  #leaving = false;
  #reports = 0;

  private constructor(children: ChildProcess[]) {
    this.#workers = children.map((child) => ({ child, progress: NO_PROGRESS, onReport: null }));
    for (const worker of this.#workers) {
      worker.child.on('message', (word: Word) => {
        if (word.t === 'progress') worker.progress = word.progress;
        else if (word.t === 'report') worker.onReport?.(word.report);
      });
      worker.child.on('exit', (code, signal) => {
        if (!this.#leaving) this.#gone.push(`a process of the audience ended with ${code ?? signal}`);
      });
    }
  }

  static async hire({ workers, tongue, url, seed, comesBack }: AudienceOptions): Promise<Audience> {
    const { hostname, port } = new URL(url);
    const children = Array.from({ length: workers }, () => fork(WORKER));
    const audience = new Audience(children);
    await Promise.all(
      children.map((child, worker) => {
        const firstSource = sourcesUsed;
        // A viewer may need several connections; their addresses stay the worker's own.
        sourcesUsed += VIEWERS_PER_WORKER * 2;
        const hire: Hire = {
          t: 'hire',
          worker,
          tongue,
          host: hostname,
          port: Number(port),
          seed,
          firstSource,
          comesBack,
        };
        child.send(hire);
        return new Promise<void>((resolve, reject) => {
          child.on('message', (word: Word) => {
            if (word.t === 'hired') resolve();
          });
          child.on('exit', () => reject(new Error('a process of the audience did not start')));
        });
      }),
    );
    return audience;
  }

  get pids(): number[] {
    return this.#workers.flatMap(({ child }) => (child.pid === undefined ? [] : [child.pid]));
  }

  /** Lets viewers come as planned from now on; answers the epoch ms that the plan counts from. */
  arrive(arrivals: Arrivals): number {
    const startAtMs = nowMs() + LEAD_MS + arrivals.count * PREPARED_MS;
    const { length } = this.#workers;
    const { plan } = arrivals;
    const turns = plan.shape === 'even' ? Math.ceil(length / AT_A_TIME) : 1;
    const overMs = plan.overMs / turns;
    this.#share(arrivals.count, (count, worker) => ({
      t: 'arrive',
      ...arrivals,
      count,
      startAtMs: startAtMs + Math.floor((worker * turns) / length) * overMs,
      plan: { ...plan, overMs },
    }));
    return startAtMs;
  }

  /** Lets that many of those who are here meet their fate as planned from now on. */
  befall(befall: Befall): void {
    const startAtMs = nowMs() + LEAD_MS;
    this.#share(befall.count, (count) => ({ t: 'befall', startAtMs, ...befall, count }));
  }

  /** Lets viewers vote as planned from now on; answers the epoch ms that the plan counts from. */
  vote(vote: Vote): number {
    const startAtMs = nowMs() + LEAD_MS;
    for (const worker of this.#workers) this.#send(worker, { t: 'vote', startAtMs, ...vote });
    return startAtMs;
  }

  /** As told within the last tenth of a second. */
  get progress(): Progress {
    return addedProgress(this.#workers.map(({ progress }) => progress));
  }

  /** Waits for the audience to be that far; false when it isn't within that time. */
  async until(isThere: (progress: Progress) => boolean, withinMs: number): Promise<boolean> {
    const giveUpAtMs = performance.now() + withinMs;
    while (!isThere(this.progress)) {
      if (this.#gone.length > 0) throw new Error(this.#gone.join('; '));
      if (performance.now() > giveUpAtMs) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  /** @param forget starts latencies and shown states anew */
  async findings({ forget }: { forget: boolean }): Promise<Findings> {
    this.#reports += 1;
    const ref = this.#reports;
    const reports = await Promise.all(
      this.#workers.map(
        (worker) =>
          new Promise<Report>((resolve) => {
            worker.onReport = resolve;
            this.#send(worker, { t: 'report', ref, forget });
          }),
      ),
    );
    return addUp(reports);
  }

  /** Ends the processes, and with them every connection. */
  async leave(): Promise<void> {
    this.#leaving = true;
    await Promise.all(
      this.#workers.map(({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return null;
        const gone = new Promise((resolve) => child.on('exit', resolve));
        child.send({ t: 'leave' } satisfies Order);
        return gone;
      }),
    );
  }

  /** Gives every process its part of `count`. */
  #share(count: number, order: (own: number, worker: number) => Order): void {
    const { length } = this.#workers;
    this.#workers.forEach((worker, i) => {
      this.#send(worker, order(Math.floor((count * (i + 1)) / length) - Math.floor((count * i) / length), i));
    });
  }

  #send(worker: Worker, order: Order): void {
    worker.child.send(order);
  }
}
