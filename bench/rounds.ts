import type { Audience } from './audience/audience.ts';
import { nowMs } from './audience/clock.ts';
import { SHOWN_BIN_MS } from './audience/state-reader.ts';
import { GaveUp } from './house.ts';
import { cpuS } from './process-usage.ts';

const PATIENCE_MS = 30_000;

export interface Rounds {
  /** CPU of the process that carries the viewers, for each message, µs. */
  cpuUs: number;
  /** From the order to publish until the last viewer, of each round, ms. */
  lastMs: number[];
  p99Ms: number[];
  bytes: number;
}

export interface RoundsOptions {
  audience: Audience;
  viewers: number;
  rounds: number;
  publish: () => Promise<void>;
  pid: number;
}

/**
 * One state after another to everyone, each when the last one has reached the last viewer.
 * @throws GaveUp when one doesn't
 */
export async function measureRounds({ audience, viewers, rounds, publish, pid }: RoundsOptions): Promise<Rounds> {
  await audience.findings({ forget: true });
  const startedMs: number[] = [];
  const before = cpuS(pid);
  for (let round = 0; round < rounds; round++) {
    const seen = newest(audience);
    startedMs.push(nowMs());
    await publish();
    const isThrough = await audience.until(
      ({ seeing }) =>
        Object.entries(seeing).some(
          ([version, count]) => version !== seen && !isOlder(version, seen) && count >= viewers,
        ),
      PATIENCE_MS,
    );
    if (!isThrough) throw new GaveUp(`a state did not reach everyone: ${JSON.stringify(audience.progress.seeing)}`);
  }
  const cpu = cpuS(pid) - before;
  const { states } = await audience.findings({ forget: true });
  const times = states.map(({ shown }, i) => shownAfter(shown, startedMs[i] ?? Number.NaN));
  return {
    cpuUs: (cpu / (viewers * rounds)) * 1e6,
    lastMs: times.map(({ lastMs }) => lastMs),
    p99Ms: times.map(({ p99Ms }) => p99Ms),
    bytes: states[0]?.bytes ?? 0,
  };
}

/** When a state reached 99 % and all of those whom it reached, ms after `startMs`. `shown`: as in `ShownState`. */
export function shownAfter(shown: readonly number[], startMs: number): { p99Ms: number; lastMs: number } {
  const bins: [number, number][] = [];
  for (let i = 0; i + 1 < shown.length; i += 2) bins.push([shown[i] ?? 0, shown[i + 1] ?? 0]);
  bins.sort(([a], [b]) => a - b);
  const viewers = bins.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  let p99Ms = Number.NaN;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= viewers * 0.99 && Number.isNaN(p99Ms)) p99Ms = (bin + 1) * SHOWN_BIN_MS - startMs;
  }
  return { p99Ms, lastMs: ((bins.at(-1)?.[0] ?? Number.NaN) + 1) * SHOWN_BIN_MS - startMs };
}

function newest(audience: Audience): string {
  return Object.keys(audience.progress.seeing).reduce((a, b) => (isOlder(a, b) ? b : a), '0-0');
}

function isOlder(a: string, b: string): boolean {
  const [epochA = 0, revA = 0] = a.split('-').map(Number);
  const [epochB = 0, revB = 0] = b.split('-').map(Number);
  return epochA === epochB ? revA < revB : epochA < epochB;
}
