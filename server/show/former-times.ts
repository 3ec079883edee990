import { afterMs, type MonotonicMs, NEVER, sinceMs } from '../../shared/domain/time.ts';

/** Core time as it was before it was set. */
export interface FormerTime {
  /** By how much core time has been set on since then, ms; below 0: back. */
  setOnMs: number;
  /** Until when it was core time. */
  until: MonotonicMs;
}

/** A command's age when it came in. */
export interface Stamp {
  /** By core time as it is, ms; below 0: the stamp is ahead of it. */
  ageMs: number;
  arrived: MonotonicMs;
}

/** A desk hears of another time with the next vitals, or finds it when it measures the next time: every two seconds. */
const HEARD_WITHIN_MS = 3_000;
/** What a desk's estimate may be wrong by, on a slow link whose two directions differ. */
const ESTIMATE_MS = 500;
/** What was stamped by a former time and comes in later than this is old by that time, and refused by the present one. */
const KEPT_MS = 10_000;
/** A clock that is slewed sets core time four times a second. */
const MAX_KEPT = 40;

/** The times that a command on its way may have been stamped by, oldest first. */
export class FormerTimes {
  #times: readonly FormerTime[];

  constructor(times: readonly FormerTime[] = []) {
    this.#times = times;
  }

  /** Core time is set on by `byMs` at this moment. */
  setOn(byMs: number, at: MonotonicMs): void {
    const before = this.list(at).map(({ setOnMs, until }) => ({ setOnMs: setOnMs + byMs, until }));
    this.#times = [...before, { setOnMs: byMs, until: at }].slice(-MAX_KEPT);
  }

  list(now: MonotonicMs): readonly FormerTime[] {
    return this.#times.filter(({ until }) => sinceMs(now, until) <= KEPT_MS);
  }
}

/**
 * How old a command is by the core time that it was stamped by, ms: the newest by which somebody can have stamped it, after that
 * was told and before the next one was. A person who presses in the moment in which core time is set is neither ahead nor late.
 *
 * What was held up for just as long as core time was set back meanwhile looks like a fresh one, to two seconds: the stamp alone
 * doesn't tell them apart.
 */
export function ageByItsTime({ ageMs, arrived }: Stamp, former: readonly FormerTime[]): number {
  for (let i = former.length; i >= 0; i--) {
    const { setOnMs, until } = former[i] ?? { setOnMs: 0, until: null };
    const since = former[i - 1]?.until ?? NEVER;
    const age = ageMs - setOnMs;
    const stamped = afterMs(arrived, -age);
    const isAfterIt = until !== null && sinceMs(stamped, until) > HEARD_WITHIN_MS;
    if (!isAfterIt && age >= -ESTIMATE_MS && sinceMs(stamped, since) >= -ESTIMATE_MS) return age;
  }
  return ageMs;
}
