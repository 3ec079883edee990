import { Audience, VIEWERS_PER_WORKER } from '../audience/audience.ts';
import type { FaultBook } from '../audience/fault-book.ts';
import { GaveUp, OPTIONS } from '../house.ts';
import { cpuS, rssKb, totalOf } from '../process-usage.ts';
import { median } from '../report/result.ts';
import { measureRounds } from '../rounds.ts';
import { settle } from '../scenarios/scenario.ts';
import type { Subject } from './subject.ts';

/** Faster than any server here: what is measured is how fast it gets through. */
const ARRIVALS_PER_S = 20_000;
const BALLOTS_PER_S = 50_000;
const PATIENCE_MS = 60_000;
const SETTLE_MS = 1_500;

export interface SubjectFigures {
  arrivalsPerS: number;
  arrivalCpuUs: number;
  idleKb: number;
  busyKb: number;
  messageCpuUs: number;
  lastViewerMs: number;
  /** Null where the subject takes no ballots. */
  acksPerS: number | null;
  ackP99Ms: number | null;
  ackCpuUs: number | null;
}

export interface SubjectSizes {
  viewers: number;
  rounds: number;
  seed: number;
}

/** Everything that can be compared, on one server from its start to its end. */
export async function measureSubject(
  subject: Subject,
  { viewers, rounds, seed }: SubjectSizes,
  faults: FaultBook,
): Promise<SubjectFigures> {
  const { url, tongue, pid, ballotPids, publish } = subject;
  const workers = Math.ceil(viewers / VIEWERS_PER_WORKER);
  const audience = await Audience.hire({ workers, tongue, url, seed, comesBack: false });
  try {
    const emptyKb = rssKb(pid);
    const cpuBefore = cpuS(pid);
    const arrivalMs = (viewers / ARRIVALS_PER_S) * 1_000;
    audience.arrive({ count: viewers, sse: 0, poll: 0, joinsFirst: false, plan: { shape: 'even', overMs: arrivalMs } });
    if (!(await audience.until(({ here }) => here >= viewers, PATIENCE_MS))) {
      const { faultBook } = await audience.findings({ forget: false });
      const { here } = audience.progress;
      throw new GaveUp(`${subject.name}: ${here} of ${viewers} came; ${faultBook.lines().join('; ')}`);
    }
    const arrived = await audience.findings({ forget: true });
    const inMs = arrived.arrivals.summary().maxMs + arrivalMs;
    const arrivalCpuUs = ((cpuS(pid) - cpuBefore) / viewers) * 1e6;
    await settle(SETTLE_MS);
    const idleKb = (rssKb(pid) - emptyKb) / viewers;

    const fanOut = await measureRounds({ audience, viewers, rounds, publish, pid });
    const acks = subject.takesBallots ? await measureAcks(audience, ballotPids, viewers) : null;
    await settle(SETTLE_MS);
    const busyKb = (rssKb(pid) - emptyKb) / viewers;
    const findings = await audience.findings({ forget: false });
    faults.add(findings.faultBook.faults);
    if (findings.answered !== findings.ballots) {
      faults.note('ballot-without-receipt', `${subject.name}: ${findings.answered} of ${findings.ballots}`);
    }
    return {
      arrivalsPerS: viewers / (inMs / 1_000),
      arrivalCpuUs,
      idleKb,
      busyKb,
      messageCpuUs: fanOut.cpuUs,
      lastViewerMs: median(fanOut.lastMs),
      acksPerS: acks?.perS ?? null,
      ackP99Ms: acks?.p99Ms ?? null,
      ackCpuUs: acks?.cpuUs ?? null,
    };
  } finally {
    await audience.leave();
  }
}

async function measureAcks(audience: Audience, pids: readonly number[], viewers: number) {
  const before = totalOf(pids, cpuS);
  const overMs = (viewers / BALLOTS_PER_S) * 1_000;
  const vote = { pollId: 'q1', round: 1, options: OPTIONS, from: 0, to: 1, resends: false, isSecond: false } as const;
  audience.vote({ ...vote, plan: { shape: 'even', overMs } });
  await audience.until(({ answered }) => answered >= viewers, PATIENCE_MS);
  const { acks } = await audience.findings({ forget: true });
  const { maxMs, p99Ms } = acks.summary();
  return {
    perS: viewers / ((overMs + maxMs) / 1_000),
    p99Ms,
    cpuUs: ((totalOf(pids, cpuS) - before) / viewers) * 1e6,
  };
}
