import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { timeOfDay } from '../../ui/format.ts';

export interface PreflightRow {
  name: string;
  state: 'ok' | 'warn';
  text: string;
}

export interface PreflightView {
  at: string;
  rows: readonly PreflightRow[];
}

/** Null while nothing has been heard. */
export function preflightView(vitals: Pick<Vitals, 'preflight' | 'level'> | null): PreflightView | null {
  if (vitals === null) return null;
  const level = {
    ok: vitals.level === 0,
    text: vitals.level === 0 ? 'level 0, nothing in force' : `level ${vitals.level} is in force`,
  };
  return {
    at: timeOfDay(vitals.preflight.atMs),
    rows: [...checkRows(vitals.preflight), row('Degradation', level)],
  };
}

function row(name: string, check: { ok: boolean; text: string }): PreflightRow {
  return { name, state: check.ok ? 'ok' : 'warn', text: check.text };
}

/** The five checks before ARM, each with its sentence. */
export function checkRows({ storage, clock, edges, forecast, ledger }: Vitals['preflight']): readonly PreflightRow[] {
  return [
    row('Storage', storage),
    row('Clock', clock),
    row('Edges', edges),
    row('Forecast', forecast),
    row('Ledger', ledger),
  ];
}
