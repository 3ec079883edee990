/** One exchange that told the core's time. Local times are this page's monotonic clock, in ms. */
export interface ClockSample {
  /** Core epoch ms minus local ms. */
  offsetMs: number;
  roundTripMs: number;
}

const KEPT_SAMPLES = 8;

/** The sample of an exchange sent and received at these local times, assuming both ways took equally long. */
export function clockSample(times: { sentAtMs: number; receivedAtMs: number; serverNowMs: number }): ClockSample {
  const roundTripMs = Math.max(0, times.receivedAtMs - times.sentAtMs);
  return { offsetMs: times.serverNowMs - (times.sentAtMs + roundTripMs / 2), roundTripMs };
}

export function withSample(samples: readonly ClockSample[], sample: ClockSample): readonly ClockSample[] {
  return [...samples, sample].slice(-KEPT_SAMPLES);
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
