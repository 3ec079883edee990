import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { Engine } from '../show/engine.ts';

type Knows = Pick<Engine, 'state' | 'orders' | 'journalError'>;

/** What the engine knows, for all who are put together before it: an empty show until it has read the journal. */
export class ShowNow {
  #engine: Knows = { state: EMPTY_SHOW, orders: [], journalError: null };

  /** From now on it is this engine's. */
  isOf(engine: Knows): void {
    this.#engine = engine;
  }

  get state(): ShowState {
    return this.#engine.state;
  }

  /** Acts in force that the journal has not taken yet. */
  get orders(): HeldOrder[] {
    return [...this.#engine.orders];
  }

  /** Why the last entry could not be written; null where it could. */
  get journalError(): string | null {
    return this.#engine.journalError;
  }
}
