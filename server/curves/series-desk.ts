/** What a desk is told of the curves: how much of a stretch at once, and which numbers of it it may see. */
import { onlyTrouble } from '../../shared/domain/ballot-figures.ts';
import { deskVisibility, visibleTally } from '../../shared/domain/desk-view.ts';
import { MAX_SERIES_POINTS, runsWithKnownTurnout, stepFor, stepStart, stepsIn } from '../../shared/domain/series.ts';
import { currentRun, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import { type PollId, type RunId, runIdOf } from '../../shared/protocol/ids.ts';
import type { RunSeries, Series } from '../../shared/protocol/records.ts';
import type { SeriesStore } from '../storage/series-store.ts';

/** What is answered where the caller names no beginning. */
const USUAL_SPAN_MS = 3 * 3_600_000;
const FIGURES_LAST_MS = 15_000;

/** A stretch of time as a desk asks for it; null: not said. */
export interface SeriesWish {
  fromMs: number | null;
  toMs: number | null;
  stepMs: number | null;
}
/** `poll`: a cue's id, for its current run or the round that is named; or a run's own id. */
export interface RunSeriesWish {
  poll: string;
  round: number | null;
  stepMs: number | null;
}
/** Why there are no curves, in a sentence. */
export interface SeriesRefusal {
  code: 'malformed' | 'not-found' | 'unavailable';
  message: string;
}

export interface SeriesDeskOptions {
  store: SeriesStore;
  show: () => ShowState;
  nowMs: () => number;
}

export class SeriesDesk {
  readonly #options: SeriesDeskOptions;

  constructor(options: SeriesDeskOptions) {
    this.#options = options;
  }

  /** The traffic of a stretch; the last three hours where none is named. */
  async traffic(roles: readonly Role[], wish: SeriesWish): Promise<Series | SeriesRefusal> {
    const serverNowMs = this.#options.nowMs();
    const toMs = wish.toMs ?? serverNowMs;
    const fromMs = wish.fromMs ?? toMs - USUAL_SPAN_MS;
    const stretch = { fromMs, toMs };
    if (toMs <= fromMs) return { code: 'malformed', message: 'toMs has to be after fromMs.' };
    const fault = stepFault(wish.stepMs);
    if (fault !== null) return fault;
    const stepMs = wish.stepMs ?? stepFor(stretch);
    if (stepsIn(stretch, stepMs) > MAX_SERIES_POINTS) return tooMany(stepFor(stretch));
    const ballotsOf = runsWithKnownTurnout(this.#options.show(), roles);
    return this.#read(async ({ store }) => {
      const read = await store.traffic({ ...stretch, stepMs, ballotsOf });
      const secret = Object.values(this.#options.show().runs).filter(({ runId }) => !ballotsOf.includes(runId));
      const points = read.map((point) =>
        secret.some((run) => tookBallots(run, { fromMs: point.atMs, toMs: point.atMs + stepMs }))
          ? onlyTrouble(point)
          : point,
      );
      return { fromMs: stepStart(fromMs, stepMs), toMs, stepMs, serverNowMs, points };
    });
  }

  /** A run's count as it grew, as far as these roles may see it. */
  async run(roles: readonly Role[], wish: RunSeriesWish): Promise<RunSeries | SeriesRefusal> {
    const { show, nowMs } = this.#options;
    const run = runOf(show(), wish);
    if (!run) return { code: 'not-found', message: 'There is no such run.' };
    const fault = stepFault(wish.stepMs);
    if (fault !== null) return fault;
    return this.#read(async ({ store }) => {
      const { stepMs, points } = await store.run({ runId: run.runId, stepMs: wish.stepMs });
      if (wish.stepMs !== null && stepMs !== wish.stepMs) return tooMany(stepMs);
      // As it is now: the run may have been hidden or shown while the file was read.
      const visibility = deskVisibility(show().runs[run.runId] ?? run, roles);
      return {
        runId: run.runId,
        stepMs,
        serverNowMs: nowMs(),
        points: points.map(({ atMs, online, tally }) => ({ atMs, online, ...visibleTally(tally, visibility) })),
      };
    });
  }

  async #read<T>(read: (options: SeriesDeskOptions) => Promise<T>): Promise<T | SeriesRefusal> {
    try {
      return await read(this.#options);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { code: 'unavailable', message: `The curves can't be read (${why}).` };
    }
  }
}

function runOf(state: ShowState, { poll, round }: RunSeriesWish): Run | undefined {
  if (Object.hasOwn(state.runs, poll)) return state.runs[poll as RunId];
  const id = poll as PollId;
  return (round === null ? currentRun(state, id) : state.runs[runIdOf(id, state.mode, round)]) ?? undefined;
}

/** Whether figures of this time may be of ballots of the run: those of the vitals reach back a few seconds. */
function tookBallots({ openedAtMs, closedAtMs }: Run, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
  return openedAtMs !== null && openedAtMs < toMs && (closedAtMs === null || fromMs < closedAtMs + FIGURES_LAST_MS);
}

function stepFault(stepMs: number | null): SeriesRefusal | null {
  if (stepMs === null || (stepMs > 0 && stepMs % 1_000 === 0)) return null;
  return { code: 'malformed', message: 'stepMs is a number of whole seconds, in ms.' };
}

function tooMany(shortestMs: number): SeriesRefusal {
  return {
    code: 'malformed',
    message: `That is more than ${MAX_SERIES_POINTS} points; ${shortestMs} ms is the shortest step for it.`,
  };
}
