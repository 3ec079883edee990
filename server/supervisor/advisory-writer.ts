import { within } from './within.ts';

/** Something of ours to put on the disk, or to take off it. Rejects or throws when that can't be done. */
export type DiskWork = () => void | Promise<void>;

export interface AdvisoryWriterOptions {
  /** After a failure it is tried again within this; each further failure doubles it. */
  retryMs: number;
  mostRetryMs: number;
  /** For so long everything must have worked until a failure counts as a new trouble: a disk that is nearly full takes one write and not the next. */
  calmMs: number;
  /** A write that takes longer than this is as good as failed, to people: the disk may never answer. */
  slowMs: number;
  /** Once per trouble. @param why which file, and what the system says, as the end of a sentence */
  onTrouble: (why: string) => void;
  /** Everything that waited is written. */
  onOver: () => void;
}

interface Job {
  /** What is to be done next; null once it has worked. */
  next: DiskWork | null;
  running: Promise<void> | null;
  retryTimer: NodeJS.Timeout | null;
  retryMs: number;
  fails: boolean;
}

/**
 * The supervisor's writes. None of them is worth a show: what can't be written is kept and tried again until it works, and nobody
 * waits for it. Of several writes of one name only the latest counts. A disk that hangs holds up its own writes and nothing else.
 */
export class AdvisoryWriter {
  readonly #options: AdvisoryWriterOptions;
  readonly #jobs = new Map<string, Job>();
  #inTrouble = false;
  #calmTimer: NodeJS.Timeout | null = null;
  #ending = false;

  constructor(options: AdvisoryWriterOptions) {
    this.#options = options;
  }

  /**
   * Does it now, and again and again until it works. Resolves once it has been tried, whatever came of it.
   *
   * @param name what is written: another work of the same name takes its place. People read it where it fails.
   */
  keep(name: string, work: DiskWork): Promise<void> {
    const job = this.#jobs.get(name) ?? this.#newJob(name);
    job.next = work;
    if (job.retryTimer !== null) clearTimeout(job.retryTimer);
    job.running ??= this.#run(name, job);
    return job.running;
  }

  /** One last try for what still waits; nothing is tried again after it. @param withinMs given up after this, ms */
  async end(withinMs: number): Promise<void> {
    this.#ending = true;
    if (this.#calmTimer !== null) clearTimeout(this.#calmTimer);
    const tries = [...this.#jobs].map(([name, { next, running }]) => (next === null ? running : this.keep(name, next)));
    await within(withinMs, Promise.all(tries));
  }

  #newJob(name: string): Job {
    const job: Job = { next: null, running: null, retryTimer: null, retryMs: this.#options.retryMs, fails: false };
    this.#jobs.set(name, job);
    return job;
  }

  async #run(name: string, job: Job): Promise<void> {
    while (job.next !== null) {
      const work = job.next;
      job.next = null;
      const slow = setTimeout(
        () => this.#isInTrouble(name, job, 'the disk does not answer'),
        this.#options.slowMs,
      ).unref();
      try {
        // One that throws at once, too, ends only after this run is known to be under way.
        await Promise.resolve().then(work);
        this.#worked(job);
      } catch (error) {
        // Unless a later one has taken its place meanwhile.
        job.next ??= work;
        this.#failed(name, job, error);
        break;
      } finally {
        clearTimeout(slow);
      }
    }
    job.running = null;
  }

  #worked(job: Job): void {
    job.retryMs = this.#options.retryMs;
    job.fails = false;
    if (!this.#inTrouble || this.#calmTimer !== null || [...this.#jobs.values()].some(({ fails }) => fails)) return;
    this.#options.onOver();
    this.#calmTimer = setTimeout(() => {
      this.#inTrouble = false;
      this.#calmTimer = null;
    }, this.#options.calmMs).unref();
  }

  #failed(name: string, job: Job, error: unknown): void {
    if (!this.#ending) {
      // Not this timer keeps a process alive that has nothing else to do.
      job.retryTimer = setTimeout(() => void this.keep(name, job.next ?? (() => {})), job.retryMs).unref();
      job.retryMs = Math.min(2 * job.retryMs, this.#options.mostRetryMs);
    }
    this.#isInTrouble(name, job, error instanceof Error ? error.message : String(error));
  }

  #isInTrouble(name: string, job: Job, why: string): void {
    job.fails = true;
    if (this.#calmTimer !== null) clearTimeout(this.#calmTimer);
    this.#calmTimer = null;
    if (this.#inTrouble) return;
    this.#inTrouble = true;
    this.#options.onTrouble(`${name}: ${why}`);
  }
}
