/** What a scenario has found, as it is printed and as it is kept. */
import type { Faults } from '../audience/fault-book.ts';
import type { Conditions } from './conditions.ts';

export interface Target {
  /** Number in the budgets, `P1` to `P11`. */
  budget: string;
  atMost: number | null;
  atLeast: number | null;
}

export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** Null: a figure that says why, or one measured at another size than the budget's. */
  target: Target | null;
}

/** The product beside a peer, each with what every round gave. */
export interface Comparison {
  what: string;
  unit: string;
  peer: string;
  product: number[];
  others: number[];
  target: Target | null;
}

export interface Result {
  scenario: string;
  title: string;
  conditions: Conditions;
  figures: Figure[];
  comparisons: Comparison[];
  faults: Faults;
  /** Why something was left out. */
  skipped: string[];
  /** Curves and distributions for plots. */
  raw: Record<string, unknown>;
}

/** CPU of each part for one piece of work, as scenarios leave it in `raw.cpu`, µs; null where it was not measured. */
export interface CpuParts {
  /** What the piece of work is: `arrival`, `ballot at 5000 /s`. */
  of: string;
  edgesUs: number;
  coreUs: number | null;
  generatorUs: number | null;
}

export const atMost = (budget: string, value: number): Target => ({ budget, atMost: value, atLeast: null });
export const atLeast = (budget: string, value: number): Target => ({ budget, atMost: null, atLeast: value });

export function isReached(value: number, { atMost: most, atLeast: least }: Target): boolean {
  return (most === null || value <= most) && (least === null || value >= least);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** Median of the ratios of pairs, so that a slow moment of the machine weighs on both sides of one. */
export function medianRatio({ product, others }: Comparison): number {
  return median(product.map((value, i) => value / (others[i] ?? Number.NaN)).filter((ratio) => !Number.isNaN(ratio)));
}
