/** Acts on what comes next: fire it, arm it, leave it out. */
import { type IntentOf, mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { INTAKE_WORDS } from '../words/intake-words.ts';
import { code, command, key, shift } from '../words/keys.ts';
import { cueName } from '../words/labels.ts';
import { overriddenBy, overriddenWords } from '../words/overridden.ts';
import { cueAfter } from '../words/subjects.ts';
import { type Act, ask, type Gesture, HOLD_MS, hold, nothing, plain, type Stand, TAP } from './act.ts';
import { armedAt, focusAt } from './act-subjects.ts';

export const CUE_ACTS = {
  go: {
    at(moment) {
      const armed = armedAt(moment);
      if (!armed) return nothing('GO', 'nothing armed');
      return {
        word: 'GO',
        intent: { type: 'cue.go', target: armed.id },
        cue: armed,
        say: nameIn(moment, armed),
        gesture: goGesture(armed, moment),
      };
    },
    key: {
      chords: [key('f12'), code('NumpadEnter'), command('enter')],
      group: 'cue',
      place: 1,
      says: 'GO: open the armed cue',
    },
    palette: { airs: true, name: null, also: 'open fire start' },
    reason: null,
    sends: { 'cue.go': plain('GO') },
  } satisfies Act<'cue.go'>,

  arm: {
    at(moment) {
      const focus = focusAt(moment);
      return focus ? armStand(focus, moment) : nothing('ARM', 'no cue');
    },
    key: { chords: [shift('a')], group: 'cue', place: 2, says: 'ARM the cue in focus' },
    palette: { airs: false, name: null, also: 'prepare ready load' },
    reason: {
      word: 'ARM',
      actionId: 'arm',
      consequence: 'The reason holds for this ARM, and stands beside it in the log.',
      presets: ['accepted by the operator'],
      reasonOptional: false,
      isPublic: false,
      intent: (target, reason) => ({ type: 'cue.arm', target, payload: { override: reason } }),
    },
    sends: {
      'cue.ready': plain('READY'),
      'cue.arm': {
        ...plain('ARM'),
        notNow({ intake, skipped }) {
          if (skipped) return 'skipped';
          if (intake === 'armed') return 'already armed';
          return intake === 'draft' ? INTAKE_WORDS.draft : `is ${INTAKE_WORDS[intake]}`;
        },
      },
    },
  } satisfies Act<'cue.ready' | 'cue.arm'>,

  disarm: {
    at(moment) {
      const focus = focusAt(moment);
      const cue = focus?.intake === 'armed' ? focus : (armedAt(moment) ?? focus);
      if (!cue) return nothing('DISARM', 'no cue');
      const intent = { type: 'cue.disarm', target: cue.id } as const;
      return { word: 'DISARM', intent, cue, say: nameIn(moment, cue), gesture: TAP };
    },
    key: { chords: [shift('d')], group: 'cue', place: 3, says: 'DISARM' },
    palette: { airs: false, name: null, also: 'unload' },
    reason: null,
    sends: { 'cue.disarm': { ...plain('DISARM'), notNow: () => 'nothing armed' } },
  } satisfies Act<'cue.disarm'>,

  skip: {
    at(moment) {
      const focus = focusAt(moment);
      if (!focus) return nothing('SKIP', 'no cue');
      const after = cueAfter(moment.show, focus.id);
      const say = !focus.skipped && after ? `to ${nameIn(moment, after)}` : nameIn(moment, focus);
      const word = focus.skipped ? 'TAKE BACK' : 'SKIP';
      return { word, intent: { type: 'cue.skip', target: focus.id }, cue: focus, say, gesture: TAP };
    },
    key: { chords: [shift('s')], group: 'cue', place: 4, says: 'SKIP, or take it back' },
    palette: { airs: false, name: null, also: 'leave out pass take back' },
    reason: null,
    sends: {
      'cue.skip': {
        ...plain('SKIP'),
        notNow: ({ intake }) => (intake === 'armed' ? 'disarm first' : `is ${INTAKE_WORDS[intake]}`),
      },
    },
  } satisfies Act<'cue.skip'>,
} as const;

const nameIn = ({ show }: Moment, { id }: DeskCue): string => cueName(show.cues, id);

/** A regulated vote, or one for which a check was overridden, is held to fire. */
function goGesture(cue: DeskCue, { vitals }: Moment): Gesture {
  const risky = cue.class === 'regulated' || overriddenBy(vitals?.preflight ?? null).length > 0;
  return risky ? hold(HOLD_MS) : TAP;
}

function armStand(cue: DeskCue, moment: Moment): Stand<IntentOf<'cue.ready' | 'cue.arm'>> {
  const name = nameIn(moment, cue);
  if (cue.intake === 'draft') {
    return { word: 'MAKE READY', intent: { type: 'cue.ready', target: cue.id }, cue, say: name, gesture: TAP };
  }
  const intent = { type: 'cue.arm', target: cue.id } as const;
  const base = { word: 'ARM', intent, cue } as const;
  const refusal = mayCommand(moment.show, intent, guardContext(moment));
  if (refusal?.code === 'preflight-forecast' || refusal?.code === 'preflight-ledger') {
    const overridden = { ...intent, payload: { override: 'asked for' } };
    const what = overriddenWords(overriddenBy(moment.vitals?.preflight ?? null));
    const gesture = ask({ kind: 'reason', act: 'override', cueId: cue.id });
    return { ...base, intent: overridden, say: `${what}: say why`, gesture };
  }
  if (cue.class !== 'regulated') return { ...base, say: name, gesture: TAP };
  const say =
    cue.armAskedBy === undefined
      ? `${name}, first of two`
      : `second after ${isolated(personIn(moment.show, cue.armAskedBy))}`;
  return { ...base, say, gesture: TAP };
}
