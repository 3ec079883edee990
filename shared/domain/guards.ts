/**
 * May this command be given now, and if not, why? One answer for both sides: the core refuses with it, and the desk shows it
 * under the button. It reads only what a desk sees, so that the two can't differ.
 */

import type { DeskCue } from '../protocol/desk-state.ts';
import {
  type CommandIntent,
  type CueIntent,
  conflictOf,
  type GuardContext,
  name,
  needs,
  type ShowView,
} from './guard-context.ts';
import { HOLDS_VOTES, OVER, UNARMED } from './intakes.ts';
import { isolated } from './isolated.ts';
import { personIn } from './persons.ts';
import { type Refusal, refuse } from './refusal.ts';
import { roleMay } from './roles.ts';
import {
  mayAnswer,
  mayArm,
  mayClose,
  mayExtend,
  mayGo,
  mayRecall,
  mayReveal,
  mayVerify,
  mayVoid,
} from './run-guards.ts';
import { mayAdd, mayBeReady, mayEdit, mayRemove, mayStandBefore } from './rundown-guards.ts';
import { mayOnShow } from './show-guards.ts';
import { takesAway } from './takes-away.ts';

// Whoever asks a guard finds what it is asked with here as well.
export type { CommandIntent, GuardContext, IntentOf, ShowView } from './guard-context.ts';
export { ageOf, leftMs, occupantOf, RECALL_WITHIN_MS } from './run-guards.ts';

/** The refusal that the core would give, or null when it would accept. */
export function mayCommand(view: ShowView, intent: CommandIntent, ctx: GuardContext): Refusal | null {
  if (!roleMay(ctx.roles, intent.type)) {
    return refuse('role', `${intent.type} is not for your role (${ctx.roles.join(', ') || 'none'}).`);
  }
  if (intent.type === 'cue.add') return mayAdd(view, intent);
  if ('target' in intent) {
    const cue = view.cues.find((c) => c.id === intent.target);
    if (!cue) return refuse('unknown-cue', `There is no cue ${intent.target}.`);
    if (isStale(cue, intent)) {
      const who = cue.lastAct ? ` by ${isolated(personIn(view, cue.lastAct.actor))}` : '';
      return refuse('stale-revision', `${name(cue)} was changed${who} since you looked. Check it, then press again.`, {
        conflict: conflictOf(cue),
      });
    }
    return mayOnCue(view, cue, intent, ctx);
  }
  return mayOnShow(view, intent, ctx);
}

/**
 * Whether what the press depends on has changed since its sender looked. What takes away depends on the run alone: a CLOSE is
 * not refused because somebody added ten seconds in the same moment.
 */
function isStale(cue: DeskCue, intent: CueIntent): boolean {
  const { expectedRevision } = intent;
  if (expectedRevision === undefined) return false;
  if (takesAway(intent)) return expectedRevision < cue.runRevision;
  return isPress(intent) ? expectedRevision < cue.airRevision : expectedRevision !== cue.revision;
}

/** What is pressed on a cue depends on what it does to the audience: no note that somebody types meanwhile holds up a GO. */
function isPress({ type }: CueIntent): boolean {
  return type === 'cue.arm' || type === 'cue.go' || type.startsWith('poll.');
}

function mayOnCue(view: ShowView, cue: DeskCue, intent: CueIntent, ctx: GuardContext): Refusal | null {
  switch (intent.type) {
    case 'cue.edit':
      return mayEdit(view, cue, intent);
    case 'cue.move':
      return mayStandBefore(view, intent.payload.before);
    case 'cue.remove':
      return mayRemove(view, cue);
    case 'cue.skip':
      return needs(cue, UNARMED, 'SKIP');
    case 'cue.rerun':
      return needs(cue, OVER, 'a rerun');
    case 'cue.ready':
      return needs(cue, ['draft'], 'making it ready') ?? mayBeReady(cue);
    case 'cue.arm':
      return mayArm(cue, intent, ctx);
    case 'cue.disarm':
      return needs(cue, ['armed'], 'DISARM');
    case 'cue.go':
      return mayGo(view, cue, ctx);
    case 'poll.recall':
      return mayRecall(cue, ctx);
    case 'poll.pause':
      return needs(cue, ['open'], 'HOLD');
    case 'poll.resume':
      return needs(cue, ['paused'], 'going on');
    case 'poll.extend':
      return mayExtend(cue, intent, ctx);
    case 'poll.close':
      return mayClose(cue, intent, ctx);
    case 'poll.verify':
      return mayVerify(cue, ctx);
    case 'poll.void':
      return mayVoid(cue, ctx);
    case 'poll.revoke':
      return needs(cue, HOLDS_VOTES, 'REVOKE');
    case 'poll.archive':
      return needs(cue, ['verified', 'revoked', 'void'], 'archiving');
    case 'poll.reveal':
      return mayReveal(cue, intent);
    case 'poll.answer':
      return mayAnswer(cue, intent);
  }
}
