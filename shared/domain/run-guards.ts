/** May a run go on like this: armed, opened, lengthened, closed, verified, answered? */
import type { DeskCue, Lane } from '../protocol/desk-state.ts';
import type { Preflight } from '../protocol/vitals.ts';
import { freeze, laneOf, takesBallots } from './cue-rules.ts';
import { conflictOf, type GuardContext, type IntentOf, name, needs, type ShowView } from './guard-context.ts';
import { HOLDS_VOTES, ON_AIR } from './intakes.ts';
import { type Refusal, refuse } from './refusal.ts';
import { mayBeReady } from './rundown-guards.ts';
import { takesAway } from './takes-away.ts';

export const RECALL_WITHIN_MS = 5_000;
const MIN_BETWEEN_GOS_MS = 1_000;
/** A shortened window keeps at least this much. */
const MIN_LEFT_MS = 10_000;
/** Closing with more than this share of the window left wants a confirmation. */
const EARLY_CLOSE_SHARE = 0.2;

export function mayArm(cue: DeskCue, intent: IntentOf<'cue.arm'>, ctx: GuardContext): Refusal | null {
  if (laneOf(cue.kind) === null) return refuse('not-runnable', `${name(cue)} is a note; it does not go on air.`);
  const ready = needs(cue, ['ready'], 'ARM');
  if (ready) return ready;
  if (cue.skipped) return refuse('wrong-intake', `${name(cue)} is skipped; take it back first.`);
  if (cue.class === 'regulated') {
    if (ctx.scheduled) return refuse('not-by-schedule', 'A regulated vote is armed by people only.');
    if (!ctx.identityConnected) {
      return refuse('identity-missing', 'A regulated vote needs a connected identity service, and none is.');
    }
    if (cue.armAskedBy === ctx.actor) {
      return refuse('second-person', `You have asked to arm ${name(cue)}; a second person must arm it.`);
    }
  }
  // Ready by the rules of the version that took it, perhaps.
  return mayBeReady(cue) ?? preflightRefusal(ctx.preflight, intent.payload?.override !== undefined);
}

function preflightRefusal(preflight: Preflight | null, overridden: boolean): Refusal | null {
  if (preflight === null) return null;
  for (const check of ['storage', 'clock', 'edges', 'forecast', 'ledger'] as const) {
    if ((check === 'forecast' || check === 'ledger') && overridden) continue;
    if (!preflight[check].ok) return refuse(`preflight-${check}`, preflight[check].text);
  }
  return null;
}

export function mayGo(view: ShowView, cue: DeskCue, ctx: GuardContext): Refusal | null {
  const armed = needs(cue, ['armed'], 'GO');
  if (armed) return armed;
  const lane = laneOf(cue.kind);
  const busy = lane === null ? null : occupantOf(view, lane);
  if (busy) {
    return refuse('lane-busy', `${name(busy)} is on air in the ${lane} lane.`, {
      nextAllowedAtMs: busy.closesAtMs,
      conflict: conflictOf(busy),
    });
  }
  if (!ctx.scheduled && ctx.sinceGoMs < MIN_BETWEEN_GOS_MS) {
    const measuredMs = Math.ceil(ctx.nowMs + MIN_BETWEEN_GOS_MS - ctx.sinceGoMs);
    const stampedMs = (view.show.lastGoAtMs ?? 0) + MIN_BETWEEN_GOS_MS;
    // The same but for a millisecond, unless the clock was set in between.
    const nextAllowedAtMs = Math.abs(stampedMs - measuredMs) <= 2 ? stampedMs : measuredMs;
    return refuse('too-soon', 'A second has to pass between two GOs.', { nextAllowedAtMs });
  }
  if (ctx.preflight && !ctx.preflight.storage.ok) return refuse('preflight-storage', ctx.preflight.storage.text);
  return null;
}

/** What two clocks of one show may be apart. */
const CLOCKS_APART_MS = 2_000;

/**
 * How long ago something was that a core stamped, ms. A little in the future is now, since a desk only estimates core time;
 * further ahead is no age at all: the clock was set since.
 */
export function ageOf(atMs: number, nowMs: number): number {
  const ageMs = nowMs - atMs;
  return ageMs < -CLOCKS_APART_MS ? Number.POSITIVE_INFINITY : Math.max(0, ageMs);
}

/** The cue that occupies a lane, or null. */
export function occupantOf(view: ShowView, lane: Lane): DeskCue | null {
  const id = view.onAir[lane];
  return id === null ? null : (view.cues.find((c) => c.id === id) ?? null);
}

export function mayRecall(cue: DeskCue, ctx: GuardContext): Refusal | null {
  const open = needs(cue, ON_AIR, 'RECALL');
  if (open) return open;
  if (ageOf(cue.openedAtMs ?? 0, ctx.nowMs) <= RECALL_WITHIN_MS) return null;
  return refuse('recall-expired', 'RECALL works for 5 s after GO. Use CLOSE, or revoke the poll with a reason.');
}

/** What is left of the window at this time, ms; null when it isn't running or held. */
export function leftMs(cue: Pick<DeskCue, 'closesAtMs' | 'remainingMs'>, nowMs: number): number | null {
  if (cue.remainingMs !== undefined) return cue.remainingMs;
  return cue.closesAtMs === undefined ? null : Math.max(0, cue.closesAtMs - nowMs);
}

export function mayExtend(cue: DeskCue, intent: IntentOf<'poll.extend'>, ctx: GuardContext): Refusal | null {
  const open = needs(cue, ON_AIR, 'changing the time');
  if (open) return open;
  const { byMs } = intent.payload;
  if (byMs >= 0 || (leftMs(cue, ctx.nowMs) ?? 0) + byMs >= MIN_LEFT_MS) return null;
  return refuse('too-short', 'Ten seconds have to be left. Use CLOSE to end it now.');
}

export function mayClose(cue: DeskCue, intent: IntentOf<'poll.close'>, ctx: GuardContext): Refusal | null {
  const open = needs(cue, ON_AIR, 'CLOSE');
  if (open) return open;
  const left = leftMs(cue, ctx.nowMs) ?? 0;
  const share = left / (cue.windowMs ?? cue.durationMs);
  if (share <= EARLY_CLOSE_SHARE || intent.payload?.confirmed === true) return null;
  return refuse('needs-confirmation', `${Math.ceil(left / 1000)} s are left. Hold CLOSE to end ${name(cue)} now.`);
}

export function mayVerify(cue: DeskCue, ctx: GuardContext): Refusal | null {
  const closed = needs(cue, ['closed'], 'VERIFY');
  if (closed) return closed;
  if (cue.class === 'regulated') {
    // The owner is a producer too, whatever else the token carries.
    const producer = ctx.roles.some((role) => role === 'owner' || role === 'producer');
    if (!ctx.roles.includes('verifier') || producer) {
      return refuse('role', 'A regulated vote is verified by a verifier who is not the producer.');
    }
  } else if (!ctx.roles.some((role) => role === 'owner' || role === 'producer')) {
    return refuse('role', 'The producer verifies this one.');
  }
  if (ctx.recount === 'differs') {
    return refuse('recount-differs', 'The recount of the ledger differs from the live count. Look at the log.');
  }
  return null;
}

export function mayVoid(cue: DeskCue, ctx: GuardContext): Refusal | null {
  const held = needs(cue, HOLDS_VOTES, 'VOID');
  if (held) return held;
  if (cue.voidAskedBy !== ctx.actor) return null;
  return refuse('second-person', `You have asked to void ${name(cue)}; a second person must confirm it.`);
}

export function mayReveal(cue: DeskCue, intent: IntentOf<'poll.reveal'>): Refusal | null {
  if (!takesBallots(cue.kind)) return refuse('not-runnable', `${name(cue)} has no result to reveal.`);
  // Numbers that can be seen can be hidden at any moment, live ones too.
  if (takesAway(intent) && cue.visibility[intent.payload.surface] !== 'hidden') return null;
  if (cue.intake === 'verified') return null;
  return refuse('not-verified', `${name(cue)} is ${cue.intake}; REVEAL works once it is verified.`);
}

export function mayAnswer(cue: DeskCue, intent: IntentOf<'poll.answer'>): Refusal | null {
  if (cue.kind !== 'quiz' && cue.kind !== 'prediction') {
    return refuse('not-runnable', `${name(cue)} has no right answer: it is no quiz and no prediction.`);
  }
  if (cue.answerState === 'revealed') return refuse('already', 'The answer has been revealed.');
  if ('correct' in intent.payload && intent.payload.correct === true) {
    return refuse('wrong-intake', `The answer of ${name(cue)} has not been revealed: set it without correcting it.`);
  }
  if ('reveal' in intent.payload) {
    if (cue.answerState === 'unset') return refuse('incomplete', 'The right answer is not set.');
    if (cue.intake !== 'verified') {
      return refuse('not-verified', `${name(cue)} is ${cue.intake}; the answer is revealed once it is verified.`);
    }
    return null;
  }
  const known = new Set<string>(freeze(cue).options.map((o) => o.id));
  const unknown = intent.payload.answer.find((id) => !known.has(id));
  return unknown === undefined ? null : refuse('unknown-option', `${name(cue)} has no option ${unknown}.`);
}
