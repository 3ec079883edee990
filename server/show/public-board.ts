/** The public state of both modes: built anew when the show changes, numbered when it differs, sent to every edge. */
import { hintsFor, type Measures } from '../../shared/domain/ladder.ts';
import { publicState } from '../../shared/domain/public-state.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import type { Hints, PublicState } from '../../shared/protocol/audience.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import { Mode, type RunId } from '../../shared/protocol/ids.ts';

export interface PublicBoardOptions {
  epoch: number;
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  /** What is on now; viewers are told its hints. */
  measures: () => Measures;
  /** Over what time the viewers of a dead edge should come back, and whether that is worth a state of its own. */
  spread: { readonly wantedMs: number; readonly isCalm: boolean };
  liveTally: (runId: RunId) => Tally | null;
  send: (state: PublicState, now: boolean) => void;
}

interface Posted {
  state: PublicState;
  /** Everything but rev and the age of live results. */
  body: string;
  /** What must go out at once when it differs: everything but the numbers of results. Whether they may be seen is in it. */
  phase: string;
  at: MonotonicMs;
}

export class PublicBoard {
  readonly #options: PublicBoardOptions;
  readonly #posted = new Map<Mode, Posted>();
  /** Posts what came before its time, once that has come. */
  #later: NodeJS.Timeout | null = null;

  constructor(options: PublicBoardOptions) {
    this.#options = options;
  }

  /** The newest state of each mode, for an edge that comes in. */
  states(): PublicState[] {
    return [...this.#posted.values()].map(({ state }) => state);
  }

  /** Builds both states and sends what has changed: a phase at once, mere counts when the last state is a cadence old. */
  post(show: ShowState): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    for (const mode of Mode.options) this.#postMode(show, mode);
  }

  stop(): void {
    if (this.#later !== null) clearTimeout(this.#later);
  }

  #postMode(show: ShowState, mode: Mode): void {
    const { measures, spread, send } = this.#options;
    const nowMs = this.#options.nowMs();
    const last = this.#posted.get(mode);
    const toldMs = last?.state.hints.jitterMs;
    const newest = () => this.#built(show, { mode, nowMs, hints: hintsFor(measures(), spread.wantedMs) });
    let next =
      toldMs === undefined || spread.isCalm
        ? newest()
        : this.#built(show, { mode, nowMs, hints: hintsFor(measures(), toldMs) });
    if (last?.body === next.body) return;
    if (next.phase !== last?.phase && toldMs !== spread.wantedMs) next = newest();
    const { state } = next;
    const { cadenceMs } = state.hints;
    const atOnce = last?.phase !== next.phase || (state.results?.final ?? false);
    // The edges would hold it back for as long: what they get is what phones may get.
    const waitMs = atOnce ? 0 : cadenceMs - sinceMs(next.at, last.at);
    if (waitMs > 0) {
      this.#later ??= setTimeout(() => this.post(show), Math.min(waitMs, cadenceMs));
      return;
    }
    this.#posted.set(mode, next);
    send(state, atOnce);
  }

  #built(show: ShowState, { mode, nowMs, hints }: { mode: Mode; nowMs: number; hints: Hints }): Posted {
    const { epoch, liveTally, monotonicNow } = this.#options;
    const rev = (this.#posted.get(mode)?.state.rev ?? 0) + 1;
    const state = publicState(show, { mode, epoch, rev, nowMs, hints, liveTally });
    const { rev: _rev, results, ...rest } = state;
    const { atMs: _atMs, ...counted } = results ?? { atMs: 0 };
    const phase = JSON.stringify([rest, results?.pollId, results?.round, results?.visibility]);
    return { state, body: phase + JSON.stringify(counted), phase, at: monotonicNow() };
  }
}
