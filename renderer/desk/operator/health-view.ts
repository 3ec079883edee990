/** Whether the platform is well: the level in force, the checks before ARM, the alarms that stand. */
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { timeOfDay } from '../../ui/format.ts';
import { type AlarmsView, alarmsView } from '../alarms/alarms-view.ts';
import { LEVELS } from '../words/levels.ts';
import { checkRows, type PreflightRow } from '../words/preflight-view.ts';

export interface HealthView {
  level: number;
  levelName: string;
  steps: readonly { level: number; name: string; state: 'current' | 'passed' | 'ahead' }[];
  /** `1 of 1 in force` */
  measures: string;
  desks: string;
  checks: readonly PreflightRow[];
  /** `all 5 pass`, `1 of 5 fails` */
  checksSum: { text: string; warn: boolean };
  checkedAt: string;
  alarms: AlarmsView;
}

export function healthView(vitals: Vitals): HealthView {
  const { level, preflight, alarms, desks, switches } = vitals;
  const checks = checkRows(preflight);
  const failing = checks.filter((row) => row.state === 'warn').length;
  const inForce = switches.filter((s) => s.inForce).length;
  return {
    level,
    levelName: LEVELS[level] ?? `level ${level}`,
    steps: LEVELS.map((name, step) => ({
      level: step,
      name,
      state: step === level ? 'current' : step < level ? 'passed' : 'ahead',
    })),
    measures: switches.length === 0 ? 'none known' : `${inForce} of ${switches.length} in force`,
    desks: String(desks),
    checks,
    checksSum:
      failing === 0
        ? { text: `all ${checks.length} pass`, warn: false }
        : { text: `${failing} of ${checks.length} ${failing === 1 ? 'fails' : 'fail'}`, warn: true },
    checkedAt: timeOfDay(preflight.atMs),
    alarms: alarmsView(alarms),
  };
}
