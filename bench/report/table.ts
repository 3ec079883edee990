import { conditionsLine } from './conditions.ts';
import { type Comparison, isReached, median, medianRatio, type Result, type Target } from './result.ts';

/** Three digits are more than a noisy machine can tell. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? ',' : '');
}

function verdict(value: number, target: Target | null): string {
  if (target === null) return '';
  const bound = target.atMost === null ? `≥ ${shown(target.atLeast ?? 0)}` : `≤ ${shown(target.atMost)}`;
  return `${isReached(value, target) ? 'reached' : 'NOT REACHED'} (${target.budget} ${bound})`;
}

/** Columns as wide as their widest cell; numbers stand to the right. */
function columns(rows: readonly string[][], rightFrom: number, rightTo: number): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, i) => (i >= rightFrom && i <= rightTo ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function comparisonRow(comparison: Comparison): string[] {
  const { what, unit, peer, product, others, target } = comparison;
  const ratio = medianRatio(comparison);
  return [
    `  ${what}`,
    shown(median(product)),
    shown(median(others)),
    unit,
    `× ${ratio.toFixed(2)} of ${peer}`,
    `${product.length} pair(s)`,
    verdict(ratio, target),
  ];
}

/** The lines that tell a person what a scenario found. */
export function tableOf(result: Result): string[] {
  const { figures, comparisons, faults, skipped } = result;
  const faultLines = Object.entries(faults).map(
    ([kind, { count, examples }]) => `  FAULT ${kind} × ${count}: ${examples.join(' | ').slice(0, 400)}`,
  );
  return [
    `${result.scenario}: ${result.title}`,
    `  ${conditionsLine(result.conditions)}`,
    ...columns(
      figures.map(({ what, value, unit, target }) => [`  ${what}`, shown(value), unit, verdict(value, target)]),
      1,
      1,
    ),
    ...(comparisons.length === 0
      ? []
      : columns(
          [['  product beside a peer', 'product', 'peer', '', 'ratio', '', ''], ...comparisons.map(comparisonRow)],
          1,
          2,
        )),
    ...skipped.map((why) => `  left out: ${why}`),
    ...faultLines,
  ];
}
