/** Makes one record a second of the vitals of that second, for the curves of the evening. */
import { isUnderWay } from '../../shared/domain/intakes.ts';
import { foldedPoint, SERIES_STEP_MS, sampleOf, stepStart } from '../../shared/domain/series.ts';
import type { Run } from '../../shared/domain/show-state.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { SeriesPoint } from '../../shared/protocol/records.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import type { RunCount, SeriesSecond } from '../storage/series-messages.ts';

export interface SeriesRecorderOptions {
  /** Takes a second when it is over. */
  write: (second: SeriesSecond) => void;
  /** A run as it is now. */
  runOf: (runId: RunId) => Run | undefined;
}

interface Counted {
  tally: Tally;
  isUnderWay: boolean;
}

export class SeriesRecorder {
  readonly #options: SeriesRecorderOptions;
  #samples: SeriesPoint[] = [];
  /** Counts as the last sample had them. */
  #counts = new Map<RunId, Counted>();
  /** What had been counted of a run when the last second ended. */
  readonly #counted = new Map<RunId, number>();
  #online = 0;
  #hasBegun = false;

  constructor(options: SeriesRecorderOptions) {
    this.#options = options;
  }

  /**
   * To be called four times a second, with the vitals of who may see every number; and once before ballots can come in,
   * so that what had been counted before this core's life is not taken for votes of its first second.
   */
  sample(vitals: Vitals): void {
    const [first] = this.#samples;
    const secondMs = stepStart(vitals.serverNowMs, SERIES_STEP_MS);
    if (first !== undefined && stepStart(first.atMs, SERIES_STEP_MS) !== secondMs) this.#endSecond();
    this.#samples.push(sampleOf(vitals));
    this.#online = vitals.online;
    this.#counts = new Map(vitals.runs.map((run) => [run.runId, this.#countedNow(run)]));
    for (const [runId, { tally, isUnderWay }] of this.#counts) {
      if (this.#counted.has(runId)) continue;
      // One that is open and new here was opened in this life; any other comes back with what it had.
      this.#counted.set(runId, this.#hasBegun && isUnderWay ? 0 : tally.total);
    }
    this.#hasBegun = true;
  }

  #countedNow({ runId, total, options }: Vitals['runs'][number]): Counted {
    const run = this.#options.runOf(runId);
    return {
      tally: { total: total ?? 0, options: (options ?? []).map(({ id, count }) => ({ id, count: count ?? 0 })) },
      isUnderWay: run !== undefined && isUnderWay(run),
    };
  }

  #endSecond(): void {
    const [first] = this.#samples;
    if (first === undefined) return;
    const { ballotsPerS: _inRows, ...traffic } = foldedPoint(stepStart(first.atMs, SERIES_STEP_MS), this.#samples);
    const ballots: Record<RunId, number> = {};
    const runs: RunCount[] = [];
    for (const [runId, { tally, isUnderWay }] of this.#counts) {
      const more = tally.total - (this.#counted.get(runId) ?? 0);
      if (more > 0) ballots[runId] = more;
      if (more !== 0 || isUnderWay) runs.push({ runId, online: this.#online, tally });
      this.#counted.set(runId, tally.total);
    }
    this.#samples = [];
    this.#options.write({ traffic, ballots, runs });
  }
}
