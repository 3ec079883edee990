/** The rarer acts on the cue in focus, about its round as a whole. */
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import { type Act, ask, HOLD_MS, hold, nothing, plain, TAP } from './act.ts';
import { focusAt } from './act-subjects.ts';

export const ROUND_ACTS = {
  rerun: {
    at(moment) {
      const cue = focusAt(moment);
      if (!cue) return nothing('RERUN', 'no cue');
      const intent = { type: 'cue.rerun', target: cue.id } as const;
      return { word: 'RERUN', intent, cue, say: `as round ${cue.round + 1}`, gesture: TAP };
    },
    key: null,
    palette: { airs: false, name: null, also: 'again round repeat' },
    reason: null,
    sends: { 'cue.rerun': plain('RERUN') },
  } satisfies Act<'cue.rerun'>,

  revoke: {
    at(moment) {
      const cue = focusAt(moment);
      if (!cue) return nothing('REVOKE', 'no cue');
      const intent = { type: 'poll.revoke', target: cue.id, payload: { reason: 'asked for' } } as const;
      const gesture = ask({ kind: 'reason', act: 'revoke', cueId: cue.id });
      return { word: 'REVOKE…', intent, cue, say: 'off every screen, not counted', gesture };
    },
    key: null,
    palette: { airs: true, name: null, also: 'withdraw pull' },
    reason: {
      word: 'REVOKE',
      actionId: 'revoke',
      consequence:
        'It leaves every screen at once. The votes are kept and not counted. It can’t be undone; a rerun starts a new round.',
      presets: ['opened by mistake', 'wrong text', 'emergency'],
      reasonOptional: false,
      isPublic: false,
      intent: (target, reason) => ({ type: 'poll.revoke', target, payload: { reason } }),
    },
    sends: { 'poll.revoke': plain('REVOKE') },
  } satisfies Act<'poll.revoke'>,

  void: {
    at(moment) {
      const cue = focusAt(moment);
      if (!cue) return nothing('VOID', 'no cue');
      const { voidAskedBy } = cue;
      const say =
        voidAskedBy === undefined
          ? 'declare invalid: asks a second person'
          : `confirm for ${isolated(personIn(moment.show, voidAskedBy))}`;
      const intent = { type: 'poll.void', target: cue.id, payload: { reason: 'asked for' } } as const;
      return { word: 'VOID…', intent, cue, say, gesture: ask({ kind: 'reason', act: 'void', cueId: cue.id }) };
    },
    key: null,
    palette: { airs: true, name: null, also: 'invalid cancel' },
    reason: {
      word: 'VOID',
      actionId: 'void',
      consequence:
        'The vote is declared invalid and leaves every surface, with this reason in public. It takes a second person and can’t be undone.',
      presets: ['technical fault', 'wrong question', 'irregular votes'],
      reasonOptional: false,
      isPublic: true,
      intent: (target, reason) => ({ type: 'poll.void', target, payload: { reason } }),
    },
    sends: { 'poll.void': plain('VOID') },
  } satisfies Act<'poll.void'>,

  archive: {
    at(moment) {
      const cue = focusAt(moment);
      if (!cue) return nothing('ARCHIVE', 'no cue');
      const intent = { type: 'poll.archive', target: cue.id } as const;
      const say = 'hold 0.8 s: destroys the voters’ salt';
      return { word: 'ARCHIVE', intent, cue, say, gesture: hold(HOLD_MS) };
    },
    key: null,
    palette: { airs: true, name: null, also: 'salt destroy done' },
    reason: null,
    sends: { 'poll.archive': plain('ARCHIVE') },
  } satisfies Act<'poll.archive'>,
} as const;
