import type { RunRule } from '../protocol/backplane.ts';
import { runRule } from './public-state.ts';
import type { ShowState } from './show-state.ts';

/** The rules of the runs that a change may have given another one: of all where the mode has changed, and where there is no `before`. */
export function changedRules(before: ShowState | null, after: ShowState): RunRule[] {
  return Object.values(after.runs)
    .filter((run) => before?.runs[run.runId] !== run || before.mode !== after.mode)
    .map((run) => runRule(run, after.mode));
}
