import type { CommitVitals } from '../../shared/protocol/vitals.ts';
import { RecentValues } from '../process/recent-values.ts';

/** One transaction that took ballots to a ledger. */
export interface Commit {
  /** That it answers, whatever became of them. */
  ballots: number;
  /** BEGIN to COMMIT. */
  tookMs: number;
  /** COMMIT alone. */
  writeFsyncMs: number;
}

/** How large the commits of the last seconds were and how long they took. */
export class CommitFigures {
  readonly #ballots = new RecentValues();
  readonly #tookMs = new RecentValues();
  readonly #writeFsyncMs = new RecentValues();

  /** `nowMs`: monotonic. */
  note(nowMs: number, { ballots, tookMs, writeFsyncMs }: Commit): void {
    this.#ballots.note(nowMs, ballots);
    this.#tookMs.note(nowMs, tookMs);
    this.#writeFsyncMs.note(nowMs, writeFsyncMs);
  }

  /** Null where no ballot was committed lately. */
  summary(nowMs: number): CommitVitals | null {
    const ballots = this.#ballots.percentiles(nowMs, [0.5, 1]);
    const took = this.#tookMs.percentiles(nowMs, [0.5, 0.99]);
    const writeFsync = this.#writeFsyncMs.percentiles(nowMs, [0.5, 0.99]);
    if (ballots === null || took === null || writeFsync === null) return null;
    return {
      ballotsP50: ballots[0],
      ballotsMax: ballots[1],
      tookP50Ms: took[0],
      tookP99Ms: took[1],
      writeFsyncP50Ms: writeFsync[0],
      writeFsyncP99Ms: writeFsync[1],
    };
  }
}
