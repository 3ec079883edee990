import type { Vitals } from '../../../shared/protocol/desk.ts';
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
  const { storage, clock, edges, forecast, atMs } = vitals.preflight;
  const row = (name: string, check: { ok: boolean; text: string }): PreflightRow => ({
    name,
    state: check.ok ? 'ok' : 'warn',
    text: check.text,
  });
  const level = {
    ok: vitals.level === 0,
    text: vitals.level === 0 ? 'level 0, nothing in force' : `level ${vitals.level} is in force`,
  };
  return {
    at: timeOfDay(atMs),
    rows: [
      row('Storage', storage),
      row('Clock', clock),
      row('Edges', edges),
      row('Forecast', forecast),
      row('Degradation', level),
    ],
  };
}
