/** What becomes due by itself, and what follows from it: one table, and nothing else says so. */
import type { SystemStep } from '../../shared/domain/decide.ts';
import { DISARM_AFTER_MS } from '../../shared/domain/desk-view.ts';
import { SWITCHES, type SwitchSetting } from '../../shared/domain/ladder.ts';
import { nameOf, type PersonNames } from '../../shared/domain/persons.ts';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import type { Intake, SwitchId } from '../../shared/protocol/desk-state.ts';

/** A step, or the ending of a run: that is no step yet, a barrier and a ledger come before it. */
export type LeadsTo = { step: SystemStep } | { ends: Run };

interface DueRow<T> {
  due: 'disarm' | 'close' | 'seal' | 'revert';
  /** Core time; null: it waits for people only. */
  atMs: (of: T) => number | null;
  leadsTo: (of: T) => LeadsTo;
}

/** A run waits for one thing at a time, by its intake. */
const OF_RUNS: Readonly<Partial<Record<Intake, DueRow<Run>>>> = {
  armed: {
    due: 'disarm',
    atMs: ({ armedAtMs }) => (armedAtMs ?? 0) + DISARM_AFTER_MS,
    leadsTo: ({ runId }) => ({ step: { type: 'system.disarm', runId } }),
  },
  open: {
    due: 'close',
    atMs: ({ closesAtMs }) => closesAtMs,
    leadsTo: ({ runId }) => ({ step: { type: 'system.close', runId } }),
  },
  closing: {
    due: 'seal',
    atMs: ({ closesAtMs, text }) => (closesAtMs ?? 0) + text.graceMs,
    leadsTo: (run) => ({ ends: run }),
  },
};

const OF_SWITCHES: DueRow<{ id: SwitchId; setting: SwitchSetting; persons: PersonNames }> = {
  due: 'revert',
  atMs: ({ setting }) => setting.revertsAtMs,
  leadsTo: ({ id, setting: { position, reason, setBy, revertsAtMs }, persons }) => ({
    step: {
      type: 'system.revert',
      switch: id,
      revertsAtMs: revertsAtMs ?? 0,
      reason: `The time is over for which ${nameOf(persons, setBy.actor)} had pinned it ${position}: ${reason}`,
    },
  }),
};

/** Something that is due at a time (core epoch ms). `of` is a part of the state: another object means that it was changed. */
export interface Deadline {
  due: DueRow<never>['due'];
  of: Run | SwitchSetting;
  atMs: number;
  leadsTo: LeadsTo;
}

/** All that this state waits for, by what it hangs on. */
export function deadlinesOf({ runs, switches, persons }: ShowState): Map<string, Deadline> {
  const deadlines = new Map<string, Deadline>();
  for (const run of Object.values(runs)) {
    const row = OF_RUNS[run.intake];
    const atMs = row?.atMs(run) ?? null;
    if (row === undefined || atMs === null) continue;
    deadlines.set(`run ${run.runId}`, { due: row.due, of: run, atMs, leadsTo: row.leadsTo(run) });
  }
  for (const { id } of SWITCHES) {
    const setting = switches[id];
    const atMs = setting === undefined ? null : OF_SWITCHES.atMs({ id, setting, persons });
    if (setting === undefined || atMs === null) continue;
    const { due, leadsTo } = OF_SWITCHES;
    deadlines.set(`switch ${id}`, { due, of: setting, atMs, leadsTo: leadsTo({ id, setting, persons }) });
  }
  return deadlines;
}
