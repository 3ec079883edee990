const SAID_AT_S = [60, 30, 10, 0] as const;

/** The threshold that lies between two looks at the time left, in seconds; null when none was passed. A run that ended while its clock ran has reached 0. */
export function thresholdPassed(beforeMs: number | null, nowMs: number | null): number | null {
  if (beforeMs === null) return null;
  const now = nowMs ?? (beforeMs <= 1_000 ? 0 : null);
  if (now === null) return null;
  return SAID_AT_S.find((s) => beforeMs > s * 1_000 && now <= s * 1_000) ?? null;
}
