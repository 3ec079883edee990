import type { Vitals } from '../shared/protocol/vitals.ts';
import type { House } from './house.ts';
import { cpuS, descriptors, rssKb } from './process-usage.ts';
import { median } from './report/result.ts';
import { type Point, slope } from './report/slope.ts';

const LOOK_MS = 1_000;
/** Files that are opened when they are first needed, and requests of the desk that a sample meets. A leak is hundreds. */
const SLACK_DESCRIPTORS = 8;

/** The supervisor, the core, or all edges together. */
export const PARTS = ['supervisor', 'core', 'edges'] as const;
export type Part = (typeof PARTS)[number];

export interface ProcessSample {
  part: Part;
  pid: number;
  rssKb: number;
  cpuS: number;
  descriptors: number;
}

/** What the server holds at one moment. */
export interface Sample {
  /** Since the watch began, s. */
  atS: number;
  processes: ProcessSample[];
  /** As the server counts them. */
  viewers: Vitals['byTransport'];
  queueDepth: number;
  queueHeadAgeMs: number;
  /** As the audience counts them. */
  here: number;
}

/** Samples what the server's processes hold, whichever they are by then. */
export class ProcessWatch {
  readonly samples: Sample[] = [];
  readonly #house: House;
  readonly #startMs = performance.now();
  #running = true;
  #ended: Promise<void> = Promise.resolve();

  constructor(house: House) {
    this.#house = house;
  }

  /** Takes a sample every so often until `end`. */
  begin(everyMs: number): void {
    this.#ended = (async () => {
      while (this.#running) {
        await this.take();
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    })();
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async take(): Promise<Sample> {
    const { server, desk, audience } = this.#house;
    const { byTransport, queueDepth, queueHeadAgeMs } = await desk.vitals();
    const { supervisor, core, edges } = server.pids;
    const of = (part: Part, pid: number): ProcessSample => {
      return { part, pid, rssKb: rssKb(pid), cpuS: cpuS(pid), descriptors: descriptors(pid) };
    };
    const sample: Sample = {
      atS: (performance.now() - this.#startMs) / 1_000,
      processes: [of('supervisor', supervisor), of('core', core), ...edges.map((pid) => of('edges', pid))],
      viewers: byTransport,
      queueDepth,
      queueHeadAgeMs,
      here: audience.progress.here,
    };
    this.samples.push(sample);
    return sample;
  }

  /** Takes samples until one is as wanted; the last one when none is within that time. */
  async until(isIt: (sample: Sample) => boolean, withinMs: number): Promise<Sample> {
    const giveUpAtMs = performance.now() + withinMs;
    for (;;) {
      const sample = await this.take();
      if (isIt(sample) || performance.now() > giveUpAtMs) return sample;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

export function memoryKb({ processes }: Sample, part: Part): number {
  return processes.reduce((sum, one) => sum + (one.part === part ? one.rssKb : 0), 0);
}

/** How memory grows over these samples, KiB a minute. */
export function growthKbPerMin(samples: readonly Sample[], part: Part): number {
  return slope(samples.map((sample): Point => ({ x: sample.atS / 60, y: memoryKb(sample, part) })));
}

export function mostDescriptors({ processes }: Sample, part: Part): number {
  return Math.max(...processes.filter((one) => one.part === part).map((one) => one.descriptors));
}

export function medianViewers(samples: readonly Sample[], transport: keyof Sample['viewers']): number {
  return median(samples.map(({ viewers }) => viewers[transport]));
}

/** What a server without viewers should not have. */
export function leftovers({ viewers, queueDepth, processes }: Sample, start: Sample): string[] {
  const found = Object.entries(viewers).flatMap(([transport, count]) =>
    count > 0 ? [`${count} on ${transport}`] : [],
  );
  if (queueDepth > 0) found.push(`${queueDepth} ballots waiting`);
  for (const { part, pid, descriptors } of processes) {
    const most = mostDescriptors(start, part) + SLACK_DESCRIPTORS;
    if (descriptors > most)
      found.push(`${part} ${pid} has ${descriptors} descriptors, ${most - SLACK_DESCRIPTORS} at the start`);
  }
  return found;
}
