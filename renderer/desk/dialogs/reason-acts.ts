import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';

export type ReasonAct = 'pause' | 'void' | 'revoke' | 'override';

interface ReasonWords {
  word: string;
  actionId: string;
  consequence: string;
  presets: readonly [string, ...string[]];
  /** HOLD must be quick: its first preset stands in. */
  reasonOptional: boolean;
  isPublic: boolean;
}

export const REASONS: Readonly<Record<ReasonAct, ReasonWords>> = {
  pause: {
    word: 'HOLD',
    actionId: 'hold',
    consequence: 'The clock stops, viewers see “hold on”, and votes wait on their devices until RESUME.',
    presets: ['hold', 'technical problem', 'wrong picture', 'waiting for the stage'],
    reasonOptional: true,
    isPublic: false,
  },
  void: {
    word: 'VOID',
    actionId: 'void',
    consequence:
      'The vote is declared invalid and leaves every surface, with this reason in public. It takes a second person and can’t be undone.',
    presets: ['technical fault', 'wrong question', 'irregular votes'],
    reasonOptional: false,
    isPublic: true,
  },
  revoke: {
    word: 'REVOKE',
    actionId: 'revoke',
    consequence:
      'It leaves every screen at once. The votes are kept and not counted. It can’t be undone; a rerun starts a new round.',
    presets: ['opened by mistake', 'wrong text', 'emergency'],
    reasonOptional: false,
    isPublic: false,
  },
  override: {
    word: 'ARM',
    actionId: 'arm',
    consequence: 'The reason holds for this ARM, and stands beside it in the log.',
    presets: ['accepted by the operator'],
    reasonOptional: false,
    isPublic: false,
  },
};

export function reasonIntent(act: ReasonAct, target: PollId, reason: string): CommandIntent {
  switch (act) {
    case 'pause':
      return { type: 'poll.pause', target, payload: { reason } };
    case 'void':
      return { type: 'poll.void', target, payload: { reason } };
    case 'revoke':
      return { type: 'poll.revoke', target, payload: { reason } };
    case 'override':
      return { type: 'cue.arm', target, payload: { override: reason } };
  }
}
