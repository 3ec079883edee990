/** What the core's clock says, judged from this machine's. All local times are monotonic epoch milliseconds of this page. */

/** A question and its answer. */
export interface RoundTrip {
  sentAtMs: number;
  receivedAtMs: number;
  serverNowMs: number;
}

export interface ClockEstimate {
  /** Core time minus local time. */
  offsetMs: number;
  /** Of the latest question, or null before the first answer. */
  rttMs: number | null;
  /** The latest round trips as (offset, round-trip) pairs, newest last. */
  trips: readonly { offsetMs: number; rttMs: number }[];
}

/** With nothing heard yet both clocks are taken to agree. */
export const NO_ESTIMATE: ClockEstimate = { offsetMs: 0, rttMs: null, trips: [] };

const KEPT_TRIPS = 16;
/** Clocks of two processes can't be compared more finely than this. */
const TOLERANCE_MS = 5;
/** A message this late doesn't come from a slow link but from a core that set its clock anew. */
const REANCHORED_MS = 3_000;

/**
 * The trip with the least delay has the least room for asymmetry, so its midpoint is trusted. A trip tells the offset to half its
 * delay: where two can't both be right, the core's clock was set in between, and the earlier ones are of no more use. By them
 * commands would be given a time that the core refuses as too old, for half a minute.
 */
export function withRoundTrip(estimate: ClockEstimate, trip: RoundTrip): ClockEstimate {
  const rttMs = Math.max(0, trip.receivedAtMs - trip.sentAtMs);
  const offsetMs = trip.serverNowMs - (trip.sentAtMs + trip.receivedAtMs) / 2;
  const agreeing = estimate.trips.filter(
    (other) => Math.abs(other.offsetMs - offsetMs) <= (other.rttMs + rttMs) / 2 + TOLERANCE_MS,
  );
  const trips = [...agreeing, { offsetMs, rttMs }].slice(-KEPT_TRIPS);
  const best = trips.reduce((least, next) => (next.rttMs <= least.rttMs ? next : least));
  return { offsetMs: best.offsetMs, rttMs, trips };
}

/**
 * A time that came without being asked for: it was true at some moment before it arrived, so the offset is at least this
 * much. Before the first round trip it is the estimate; after it, it only shows that the core's clock was set anew.
 */
export function withHeard(estimate: ClockEstimate, receivedAtMs: number, serverNowMs: number): ClockEstimate {
  const atLeastMs = serverNowMs - receivedAtMs;
  if (estimate.trips.length === 0) {
    const first = estimate.offsetMs === 0 && estimate.rttMs === null;
    return { ...estimate, offsetMs: first ? atLeastMs : Math.max(estimate.offsetMs, atLeastMs) };
  }
  const reanchored = atLeastMs > estimate.offsetMs + TOLERANCE_MS || atLeastMs < estimate.offsetMs - REANCHORED_MS;
  return reanchored ? { ...estimate, offsetMs: atLeastMs, trips: [] } : estimate;
}
