/** Where a run is, in the few words that fit under a button. */
import type { Intake } from '../../../shared/protocol/desk-state.ts';

export const INTAKE_WORDS: Readonly<Record<Intake, string>> = {
  draft: 'still a draft',
  ready: 'not on air',
  armed: 'not on air yet',
  open: 'on air',
  paused: 'on hold',
  closing: 'closing',
  closed: 'closed',
  verified: 'verified',
  archived: 'archived',
  revoked: 'revoked',
  void: 'void',
};
