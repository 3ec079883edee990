import { randomInt } from 'node:crypto';

/** A run's choices, the same again for the same seed. */
export interface SeededRandom {
  readonly seed: number;
  /** 0 ≤ n < 1. */
  next(): number;
  /** Whole, `from` ≤ n ≤ `to`. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
}

/** The seed to start from: the environment's `TALLYROOM_SEED`, else a new one. Printed, so that a failure can be repeated. */
export function chosenSeed(): number {
  const given = process.env.TALLYROOM_SEED ?? '';
  const seed = given === '' ? randomInt(2 ** 31) : Number(given);
  if (!Number.isSafeInteger(seed)) throw new Error(`TALLYROOM_SEED must be a whole number, not ${given}`);
  console.log(`seed ${seed} (repeat with TALLYROOM_SEED=${seed})`);
  return seed;
}

/** mulberry32: small, and good enough to choose what to break next. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    seed,
    next,
    between,
    pick(items) {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
