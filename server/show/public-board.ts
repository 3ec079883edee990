/** The public state of each surface in both modes: built anew when the show changes, numbered when it differs, and sent. */
import { hintsFor, type Measures } from '../../shared/domain/ladder.ts';
import { publicState } from '../../shared/domain/public-state.ts';
import { type PublicSurface, surfaceKey } from '../../shared/domain/public-surface.ts';
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
  surfaces: readonly PublicSurface[];
  send: (surface: PublicSurface, state: PublicState, now: boolean) => void;
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
  /** By surface and mode. */
  readonly #posted = new Map<string, Posted>();
  /** Posts what came before its time, once that has come. */
  #later: NodeJS.Timeout | null = null;

  constructor(options: PublicBoardOptions) {
    this.#options = options;
  }

  /** The newest state of each mode on this surface, for whoever comes in. */
  states(surface: PublicSurface): PublicState[] {
    return Mode.options.flatMap((mode) => this.#posted.get(keyOf(surface, mode))?.state ?? []);
  }

  /** Builds all states and sends what has changed: a phase at once, mere counts when the last state is a cadence old. */
  post(show: ShowState): void {
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    for (const surface of this.#options.surfaces) {
      for (const mode of Mode.options) this.#postOn(surface, show, mode);
    }
  }

  stop(): void {
    if (this.#later !== null) clearTimeout(this.#later);
  }

  #postOn(surface: PublicSurface, show: ShowState, mode: Mode): void {
    const { measures, spread, send } = this.#options;
    const nowMs = this.#options.nowMs();
    const key = keyOf(surface, mode);
    const last = this.#posted.get(key);
    const toldMs = last?.state.hints.jitterMs;
    const newest = () => this.#built(show, { surface, mode, nowMs, hints: hintsFor(measures(), spread.wantedMs) });
    let next =
      toldMs === undefined || spread.isCalm
        ? newest()
        : this.#built(show, { surface, mode, nowMs, hints: hintsFor(measures(), toldMs) });
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
    this.#posted.set(key, next);
    send(surface, state, atOnce);
  }

  #built(
    show: ShowState,
    { surface, mode, nowMs, hints }: { surface: PublicSurface; mode: Mode; nowMs: number; hints: Hints },
  ): Posted {
    const { epoch, liveTally, monotonicNow } = this.#options;
    const rev = (this.#posted.get(keyOf(surface, mode))?.state.rev ?? 0) + 1;
    const state = publicState(show, { surface, mode, epoch, rev, nowMs, hints, liveTally });
    const { rev: _rev, results, ...rest } = state;
    const { atMs: _atMs, ...counted } = results ?? { atMs: 0 };
    const phase = JSON.stringify([rest, results?.pollId, results?.round, results?.visibility]);
    return { state, body: phase + JSON.stringify(counted), phase, at: monotonicNow() };
  }
}

const keyOf = (surface: PublicSurface, mode: Mode): string => `${surfaceKey(surface)} ${mode}`;
