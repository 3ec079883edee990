/** May the rundown be changed like this: cues added, edited, moved, taken off, made ready? */
import { type Follower, ringOf, ringSentence } from '../protocol/cue-triggers.ts';
import type { DeskCue } from '../protocol/desk-state.ts';
import type { PollId } from '../protocol/ids.ts';
import { MAX_CUES } from '../protocol/show-file.ts';
import { whatIsMissing } from './cue-rules.ts';
import { conflictOf, type IntentOf, name, needs, type ShowView } from './guard-context.ts';
import { isUnarmed, UNARMED } from './intakes.ts';
import { type Refusal, refuse } from './refusal.ts';

export function mayAdd(view: ShowView, intent: IntentOf<'cue.add'>): Refusal | null {
  const { cue, before } = intent.payload;
  if (view.cues.some((c) => c.id === cue.id)) return refuse('cue-exists', `There is a cue ${cue.id} already.`);
  // A server of an earlier version tells no numbers: two without one are no namesakes.
  const namesake = cue.number === undefined ? undefined : view.cues.find((c) => c.number === cue.number);
  if (namesake) return refuse('number-taken', `${name(namesake)} has the number ${cue.number}.`);
  if (view.cues.length >= MAX_CUES) return refuse('show-full', `A show has ${MAX_CUES} cues at most.`);
  return mayStandBefore(view, before ?? null) ?? mayFollow(view, cue);
}

/** Whether a cue may have this trigger, in this rundown. */
export function mayFollow(view: ShowView, cue: Follower): Refusal | null {
  const after = cue.trigger?.after;
  if (after === undefined) return null;
  const byId = new Map<string, Follower>([...view.cues.map((c) => [c.id, c] as const), [cue.id, cue]]);
  if (!byId.has(after)) return refuse('unknown-cue', `There is no cue ${after} to follow.`);
  const ring = ringOf(cue.id, byId);
  return ring === null ? null : refuse('trigger-ring', `That can't fire, for ${ringSentence(ring)}.`);
}

export function mayRemove(view: ShowView, cue: DeskCue): Refusal | null {
  return (
    needs(cue, UNARMED, 'removing') ??
    (cue.aired ? refuse('wrong-intake', `${name(cue)} has been on air; its votes are kept.`) : null) ??
    mayLeave(view, cue)
  );
}

/** A cue that others wait for stays: they would never fire. */
function mayLeave(view: ShowView, cue: DeskCue): Refusal | null {
  const follower = view.cues.find((c) => c.trigger?.after === cue.id && c.id !== cue.id);
  if (follower === undefined) return null;
  return refuse('followed', `${name(follower)} follows ${name(cue)}; give it another trigger first.`);
}

export function mayStandBefore(view: ShowView, before: PollId | null): Refusal | null {
  if (before === null || view.cues.some((c) => c.id === before)) return null;
  return refuse('unknown-cue', `There is no cue ${before} to stand before.`);
}

/** Fields that may change at any time, because no viewer sees them. */
const UNFROZEN = new Set(['notes', 'contingency', 'trigger']);

export function mayEdit(view: ShowView, cue: DeskCue, intent: IntentOf<'cue.edit'>): Refusal | null {
  return mayChange(cue, intent) ?? mayFollow(view, { id: cue.id, trigger: intent.payload.cue.trigger });
}

function mayChange(cue: DeskCue, intent: IntentOf<'cue.edit'>): Refusal | null {
  if (isUnarmed(cue)) return null;
  const frozen = Object.keys(intent.payload.cue).find((field) => !UNFROZEN.has(field));
  if (frozen === undefined) return null;
  return refuse('frozen', `${name(cue)} is ${cue.intake}; its ${frozen} can't be changed now.`, {
    conflict: conflictOf(cue),
  });
}

export function mayBeReady(cue: DeskCue): Refusal | null {
  // A desk that may not see the right answer knows that there is one.
  const hidden = cue.answerState !== 'unset' && cue.answer === undefined;
  const missing = whatIsMissing(hidden ? { ...cue, answer: cue.options?.slice(0, 1).map((o) => o.id) ?? [] } : cue);
  return missing === null ? null : refuse('incomplete', missing);
}
