/**
 * The sets of intakes that rules, server and screens speak of, each with the one name it goes by. Lists are in the order in which
 * a run passes through them, since a refusal reads them out.
 */
import type { Intake } from '../protocol/desk-state.ts';

interface WithIntake {
  readonly intake: Intake;
}

/** Not armed yet: its text may still change. */
export const UNARMED = ['draft', 'ready'] as const satisfies readonly Intake[];
export const BEFORE_GO = ['draft', 'ready', 'armed'] as const satisfies readonly Intake[];
/** It occupies its lane. */
export const ON_AIR = ['open', 'paused'] as const satisfies readonly Intake[];
/** On air, or its last ballots are still coming in. */
export const UNDER_WAY = ['open', 'paused', 'closing'] as const satisfies readonly Intake[];
/** Its times stand: neither the mode nor the clock is changed under it. */
export const BUSY = ['armed', 'open', 'paused', 'closing'] as const satisfies readonly Intake[];
/** It has votes that can still be taken back. */
export const HOLDS_VOTES = ['open', 'paused', 'closing', 'closed', 'verified'] as const satisfies readonly Intake[];
/** Its count stands for good. */
export const VERIFIED = ['verified', 'archived'] as const satisfies readonly Intake[];
/** It ended and its count is sealed. */
export const SEALED = ['closed', 'verified', 'archived'] as const satisfies readonly Intake[];
/** Nothing more comes in, however it ended. */
export const OVER = ['closed', 'verified', 'revoked', 'void', 'archived'] as const satisfies readonly Intake[];

const test = (intakes: readonly Intake[]): ((of: WithIntake) => boolean) => {
  const set: ReadonlySet<Intake> = new Set(intakes);
  return ({ intake }) => set.has(intake);
};

export const isUnarmed = test(UNARMED);
export const isBeforeGo = test(BEFORE_GO);
export const isOnAir = test(ON_AIR);
export const isUnderWay = test(UNDER_WAY);
export const isBusy = test(BUSY);
export const isVerified = test(VERIFIED);
export const isSealed = test(SEALED);
export const isOver = test(OVER);
