/**
 * May this command be given now, and if not, why? One answer for both sides: the core refuses with it, and the desk shows it
 * under the button. It reads only what a desk sees, so that the two can't differ.
 */

import type { Command, CommandType, Conflict, Role } from '../protocol/commands.ts';
import { type Follower, ringOf, ringSentence } from '../protocol/cue-triggers.ts';
import type { DeskCue, DeskState, Lane } from '../protocol/desk-state.ts';
import type { PollId } from '../protocol/ids.ts';
import { MAX_CUES } from '../protocol/show-file.ts';
import type { Preflight } from '../protocol/vitals.ts';
import { freeze, laneOf, takesBallots, whatIsMissing } from './cue-rules.ts';
import { isolated } from './isolated.ts';
import { switchSpec } from './ladder.ts';
import { type Refusal, refuse } from './refusal.ts';
import { roleMay } from './roles.ts';
import { clockMs } from './schedule.ts';
import { takesAway } from './takes-away.ts';

export const RECALL_WITHIN_MS = 5_000;
export const MIN_BETWEEN_GOS_MS = 1_000;
/** A shortened window keeps at least this much. */
export const MIN_LEFT_MS = 10_000;
/** Closing with more than this share of the window left wants a confirmation. */
export const EARLY_CLOSE_SHARE = 0.2;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What someone means to do; the id and the time come when it is sent. */
export type CommandIntent = DistributiveOmit<Command, 'id' | 'clientTimeMs'>;
export type IntentOf<T extends CommandType> = Extract<CommandIntent, { type: T }>;

export type ShowView = Pick<DeskState, 'show' | 'cues' | 'onAir'>;

export interface GuardContext {
  /** Core time. */
  nowMs: number;
  actor: string;
  roles: readonly Role[];
  /** Fired by the schedule and not by a person. */
  scheduled: boolean;
  /** Null while a desk has not heard it yet: then only the core judges it. */
  preflight: Preflight | null;
  /** A regulated vote needs a connected identity service. */
  identityConnected: boolean;
  /** A restart of the edges is under way. */
  edgesRestarting: boolean;
  /** Ids of the alarms that stand; null where that is left to the core. */
  alarms: readonly string[] | null;
  /** Since the last GO, ms, measured and not by the clock; infinite where there was none. */
  sinceGoMs: number;
  /** What the recount of a closed run gave. Only a desk may leave it to the core, which verifies on nothing but a match. */
  recount: 'matches' | 'differs' | 'left-to-the-core';
}

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
      const who = cue.lastAct ? ` by ${isolated(cue.lastAct.actor)}` : '';
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
  return takesAway(intent) ? expectedRevision < cue.runRevision : expectedRevision !== cue.revision;
}

function name(cue: DeskCue): string {
  return `"${isolated(cue.text)}"`;
}
function conflictOf(cue: DeskCue): Conflict | undefined {
  return cue.lastAct;
}
/** Refuses unless the run is in one of the intakes. */
function needs(cue: DeskCue, intakes: readonly DeskCue['intake'][], toDo: string): Refusal | null {
  if (intakes.includes(cue.intake)) return null;
  return refuse('wrong-intake', `${name(cue)} is ${cue.intake}; ${toDo} works when it is ${intakes.join(' or ')}.`, {
    conflict: conflictOf(cue),
  });
}

function mayAdd(view: ShowView, intent: IntentOf<'cue.add'>): Refusal | null {
  const { cue, before } = intent.payload;
  if (view.cues.some((c) => c.id === cue.id)) return refuse('cue-exists', `There is a cue ${cue.id} already.`);
  if (view.cues.length >= MAX_CUES) return refuse('show-full', `A show has ${MAX_CUES} cues at most.`);
  return mayStandBefore(view, before ?? null) ?? mayFollow(view, cue);
}

/** Whether a cue may have this trigger, in this rundown. */
function mayFollow(view: ShowView, cue: Follower): Refusal | null {
  const after = cue.trigger?.after;
  if (after === undefined) return null;
  const byId = new Map<string, Follower>([...view.cues.map((c) => [c.id, c] as const), [cue.id, cue]]);
  if (!byId.has(after)) return refuse('unknown-cue', `There is no cue ${after} to follow.`);
  const ring = ringOf(cue.id, byId);
  return ring === null ? null : refuse('trigger-ring', `That can't fire, for ${ringSentence(ring)}.`);
}

/** A cue that others wait for stays: they would never fire. */
function mayLeave(view: ShowView, cue: DeskCue): Refusal | null {
  const follower = view.cues.find((c) => c.trigger?.after === cue.id && c.id !== cue.id);
  if (follower === undefined) return null;
  return refuse('followed', `${name(follower)} follows ${name(cue)}; give it another trigger first.`);
}

function mayStandBefore(view: ShowView, before: PollId | null): Refusal | null {
  if (before === null || view.cues.some((c) => c.id === before)) return null;
  return refuse('unknown-cue', `There is no cue ${before} to stand before.`);
}

type CueIntent = Extract<CommandIntent, { target: PollId }>;

function mayOnCue(view: ShowView, cue: DeskCue, intent: CueIntent, ctx: GuardContext): Refusal | null {
  switch (intent.type) {
    case 'cue.edit':
      return mayEdit(cue, intent) ?? mayFollow(view, { id: cue.id, trigger: intent.payload.cue.trigger });
    case 'cue.move':
      return mayStandBefore(view, intent.payload.before);
    case 'cue.remove':
      return (
        needs(cue, ['draft', 'ready'], 'removing') ??
        (cue.aired ? refuse('wrong-intake', `${name(cue)} has been on air; its votes are kept.`) : null) ??
        mayLeave(view, cue)
      );
    case 'cue.skip':
      return needs(cue, ['draft', 'ready'], 'SKIP');
    case 'cue.rerun':
      return needs(cue, ['closed', 'verified', 'revoked', 'void', 'archived'], 'a rerun');
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
      return (
        needs(cue, ['open', 'paused', 'closing', 'closed', 'verified'], 'VOID') ??
        (cue.voidAskedBy === ctx.actor
          ? refuse('second-person', `You have asked to void ${name(cue)}; a second person must confirm it.`)
          : null)
      );
    case 'poll.revoke':
      return needs(cue, ['open', 'paused', 'closing', 'closed', 'verified'], 'REVOKE');
    case 'poll.archive':
      return needs(cue, ['verified', 'revoked', 'void'], 'archiving');
    case 'poll.reveal':
      if (!takesBallots(cue.kind)) return refuse('not-runnable', `${name(cue)} has no result to reveal.`);
      // Numbers that can be seen can be hidden at any moment, live ones too.
      if (takesAway(intent) && cue.visibility[intent.payload.surface] !== 'hidden') return null;
      if (cue.intake === 'verified') return null;
      return refuse('not-verified', `${name(cue)} is ${cue.intake}; REVEAL works once it is verified.`);
    case 'poll.answer':
      return mayAnswer(cue, intent);
  }
}

/** Fields that may change at any time, because no viewer sees them. */
const UNFROZEN = new Set(['notes', 'contingency', 'trigger']);

function mayEdit(cue: DeskCue, intent: IntentOf<'cue.edit'>): Refusal | null {
  if (cue.intake === 'draft' || cue.intake === 'ready') return null;
  const frozen = Object.keys(intent.payload.cue).find((field) => !UNFROZEN.has(field));
  if (frozen === undefined) return null;
  return refuse('frozen', `${name(cue)} is ${cue.intake}; its ${frozen} can't be changed now.`, {
    conflict: conflictOf(cue),
  });
}

function mayBeReady(cue: DeskCue): Refusal | null {
  // A desk that may not see the right answer knows that there is one.
  const hidden = cue.answerState !== 'unset' && cue.answer === undefined;
  const missing = whatIsMissing(hidden ? { ...cue, answer: cue.options?.slice(0, 1).map((o) => o.id) ?? [] } : cue);
  return missing === null ? null : refuse('incomplete', missing);
}

function mayArm(cue: DeskCue, intent: IntentOf<'cue.arm'>, ctx: GuardContext): Refusal | null {
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

function mayGo(view: ShowView, cue: DeskCue, ctx: GuardContext): Refusal | null {
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

function mayRecall(cue: DeskCue, ctx: GuardContext): Refusal | null {
  const open = needs(cue, ['open', 'paused'], 'RECALL');
  if (open) return open;
  if (ageOf(cue.openedAtMs ?? 0, ctx.nowMs) <= RECALL_WITHIN_MS) return null;
  return refuse('recall-expired', 'RECALL works for 5 s after GO. Use CLOSE, or revoke the poll with a reason.');
}

/** What is left of the window at this time, ms; null when it isn't running or held. */
export function leftMs(cue: Pick<DeskCue, 'closesAtMs' | 'remainingMs'>, nowMs: number): number | null {
  if (cue.remainingMs !== undefined) return cue.remainingMs;
  return cue.closesAtMs === undefined ? null : Math.max(0, cue.closesAtMs - nowMs);
}

function mayExtend(cue: DeskCue, intent: IntentOf<'poll.extend'>, ctx: GuardContext): Refusal | null {
  const open = needs(cue, ['open', 'paused'], 'changing the time');
  if (open) return open;
  const { byMs } = intent.payload;
  if (byMs >= 0 || (leftMs(cue, ctx.nowMs) ?? 0) + byMs >= MIN_LEFT_MS) return null;
  return refuse('too-short', 'Ten seconds have to be left. Use CLOSE to end it now.');
}

function mayClose(cue: DeskCue, intent: IntentOf<'poll.close'>, ctx: GuardContext): Refusal | null {
  const open = needs(cue, ['open', 'paused'], 'CLOSE');
  if (open) return open;
  const left = leftMs(cue, ctx.nowMs) ?? 0;
  const share = left / (cue.windowMs ?? cue.durationMs);
  if (share <= EARLY_CLOSE_SHARE || intent.payload?.confirmed === true) return null;
  return refuse('needs-confirmation', `${Math.ceil(left / 1000)} s are left. Hold CLOSE to end ${name(cue)} now.`);
}

function mayVerify(cue: DeskCue, ctx: GuardContext): Refusal | null {
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

function mayAnswer(cue: DeskCue, intent: IntentOf<'poll.answer'>): Refusal | null {
  if (cue.kind !== 'quiz' && cue.kind !== 'prediction') {
    return refuse('not-runnable', `${name(cue)} has no right answer: it is no quiz and no prediction.`);
  }
  if (cue.answerState === 'revealed') return refuse('already', 'The answer has been revealed.');
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

type ShowIntent = Exclude<CommandIntent, { target: PollId } | { type: 'cue.add' }>;

function mayOnShow(view: ShowView, intent: ShowIntent, ctx: GuardContext): Refusal | null {
  switch (intent.type) {
    case 'overlay.take': {
      const cue = view.cues.find((c) => c.runId === intent.payload.runId);
      if (!cue) return refuse('unknown-run', `There is no current run ${intent.payload.runId}.`);
      if (cue.visibility.overlay !== 'hidden') return null;
      return refuse('not-released', `The producer has not released ${name(cue)} to the overlay.`);
    }
    case 'overlay.hide':
      return mayHide(view, intent);
    case 'switch.set':
      if (switchSpec(intent.payload.switch) !== null) return null;
      return refuse('unknown-switch', `There is no switch ${intent.payload.switch}.`);
    case 'edges.restart':
      if (!ctx.edgesRestarting) return null;
      return refuse('restart-under-way', 'The edges are being restarted already.');
    case 'show.mode':
      return mayChangeMode(view, intent);
    case 'show.t0':
      return mayMoveT0(view, intent, ctx);
    case 'alarm.seen':
      if (ctx.alarms === null || ctx.alarms.includes(intent.payload.id)) return null;
      return refuse('unknown-alarm', 'That alarm does not stand any more.');
    case 'rehearsal.recode':
    case 'show.control':
    case 'show.clear':
      return null;
  }
}

function mayHide(view: ShowView, intent: IntentOf<'overlay.hide'>): Refusal | null {
  const { surface, runId } = intent.payload;
  const shown = view.show.overlay;
  if (shown?.surface === surface && (runId === undefined || runId === shown.runId)) return null;
  return refuse('already', runId === undefined ? `Nothing is on ${surface}.` : `${runId} is not on ${surface}.`);
}

function mayChangeMode(view: ShowView, intent: IntentOf<'show.mode'>): Refusal | null {
  if (view.show.mode === intent.payload.mode)
    return refuse('already', `The show is in ${intent.payload.mode} already.`);
  const busy = view.cues.find((c) => ['armed', 'open', 'paused', 'closing'].includes(c.intake));
  return busy
    ? refuse('mode-busy', `${name(busy)} is ${busy.intake}; the mode changes when nothing is armed or on air.`)
    : null;
}

function mayMoveT0(view: ShowView, intent: IntentOf<'show.t0'>, ctx: GuardContext): Refusal | null {
  if (intent.payload.confirmed === true) return null;
  const past = view.cues.filter((c) => {
    // A wall-clock time does not move with the start.
    const atMs = c.trigger?.offsetMs === undefined ? null : clockMs(c.trigger, intent.payload.t0Ms);
    const waiting = c.intake === 'draft' || c.intake === 'ready' || c.intake === 'armed';
    return waiting && c.trigger?.autoGo === true && atMs !== null && atMs <= ctx.nowMs;
  });
  if (past.length === 0) return null;
  const cues = past.length === 1 ? '1 cue that fires by itself' : `${past.length} cues that fire by themselves`;
  return refuse('needs-confirmation', `${cues} would fall into the past.`);
}
