import { uptime } from 'node:os';
import { type MonotonicMs, monotonicMs } from '../../shared/domain/time.ts';

/**
 * The machine's monotonic clock. Other than `performance.now()`, which counts from the start of its process, every process of the
 * machine reads the same from it (CLOCK_MONOTONIC on Linux, QueryPerformanceCounter on Windows, the time base on macOS).
 */
export function monotonicNow(): MonotonicMs {
  return monotonicMs(Number(process.hrtime.bigint()) / 1e6);
}

/** Ms since boot, which go on while the machine sleeps. Some systems tell whole seconds only. */
export function uptimeMs(): number {
  return uptime() * 1_000;
}
