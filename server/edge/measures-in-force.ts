import type { Hints } from '../../shared/protocol/audience.ts';
import type { CoreToEdge } from '../../shared/protocol/backplane.ts';
import type { SwitchId } from '../../shared/protocol/desk-state.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { PublicStates } from './public-states.ts';

/** While no state has come there is nobody whose return has to be spread. */
const NO_HINTS: Pick<Hints, 'cadenceMs' | 'jitterMs' | 'retryAfterMs'> = {
  cadenceMs: 0,
  jitterMs: 0,
  retryAfterMs: 1_000,
};

export interface MeasuresInForceOptions {
  states: Pick<PublicStates, 'get'>;
  /** Calls back once everything that has been published so far is out. */
  onceOut: (done: () => void) => void;
}

/**
 * What is in force at this edge, and with which parameters: the one thing that is asked by whoever lets people in, answers them
 * or sends to them. Parameters go with the public state that carries them, which is what viewers act by. A measure, however, is
 * called in force only when that state has gone out to every socket: that is what the edge confirms to the core, and what the
 * people at the desks are shown.
 */
export class MeasuresInForce {
  readonly #options: MeasuresInForceOptions;
  #rev = 0;
  #on: readonly SwitchId[] = [];
  /** Counts the cores that this edge has been linked to. */
  #coreLife = 0;

  constructor(options: MeasuresInForceOptions) {
    this.#options = options;
  }

  /** The newest word of this core on measures that is in force here; 0: none. */
  get rev(): number {
    return this.#rev;
  }

  /** Whether the measure is on, and what it changes has gone out to everybody here. It holds on while there is no core. */
  isOn(id: SwitchId): boolean {
    return this.#on.includes(id);
  }

  /** How often whoever has no better way may ask, and how often figures go out, ms. */
  cadenceMs(mode: Mode): number {
    return this.#hints(mode).cadenceMs;
  }

  /** When to come back, ms, at the earliest. */
  retryAfterMs(mode: Mode): number {
    return this.#hints(mode).retryAfterMs;
  }

  /** Over what time those who are sent away together come back, ms. */
  jitterMs(mode: Mode): number {
    return this.#hints(mode).jitterMs;
  }

  /** When one of many who are sent away together is to come back, ms; another time for each. */
  comeBackMs(mode: Mode): number {
    const { retryAfterMs, jitterMs } = this.#hints(mode);
    return Math.round(retryAfterMs + Math.random() * jitterMs);
  }

  /** A new core counts its words anew, and tells its own; until then nothing is confirmed to it. */
  newCore(): void {
    this.#rev = 0;
    this.#coreLife += 1;
  }

  /** The core's word. What it changes came with the states before it. */
  follow({ rev, on }: Extract<CoreToEdge, { t: 'measures' }>): void {
    const life = this.#coreLife;
    this.#options.onceOut(() => {
      if (life !== this.#coreLife) return;
      this.#rev = rev;
      this.#on = on;
    });
  }

  #hints(mode: Mode): Pick<Hints, 'cadenceMs' | 'jitterMs' | 'retryAfterMs'> {
    return this.#options.states.get(mode)?.state.hints ?? NO_HINTS;
  }
}
