/** The overlay output that this desk takes on and shows. */
import { outputOf } from '../../../shared/domain/overlay-outputs.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { RunId } from '../../../shared/protocol/ids.ts';

/** An output of this name is in every show. */
export const OVERLAY_SURFACE = 'main';

/** The run that is taken on it; null where nothing is. */
export function takenRun({ show }: Pick<DeskState, 'show'>): RunId | null {
  return outputOf(show.overlay, OVERLAY_SURFACE)?.runId ?? null;
}
