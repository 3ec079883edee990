/** Acts on a count: sign it, show it, give the right answer. */
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { INTAKE_WORDS } from '../words/intake-words.ts';
import { shift } from '../words/keys.ts';
import { cueName } from '../words/labels.ts';
import { isLive } from '../words/subjects.ts';
import { type Act, nothing, plain, TAP } from './act.ts';
import { airAt, focusAt } from './act-subjects.ts';

export const RESULT_ACTS = {
  verify: {
    at(moment) {
      const cue = airAt(moment);
      if (!cue) return nothing('VERIFY', 'nothing on air');
      const intent = { type: 'poll.verify', target: cue.id } as const;
      return { word: 'VERIFY', intent, cue, say: 'recount and sign', gesture: TAP };
    },
    key: { chords: [shift('v')], group: 'result', place: 1, says: 'VERIFY: recount and sign' },
    palette: { airs: false, name: null, also: 'recount certify sign' },
    reason: null,
    sends: { 'poll.verify': { ...plain('VERIFY'), notNow: afterClose } },
  } satisfies Act<'poll.verify'>,

  reveal: {
    at(moment) {
      const cue = airAt(moment);
      if (!cue) return nothing('REVEAL', 'nothing on air');
      const shown = cue.visibility.audience !== 'hidden';
      const payload = { surface: 'audience', visibility: shown ? 'hidden' : 'counts' } as const;
      const intent = { type: 'poll.reveal', target: cue.id, payload } as const;
      const say = shown ? 'from audience' : 'to audience';
      return { word: shown ? 'HIDE' : 'REVEAL', intent, cue, say, gesture: TAP };
    },
    key: { chords: [shift('e')], group: 'result', place: 2, says: 'REVEAL to the audience, or HIDE' },
    palette: { airs: true, name: null, also: 'result show release audience hide' },
    reason: null,
    sends: {
      'poll.reveal': {
        ...plain('REVEAL'),
        label({ target, payload: { surface, visibility } }, cues) {
          const hide = visibility === 'hidden';
          return `${hide ? 'HIDE' : 'REVEAL'} ${cueName(cues, target)}, ${surface}${hide ? '' : ` ${visibility}`}`;
        },
        notNow: (cue) => (cue.intake === 'closed' ? 'after VERIFY' : afterClose(cue)),
      },
    },
  } satisfies Act<'poll.reveal'>,

  'reveal-answer': {
    at(moment) {
      const cue = focusAt(moment);
      if (!cue) return nothing('REVEAL-ANSWER', 'no cue');
      const intent = { type: 'poll.answer', target: cue.id, payload: { reveal: true } } as const;
      return { word: 'REVEAL ANSWER', intent, cue, say: 'to every viewer', gesture: TAP };
    },
    key: null,
    palette: { airs: true, name: null, also: 'quiz right solution' },
    reason: null,
    sends: {
      'poll.answer': {
        ...plain('ANSWER'),
        label: ({ target, payload }, cues) =>
          `${'reveal' in payload ? 'REVEAL' : 'SET'} ANSWER ${cueName(cues, target)}`,
      },
    },
  } satisfies Act<'poll.answer'>,
} as const;

function afterClose(cue: DeskCue): string {
  return isLive(cue) ? 'after close' : INTAKE_WORDS[cue.intake];
}
