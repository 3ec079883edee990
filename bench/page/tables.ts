/** The tables of the page, from what is kept of the results. */
import { type Comparison, isReached, median, medianRatio, type Target } from '../report/result.ts';
import { shown } from '../report/table.ts';
import { BUDGETS, budgetViewers } from './budgets.ts';
import type { Kept } from './kept.ts';
import { UNRESOLVED } from './plots/peers.ts';

/** Figures of a profiled run are slower than the product is. */
export const isProfiled = ({ raw }: Kept): boolean => raw.profile !== undefined;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const whole = (value: number) => value.toLocaleString('en');

function bounds({ atMost, atLeast }: Target): string {
  const parts = [
    atLeast === null ? null : `≥ ${plainBound(atLeast)}`,
    atMost === null ? null : `≤ ${plainBound(atMost)}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

const plainBound = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 6 });

/** `reached`, or by how much it isn't. */
export function verdict(value: number, target: Target): string {
  if (Number.isNaN(value)) return '**not measured**';
  if (isReached(value, target)) return 'reached';
  const bound = target.atMost !== null && value > target.atMost ? target.atMost : (target.atLeast ?? 0);
  const off = Math.abs(value - bound);
  return bound === 0 ? `**short by ${shown(off)}**` : `**short by ${shown((off / bound) * 100)} %**`;
}

/** Few viewers prove nothing about many, so a verdict from a smaller audience is told as such. */
function verdictOf({ scenario, conditions }: Kept, value: number, target: Target): string {
  const asked = budgetViewers(scenario);
  const words = verdict(value, target);
  return asked !== null && conditions.viewers < asked
    ? `${words} with ${whole(conditions.viewers)} of ${whole(asked)} viewers`
    : words;
}

function setting({ scenario, conditions }: Kept): string {
  const { viewers, edges, loadBefore } = conditions;
  return `${scenario}: ${whole(viewers)} viewers, ${edges} edge${edges === 1 ? '' : 's'}, load before ${loadBefore[0] ?? '–'}`;
}

interface Aim {
  budget: string;
  cells: string[];
}

/** Everything that has a target, in the order of the budgets. */
export function budgetTable(all: readonly Kept[]): string {
  const aims = all.filter((kept) => !isProfiled(kept)).flatMap(aimsOf);
  const rows = BUDGETS.flatMap(({ budget, asked }) => {
    const own = aims.filter((aim) => aim.budget === budget).map(({ cells }) => cells);
    return own.length > 0 ? own : [[budget, asked, '', 'not measured at its size', '', '']];
  });
  return table(['budget', 'what', 'target', 'measured', 'verdict', 'scenario and conditions'], rows);
}

function aimsOf(kept: Kept): Aim[] {
  const figures = kept.figures.flatMap(({ what, value, unit, target }): Aim[] => {
    if (target === null) return [];
    const { budget } = target;
    const measured = `${shown(value)} ${unit}`.trim();
    const cells = [
      budget,
      what,
      `${bounds(target)} ${unit}`.trim(),
      measured,
      verdictOf(kept, value, target),
      setting(kept),
    ];
    return [{ budget, cells }];
  });
  const comparisons = kept.comparisons.flatMap((comparison): Aim[] => {
    const { what, peer, target, product } = comparison;
    if (target === null) return [];
    const { budget } = target;
    const ratio = medianRatio(comparison);
    const cells = [
      budget,
      `${what}, beside ${peer}`,
      `× ${bounds(target)}`,
      `× ${ratio.toFixed(2)}, ${pairs(product.length)}`,
      verdictOf(kept, ratio, target),
      setting(kept),
    ];
    return [{ budget, cells }];
  });
  return [...figures, ...comparisons];
}

const pairs = (count: number) => `${count} pair${count === 1 ? '' : 's'}`;

export function peerTable(all: readonly Kept[]): string {
  const rows = all
    .filter((kept) => !isProfiled(kept))
    .flatMap(({ comparisons }) => comparisons)
    .map((comparison) => {
      const { what, unit, peer, product, others } = comparison;
      const ratio = medianRatio(comparison);
      return [
        peer,
        `${what}, ${unit}`,
        withSpread(product),
        withSpread(others),
        `× ${ratio.toFixed(2)}${isResolved(comparison) ? '' : ' (not resolved)'}`,
        String(product.length),
      ];
    });
  if (rows.length === 0) return 'No run beside a peer is kept.';
  return table(
    ['peer', 'what', 'product: median (least–most)', 'peer: median (least–most)', 'product / peer', 'pairs'],
    rows,
  );
}

function isResolved(comparison: Comparison): boolean {
  const ratio = medianRatio(comparison);
  const [least, most] = UNRESOLVED;
  return ratio < least || ratio > most;
}

function withSpread(values: readonly number[]): string {
  return `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}

/** Under what each scenario was measured, and what it found that should not be. */
export function conditionsTable(all: readonly Kept[]): string {
  if (all.length === 0) return 'No result is kept.';
  const machines = [...new Set(all.map(({ conditions }) => machine(conditions)))];
  const rows = all.map((kept) => {
    const { at, viewers, edges, seed, size, loadBefore, flags } = kept.conditions;
    const faults = Object.entries(kept.faults).map(([kind, count]) => `${kind} × ${count}`);
    return [
      isProfiled(kept) ? `${kept.scenario}, profiled` : kept.scenario,
      `${at.slice(0, 16).replace('T', ' ')} UTC`,
      size,
      whole(viewers),
      String(edges),
      String(seed),
      loadBefore.join(' '),
      flags === '' ? '' : `\`${flags}\``,
      faults.length === 0 ? 'none' : `**${faults.join(', ')}**`,
    ];
  });
  const head = [
    'scenario',
    'at',
    'size',
    'viewers',
    'edges',
    'seed',
    'load before (1, 5, 15 min)',
    'V8 flags of both',
    'faults',
  ];
  return `${machines.map((line) => `- ${line}`).join('\n')}\n\n${table(head, rows)}`;
}

function machine({ cores, cpu, memoryGb, platform, node, descriptors }: Kept['conditions']): string {
  return `${cores} × ${cpu}, ${memoryGb} GB, ${platform}, Node ${node}, ${descriptors} descriptors a process`;
}

/** What the budgets ask for and no kept result shows, and why a scenario left something out. */
export function missingList(all: readonly Kept[]): string {
  const plain = all.filter((kept) => !isProfiled(kept));
  const missing = BUDGETS.flatMap(({ budget, measuredBy }) =>
    measuredBy.flatMap(({ scenario, viewers }) => {
      const kept = plain.find((one) => one.scenario === scenario);
      const why = kept === undefined ? 'not measured' : whyNotThere(kept, budget, viewers);
      return why === null ? [] : [`- ${budget}, \`${scenario}\`: ${why}`];
    }),
  );
  const skipped = plain.flatMap(({ scenario, skipped }) => skipped.map((why) => `- \`${scenario}\` left out: ${why}`));
  const lines = [...missing, ...skipped];
  return lines.length === 0 ? 'Every scenario is measured at its budget’s size.' : lines.join('\n');
}

function whyNotThere({ conditions, figures, comparisons }: Kept, budget: string, viewers: number): string | null {
  if (conditions.viewers < viewers) {
    return `measured with ${whole(conditions.viewers)} viewers, the budget asks for ${whole(viewers)}`;
  }
  const isAimed = [...figures, ...comparisons].some(({ target }) => target?.budget === budget);
  return isAimed ? null : 'measured, but not as the budget asks';
}
