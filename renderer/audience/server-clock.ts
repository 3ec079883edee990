/** One exchange that told the core's time. Local times are this page's monotonic clock, in ms. */
export interface ClockSample {
  /** Core epoch ms minus local ms. */
  offsetMs: number;
  roundTripMs: number;
}

const KEPT_SAMPLES = 8;
/** Whole milliseconds on the wire: smaller differences are no step of a clock. */
const STEP_TOLERANCE_MS = 5;

/** The sample of an exchange sent and received at these local times, assuming both ways took equally long. */
export function clockSample(times: { sentAtMs: number; receivedAtMs: number; serverNowMs: number }): ClockSample {
  const roundTripMs = Math.max(0, times.receivedAtMs - times.sentAtMs);
  return { offsetMs: times.serverNowMs - (times.sentAtMs + roundTripMs / 2), roundTripMs };
}

/**
 * The samples with a new one. The core's clock may be set, between two polls or by a new core: older samples then contradict
 * the new one by more than both round trips allow, and are worth nothing.
 */
export function withSample(samples: readonly ClockSample[], sample: ClockSample): readonly ClockSample[] {
  const contradicts = (old: ClockSample) =>
    Math.abs(old.offsetMs - sample.offsetMs) > (old.roundTripMs + sample.roundTripMs) / 2 + STEP_TOLERANCE_MS;
  return [...(samples.some(contradicts) ? [] : samples), sample].slice(-KEPT_SAMPLES);
}

/**
 * Core epoch ms at a local time, or null before the first sample. The shortest round trip is believed: its error is at
 * most half of that trip. The device's own wall clock is never asked, it may be minutes off.
 */
export function serverTimeMs(samples: readonly ClockSample[], localMs: number): number | null {
  let best: ClockSample | null = null;
  for (const sample of samples) if (best === null || sample.roundTripMs < best.roundTripMs) best = sample;
  return best === null ? null : localMs + best.offsetMs;
}
