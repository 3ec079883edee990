/** What the director puts over the picture and takes off it. */
import type { Visibility } from '../../../shared/protocol/show-file.ts';
import type { Moment } from '../store/moment.ts';
import { watchedPoll } from '../words/director-subject.ts';
import { cueName } from '../words/labels.ts';
import type { ActionSpec } from './action-specs.ts';

export type OverlayActionId = 'take' | 'hide-overlay';

/** The show has one overlay. */
export const OVERLAY_SURFACE = 'main';

export const isOverlayAction = (id: string): id is OverlayActionId => id === 'take' || id === 'hide-overlay';

/** What the overlay shows of a result, as TAKE says it. */
const TAKES: Readonly<Record<Visibility, string>> = {
  hidden: '',
  turnout: 'turnout',
  percentages: 'result in percent',
  counts: 'result with counts',
};

export function overlaySpec(id: OverlayActionId, moment: Moment): ActionSpec {
  const { show, window } = moment;
  const shown = show.show.overlay ?? null;
  const tap = { kind: 'tap' } as const;
  if (id === 'hide-overlay') {
    if (shown === null) return { id, word: 'HIDE', intent: null, cue: null, say: 'nothing is taken', gesture: tap };
    const cue = show.cues.find(({ runId }) => runId === shown.runId) ?? null;
    const { surface, runId } = shown;
    const say = cue === null ? 'what is shown' : cueName(show.cues, cue.id);
    return { id, word: 'HIDE', intent: { type: 'overlay.hide', payload: { surface, runId } }, cue, say, gesture: tap };
  }
  const cue = watchedPoll(show, window.watched);
  if (cue === null) return { id, word: 'TAKE', intent: null, cue, say: 'no poll yet', gesture: tap };
  const { runId } = cue;
  if (shown?.runId === runId) return { id, word: 'TAKE', intent: null, cue, say: 'taken already', gesture: tap };
  const intent = { type: 'overlay.take', payload: { surface: OVERLAY_SURFACE, runId } } as const;
  const say = [cueName(show.cues, cue.id), TAKES[cue.visibility.overlay]].filter((words) => words !== '').join(', ');
  return { id, word: 'TAKE', intent, cue, say, gesture: tap };
}
