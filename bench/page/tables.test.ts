import { describe, expect, it } from 'vitest';
import { atLeast, atMost, type Result } from '../report/result.ts';
import { keep } from './kept.ts';
import { budgetTable, missingList, peerTable, verdict } from './tables.ts';
import { result } from './testing/result.ts';

const figure = (value: number, bound: number) => ({
  what: 'arrival p99',
  value,
  unit: 'ms',
  target: atMost('P1', bound),
});
const kept = (scenario: string, viewers: number, more: Partial<Result>) =>
  keep({ ...result(scenario, viewers), ...more });
const rowOf = (table: string, word: string) => table.split('\n').find((line) => line.includes(word)) ?? '';

describe('a verdict', () => {
  it('says by how much a figure misses its target, on whichever side', () => {
    expect(verdict(2_500, atMost('P1', 2_000))).toBe('**short by 25.0 %**');
    expect(verdict(15_000, atLeast('P7', 20_000))).toBe('**short by 25.0 %**');
    expect(verdict(0.6, { budget: 'P11', atLeast: 0.9, atMost: 1.1 })).toBe('**short by 33.3 %**');
    expect(verdict(3, atMost('P8', 0))).toBe('**short by 3.00**');
    expect(verdict(2_000, atMost('P1', 2_000))).toBe('reached');
    expect(verdict(Number.NaN, atMost('P1', 2_000))).toBe('**not measured**');
  });
});

describe('the table of budgets', () => {
  it('has a row for every figure with a target, and one for a budget without any', () => {
    const table = budgetTable([kept('arrivals', 141_000, { figures: [figure(1_417, 2_000)] })]);
    expect(rowOf(table, 'arrival p99')).toContain('| ≤ 2,000 ms | 1,417 ms | reached | arrivals: 141,000 viewers');
    expect(rowOf(table, '| P8 |')).toContain('not measured at its size');
  });

  it('says of a verdict from a smaller audience that it is one', () => {
    const table = budgetTable([kept('arrivals', 3_000, { figures: [figure(10, 2_000)] })]);
    expect(rowOf(table, 'arrival p99')).toContain('reached with 3,000 of 141,000 viewers');
  });

  it('takes nothing from a profiled run', () => {
    const profiled = kept('arrivals', 141_000, { figures: [figure(10, 2_000)], raw: { profile: { parts: [] } } });
    expect(rowOf(budgetTable([profiled]), 'arrival p99')).toBe('');
  });
});

describe('the table of peers', () => {
  const comparison = (product: number[], others: number[]) => ({
    what: 'CPU',
    unit: 'µs',
    peer: 'ws',
    product,
    others,
    target: null,
  });

  it('tells medians, spread, pairs and the median of the ratios', () => {
    const table = peerTable([kept('beside-ws', 1, { comparisons: [comparison([100, 300, 200], [400, 600, 400])] })]);
    expect(rowOf(table, 'CPU')).toBe('| ws | CPU, µs | 200 (100–300) | 400 (400–600) | × 0.50 | 3 |');
  });

  it('says where one run does not tell the two apart', () => {
    const table = peerTable([kept('beside-ws', 1, { comparisons: [comparison([100], [110])] })]);
    expect(rowOf(table, 'CPU')).toContain('(not resolved)');
  });
});

describe('what is missing', () => {
  it('names what was not measured, or not at its size, or not as the budget asks', () => {
    const list = missingList([
      kept('night', 3_000, {}),
      kept('held', 200_000, {}),
      kept('arrivals', 141_000, { figures: [figure(1, 2)] }),
    ]);
    expect(list).toContain('P6, `night`: measured with 3,000 viewers, the budget asks for 141,000');
    expect(list).toContain('P2, `held`: measured, but not as the budget asks');
    expect(list).toContain('P7, `polling`: not measured');
    expect(list).not.toContain('P1, `arrivals`:');
  });
});
