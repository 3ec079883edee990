/** The cue that an act is about, at a moment. */
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';
import { airSubject, focusCue, nextCue } from '../words/subjects.ts';

export const focusAt = ({ show, window }: Moment): DeskCue | null => focusCue(show, window.selected);

/** On air, or the last that was. */
export const airAt = ({ show, window }: Moment): DeskCue | null => airSubject(show, window.lane)?.cue ?? null;

/** What GO would fire. */
export function armedAt({ show, window }: Moment): DeskCue | null {
  const next = nextCue(show, window.selected);
  return next.kind === 'armed' ? next.cue : null;
}
