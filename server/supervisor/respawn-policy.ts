/** How long to wait before a part is started again, and when its dying is worth an alarm. */

const DELAYS_MS = [250, 500, 1_000, 2_000] as const;
const STABLE_AFTER_READY_MS = 3_000;
const ALARM_DEATHS = 3;
const ALARM_WINDOW_MS = 30_000;

export interface Death {
  /** Monotonic. */
  nowMs: number;
  /** How long this life had been ready; null when it never was. */
  readyForMs: number | null;
}

export interface RespawnDecision {
  delayMs: number;
  /** Said once for every three deaths within 30 s. */
  alarm: boolean;
  /** What is new for people about it: it died, or it keeps dying; null while all of this has been said and goes on. */
  news: 'died' | 'keeps-dying' | null;
}

/** One part's history. It never gives up: during a show a part that fails for a minute may work in the next. */
export class RespawnPolicy {
  #step = 0;
  #deathsAtMs: number[] = [];
  #keepsDying = false;

  died({ nowMs, readyForMs }: Death): RespawnDecision {
    if (readyForMs !== null && readyForMs >= STABLE_AFTER_READY_MS) this.#step = 0;
    if (readyForMs !== null && readyForMs >= ALARM_WINDOW_MS) this.#keepsDying = false;
    const delayMs = DELAYS_MS[Math.min(this.#step, DELAYS_MS.length - 1)] ?? 2_000;
    this.#step++;
    this.#deathsAtMs = [...this.#deathsAtMs.filter((atMs) => nowMs - atMs <= ALARM_WINDOW_MS), nowMs];
    const alarm = this.#deathsAtMs.length >= ALARM_DEATHS;
    if (alarm) this.#deathsAtMs = [];
    const news = this.#keepsDying ? null : alarm ? 'keeps-dying' : 'died';
    this.#keepsDying ||= alarm;
    return { delayMs, alarm, news };
  }
}
