import type { TransportOptions } from './transport.ts';

/** Whoever arrived together gets old together: their next joins are spread over this, and so are two tries of one page. */
const SPREAD_MS = 60_000;

/** When a page whose link says no hello joins again for its next token. There are days for it. */
export interface Renewal {
  isDue(): boolean;
  /** It joins now; should that fail, the next try is some time away. */
  tried(): void;
}

export function createRenewal({ env, identity }: Pick<TransportOptions, 'env' | 'identity'>): Renewal {
  let notBeforeMs: number | null = null;

  return {
    isDue() {
      if (!identity().ageing) {
        notBeforeMs = null;
        return false;
      }
      notBeforeMs ??= env.nowMs() + env.random() * SPREAD_MS;
      return env.nowMs() >= notBeforeMs;
    },
    tried() {
      notBeforeMs = env.nowMs() + SPREAD_MS;
    },
  };
}
