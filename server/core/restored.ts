import { isBusy } from '../../shared/domain/intakes.ts';
import { isolated } from '../../shared/domain/isolated.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';

/** What a start found in the journal, in words for the desk. */
export function restoredSentence(state: ShowState, replayed: number): string {
  const running = Object.values(state.runs)
    .filter((run) => run.mode === state.mode && isBusy(run))
    .map((run) => `"${isolated(run.text.text)}" is ${run.intake}`);
  const what = running.length === 0 ? 'nothing was on air' : running.join(', ');
  return `Restored at revision ${state.revision} (${replayed} ${replayed === 1 ? 'entry' : 'entries'} replayed): ${what}.`;
}
