import type { DeskCue, VisibleTally } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';

/** The count as far as this desk may see it: sealed, or live. */
export function tallyOf(cue: DeskCue, { vitals }: Pick<Moment, 'vitals'>): VisibleTally | null {
  return cue.tally ?? vitals?.runs.find(({ runId }) => runId === cue.runId) ?? null;
}
