import { isolated } from '../../../shared/domain/isolated.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';

/** What stands in the journal where HOLD was pressed without a reason. */
export const NO_REASON = 'hold';

/** `On hold.` or `On hold: technical problem.` */
export function heldWords({ reason }: Pick<DeskCue, 'reason'>): string {
  return reason === undefined || reason === NO_REASON ? 'On hold.' : `On hold: ${isolated(reason)}.`;
}
