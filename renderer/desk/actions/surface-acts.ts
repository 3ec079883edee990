/** What the director puts over the picture and takes off it. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Visibility } from '../../../shared/protocol/show-file.ts';
import { watchedPoll } from '../words/director-subject.ts';
import { shift } from '../words/keys.ts';
import { cueName } from '../words/labels.ts';
import { OVERLAY_SURFACE, takenRun } from '../words/overlay-output.ts';
import { type Act, type Cues, nothing, plain, TAP } from './act.ts';

/** What the overlay shows of a result, as TAKE says it. */
const TAKES: Readonly<Record<Visibility, string>> = {
  hidden: '',
  turnout: 'turnout',
  percentages: 'result in percent',
  counts: 'result with counts',
};

export const SURFACE_ACTS = {
  take: {
    at({ show, window }) {
      const cue = watchedPoll(show, window.watched);
      if (cue === null) return nothing('TAKE', 'no poll yet');
      const { runId } = cue;
      if (takenRun(show) === runId) return nothing('TAKE', 'taken already');
      const intent = { type: 'overlay.take', payload: { surface: OVERLAY_SURFACE, runId } } as const;
      const say = [cueName(show.cues, cue.id), TAKES[cue.visibility.overlay]]
        .filter((words) => words !== '')
        .join(', ');
      return { word: 'TAKE', intent, cue, say, gesture: TAP };
    },
    key: { chords: [shift('t')], group: 'result', place: 3, says: 'TAKE: show the result on the overlay' },
    palette: { airs: true, name: 'TAKE on the overlay', also: 'overlay picture graphic on' },
    reason: null,
    sends: {
      'overlay.take': {
        ...plain('TAKE'),
        label: ({ payload }, cues) => overlayLabel('TAKE', payload, cues),
      },
    },
  } satisfies Act<'overlay.take'>,

  'hide-overlay': {
    at({ show }) {
      const runId = takenRun(show);
      if (runId === null) return nothing('HIDE', 'nothing is taken');
      const cue = show.cues.find((one) => one.runId === runId) ?? null;
      const say = cue === null ? 'what is shown' : cueName(show.cues, cue.id);
      const intent = { type: 'overlay.hide', payload: { surface: OVERLAY_SURFACE, runId } } as const;
      return { word: 'HIDE', intent, cue, say, gesture: TAP };
    },
    key: { chords: [shift('o')], group: 'result', place: 4, says: 'HIDE the overlay' },
    palette: { airs: true, name: 'HIDE on the overlay', also: 'overlay picture graphic off' },
    reason: null,
    sends: {
      'overlay.hide': {
        ...plain('HIDE'),
        label: ({ payload }, cues) => overlayLabel('HIDE', payload, cues),
      },
    },
  } satisfies Act<'overlay.hide'>,
} as const;

type OverlayPayload = Extract<CommandIntent, { type: 'overlay.hide' }>['payload'];

function overlayLabel(word: string, { runId }: Pick<OverlayPayload, 'runId'>, cues: Cues): string {
  const cue = cues.find(({ id }) => runId?.startsWith(`${id}:`));
  return cue ? `${word} ${cueName(cues, cue.id)}, overlay` : `${word} overlay`;
}
