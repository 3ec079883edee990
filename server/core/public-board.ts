/** The public state of both modes: built anew when the show changes, numbered when it differs, sent to every edge. */
import { publicState } from '../../shared/domain/public-state.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { Hints, PublicState } from '../../shared/protocol/audience.ts';
import type { Tally } from '../../shared/protocol/desk.ts';
import { Mode, type RunId } from '../../shared/protocol/ids.ts';

/** What the audience is told while nothing is degraded. */
export const CALM_HINTS: Hints = { level: 0, cadenceMs: 1_000, jitterMs: 3_000, retryAfterMs: 1_000, transport: 'ws' };

export interface PublicBoardOptions {
  epoch: number;
  nowMs: () => number;
  liveTally: (runId: RunId) => Tally | null;
  send: (state: PublicState, now: boolean) => void;
}

interface Posted {
  state: PublicState;
  /** Everything but rev and the age of live results. */
  body: string;
  /** What must go out at once when it differs: everything but results. */
  phase: string;
}

export class PublicBoard {
  readonly #options: PublicBoardOptions;
  readonly #posted = new Map<Mode, Posted>();

  constructor(options: PublicBoardOptions) {
    this.#options = options;
  }

  /** The newest state of each mode, for an edge that comes in. */
  states(): PublicState[] {
    return [...this.#posted.values()].map(({ state }) => state);
  }

  /** Builds both states and sends what has changed. */
  post(show: ShowState): void {
    for (const mode of Mode.options) this.#postMode(show, mode);
  }

  #postMode(show: ShowState, mode: Mode): void {
    const { epoch, nowMs, liveTally, send } = this.#options;
    const last = this.#posted.get(mode);
    const rev = (last?.state.rev ?? 0) + 1;
    const state = publicState(show, { mode, epoch, rev, nowMs: nowMs(), hints: CALM_HINTS, liveTally });
    const { rev: _rev, results, ...rest } = state;
    const phase = JSON.stringify(rest);
    const { atMs: _atMs, ...counted } = results ?? { atMs: 0 };
    const body = phase + JSON.stringify(counted);
    if (last?.body === body) return;
    this.#posted.set(mode, { state, body, phase });
    send(state, last?.phase !== phase || (results?.final ?? false));
  }
}
