/** Words and tones that differ between a rehearsal and a live show. Nothing is ever red in rehearsal. */
import type { Intake } from '../../../shared/protocol/desk-state.ts';
import type { Mode } from '../../../shared/protocol/ids.ts';

export type Tone = 'air' | 'rehearsal' | 'armed' | 'plain' | 'draft' | 'done' | 'warn';

/** The word on a cue's plate. */
export function wordOfMode(intake: Intake, mode: Mode): string {
  switch (intake) {
    case 'open':
      return mode === 'live' ? 'On air' : 'Open in rehearsal';
    case 'paused':
      return mode === 'live' ? 'On hold' : 'Held in rehearsal';
    case 'closing':
      return 'Closing';
    case 'closed':
      return 'Closed';
    case 'verified':
      return 'Verified';
    case 'archived':
      return 'Archived';
    case 'revoked':
      return 'Revoked';
    case 'void':
      return 'Void';
    case 'armed':
      return 'Armed';
    case 'ready':
      return 'Ready';
    case 'draft':
      return 'Draft';
  }
}

export function toneOf(intake: Intake, mode: Mode): Tone {
  switch (intake) {
    case 'open':
    case 'paused':
      return mode === 'live' ? 'air' : 'rehearsal';
    case 'armed':
      return 'armed';
    case 'draft':
      return 'draft';
    case 'ready':
    case 'closing':
      return 'plain';
    case 'revoked':
    case 'void':
      return 'warn';
    default:
      return 'done';
  }
}
