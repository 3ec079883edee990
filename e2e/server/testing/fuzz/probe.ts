/** Preloaded into a server's processes: measures their event loops, and what they hold once they have collected. */
import { existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { answerFileOf, askFileOf, PROBE_DIR, type Probed } from './probe-names.ts';

const TICK_MS = 10;
const LOOK_EVERY_MS = 50;
const MB = 1024 * 1024;

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

class Stretches {
  readonly #histogram: RecordableHistogram = createHistogram();

  record(us: number): void {
    this.#histogram.record(Math.max(1, Math.round(us)));
  }

  take(): { p99Ms: number; maxMs: number } {
    const taken = { p99Ms: this.#histogram.percentile(99) / 1_000, maxMs: this.#histogram.max / 1_000 };
    this.#histogram.reset();
    return taken;
  }
}

/** This thread's clocks, microseconds. */
function marks(): { us: number; cpuUs: number; heldUpUs: number } {
  const { user, system } = process.threadCpuUsage();
  return { us: performance.now() * 1_000, cpuUs: user + system, heldUpUs: heldUpUs() };
}

/** How long it has been ready to run and was not let: the second figure of what Linux tells, in nanoseconds. */
function heldUpUs(): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1] ?? 0) / 1_000;
  } catch {
    return 0;
  }
}

function watch(dir: string): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  const delays = new Stretches();
  const ownDelays = new Stretches();
  const work = new Stretches();
  let last = marks();
  const mark = () => {
    const now = marks();
    const delayUs = now.us - last.us - TICK_MS * 1_000;
    delays.record(delayUs);
    ownDelays.record(delayUs - (now.heldUpUs - last.heldUpUs));
    work.record(now.cpuUs - last.cpuUs);
    last = now;
  };
  setInterval(mark, TICK_MS).unref();
  const ask = join(dir, askFileOf(process.pid));
  const answer = join(dir, answerFileOf(process.pid));
  setInterval(() => {
    if (!existsSync(ask)) return;
    unlinkSync(ask);
    const taken = { loopDelay: delays.take(), ownDelay: ownDelays.take(), loopWork: work.take() };
    const residentMb = process.memoryUsage.rss() / MB;
    // Twice: what the first one finalised is free in the second.
    for (let n = 0; n < 2; n++) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    const { heapUsed, external, rss } = process.memoryUsage();
    const probed: Probed = {
      ...taken,
      residentMb,
      heldMb: { heap: heapUsed / MB, external: external / MB, resident: rss / MB },
    };
    writeFileSync(`${answer}.new`, JSON.stringify(probed));
    renameSync(`${answer}.new`, answer);
    // The collection is no doing of the product's.
    last = marks();
  }, LOOK_EVERY_MS).unref();
}

const dir = process.env[PROBE_DIR] ?? '';
if (dir !== '' && isMainThread) watch(dir);
