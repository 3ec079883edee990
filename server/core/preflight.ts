import { viewersPerEdge } from '../../shared/domain/edge-count.ts';
import { forecast, PARTICIPATION, PUSH } from '../../shared/domain/forecast.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { Check, Preflight } from '../../shared/protocol/vitals.ts';
import type { LinkedEdge } from '../backplane/linked-edge.ts';
import { isLiving } from '../backplane/linked-edge.ts';

/** Less free disk than this and a long vote might not fit. */
const MIN_FREE_BYTES = 200 * 1024 * 1024;
/** Further from the wall clock than this and the times on screen are wrong for people. */
const SANE_DRIFT_MS = 1_000;

/** Votes per second at the peak, for each viewer. The forecast is worked out once: vitals ask for it many times a second. */
const PEAK_PER_VIEWER = forecast(1, PUSH, PARTICIPATION).peakPerS;

export interface PreflightInput {
  nowMs: number;
  /** The same moment, to measure by. */
  now: MonotonicMs;
  journalError: string | null;
  box: { writable: boolean; error: string | null };
  freeBytes: number | null;
  driftMs: number;
  edges: LinkedEdge[];
  edgesExpected: number;
  /** Why there are so many, as a sentence without its full stop; null until that is decided. */
  edgesWhy: string | null;
  rulesRev: number;
  /** The show's expected number of viewers, or null. */
  expectedViewers: number | null;
  /** Viewers that a hello or a token stands behind: anybody can ask and listen as if they were thousands. */
  online: number;
  /** Whether the ledger of the show's mode holds what the journal knows. */
  ledger: Check;
}

export interface Capacity {
  viewers: number;
  forecastPeakPerS: number;
  forecastViewers: number;
}

/** What the edges can hold, and what is to be expected: with no expected audience and nobody online the forecast is 0. */
export function capacityOf(input: PreflightInput): Capacity {
  const viewers = input.edges
    .filter((link) => isLiving(link, input.now) && link.heartbeat?.retired !== true)
    .reduce((sum, link) => sum + viewersPerEdge(link.heartbeat?.descriptorLimit ?? 0), 0);
  const forecastViewers = Math.max(input.expectedViewers ?? 0, input.online);
  return { viewers, forecastViewers, forecastPeakPerS: forecastViewers * PEAK_PER_VIEWER };
}

/** The five checks before ARM, each with its sentence. */
export function preflight(input: PreflightInput): Preflight {
  return {
    storage: storageCheck(input),
    clock: clockCheck(input.driftMs),
    edges: edgesCheck(input),
    forecast: forecastCheck(input),
    ledger: input.ledger,
    atMs: input.nowMs,
  };
}

function storageCheck({ journalError, box, freeBytes }: PreflightInput): Check {
  if (journalError !== null) return { ok: false, text: `The journal can't be written: ${journalError}.` };
  if (!box.writable) return { ok: false, text: `The ledger can't be written: ${box.error ?? 'unknown reason'}.` };
  if (freeBytes === null) return { ok: true, text: 'writable' };
  if (freeBytes < MIN_FREE_BYTES)
    return { ok: false, text: `Only ${Math.floor(freeBytes / 1e6)} MB of disk are free.` };
  return { ok: true, text: `writable, ${Math.floor(freeBytes / 1e9)} GB free` };
}

function clockCheck(driftMs: number): Check {
  const off = Math.abs(driftMs);
  if (off > SANE_DRIFT_MS)
    return { ok: false, text: `The machine's clock was set by ${(driftMs / 1000).toFixed(1)} s.` };
  return { ok: true, text: `within ${off} ms of the machine's` };
}

function edgesCheck({ edges, edgesExpected, edgesWhy, rulesRev, now }: PreflightInput): Check {
  // A full edge serves those who are in: a matter of capacity, which takes an override. Else whoever fills it could forbid ARM.
  const ready = edges.filter((link) => isLiving(link, now) && (link.heartbeat?.ready === true || isFull(link)));
  const holding = ready.filter((link) => (link.heartbeat?.rulesRev ?? 0) >= rulesRev);
  if (ready.length < edgesExpected)
    return { ok: false, text: `Only ${ready.length} of ${edgesExpected} edges are ready.` };
  const holds = holding.length === ready.length ? 'hold the newest cues' : 'ready';
  const why = edgesWhy === null ? '' : `; ${edgesWhy}`;
  return { ok: true, text: `${Math.min(ready.length, edgesExpected)} of ${edgesExpected} ${holds}${why}` };
}

function isFull({ heartbeat }: LinkedEdge): boolean {
  return heartbeat?.full === true && !heartbeat.retired;
}

function forecastCheck(input: PreflightInput): Check {
  const full = input.edges.filter((link) => isLiving(link, input.now) && isFull(link)).map(({ edgeId }) => edgeId);
  if (full.length > 0) {
    const who = full.length === 1 ? `${full[0]} is full` : `${full.length} edges are full`;
    return { ok: false, text: `${who}, so that viewers are turned away. Start more edges, or arm with a reason.` };
  }
  const { viewers, forecastViewers, forecastPeakPerS } = capacityOf(input);
  const number = (value: number) => Math.round(value).toLocaleString('en-GB');
  if (forecastViewers > viewers) {
    return {
      ok: false,
      text: `${number(forecastViewers)} viewers are expected and the edges hold ${number(viewers)}. Start more edges, or arm with a reason.`,
    };
  }
  return {
    ok: true,
    text: `${number(forecastViewers)} of ${number(viewers)} viewers, ${number(forecastPeakPerS)} votes/s`,
  };
}
