/** Which commands edit the show: a second one waits for the first, where a second press of an act is not meant. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';

export interface Edit {
  /** The cues it is about, and `SHOW` where it changes more than one cue. Edits about the same go out in order. */
  about: readonly string[];
  /** What of it a later keep of the same takes the place of; null where each is an edit of its own. */
  field: string | null;
}

const SHOW = 'show';

/** Null: an act, and no edit. */
export function editOf(intent: CommandIntent): Edit | null {
  switch (intent.type) {
    case 'cue.edit': {
      const { target, payload } = intent;
      return { about: [target], field: `${target} ${Object.keys(payload.cue).sort().join()}` };
    }
    case 'poll.answer':
      return 'answer' in intent.payload ? { about: [intent.target], field: `${intent.target} right answer` } : null;
    case 'cue.add':
      return { about: [SHOW, intent.payload.cue.id], field: null };
    case 'cue.move':
      return { about: [SHOW, intent.target], field: `${intent.target} place` };
    case 'cue.remove':
      return { about: [SHOW, intent.target], field: null };
    case 'show.t0':
      return { about: [SHOW], field: 't0' };
    default:
      return null;
  }
}
