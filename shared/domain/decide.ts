/** From a command that may be given to the events that it makes. Guards have been asked already: this only says what follows. */
import type { Concentration, SwitchId, Tally } from '../protocol/desk-state.ts';
import { type OptionId, type PollId, type RunId, runIdOf } from '../protocol/ids.ts';
import type { ClockAnchor } from '../protocol/process.ts';
import type { Cue } from '../protocol/show-file.ts';
import type { Alarm } from '../protocol/vitals.ts';
import { numberBehind, withNumbers } from './cue-number.ts';
import { DISARM_AFTER_MS } from './desk-view.ts';
import type { ShowEvent } from './events.ts';
import type { CommandIntent, IntentOf } from './guards.ts';
import { isOnAir, isUnarmed } from './intakes.ts';
import { switchSpec } from './ladder.ts';
import { type Refusal, refuse } from './refusal.ts';
import { currentRun, isCalm, type Run, type ShowState } from './show-state.ts';

/** What follows from an accepted command. `nowMs` is core time, stamped by the core. */
export function decide(
  state: ShowState,
  intent: CommandIntent,
  ctx: { nowMs: number; actor: string; scheduled: boolean },
): ShowEvent[] {
  switch (intent.type) {
    case 'cue.add':
      return [...numberingOf(state), added(state, intent.payload)];
    case 'overlay.take':
      return [{ type: 'overlay.taken', surface: intent.payload.surface, runId: intent.payload.runId }];
    case 'overlay.hide':
      return [{ type: 'overlay.hidden', surface: intent.payload.surface }];
    case 'switch.set':
      return setSwitch(intent.payload, ctx.nowMs);
    case 'edges.restart':
    case 'rehearsal.recode':
      // The show stays as it is; the entry itself says who asked.
      return [];
    case 'show.mode':
      return [{ type: 'show.mode', mode: intent.payload.mode }];
    case 'show.t0':
      return [{ type: 'show.t0', t0Ms: intent.payload.t0Ms }];
    case 'show.control':
      return [{ type: 'show.control' }];
    case 'show.clear':
      return clear(state, ctx.nowMs);
    case 'alarm.seen':
      return [{ type: 'alarm.seen', id: intent.payload.id }];
  }
  const run = currentRun(state, intent.target);
  const cueState = state.cues.find((c) => c.cue.id === intent.target);
  if (!run || !cueState) throw new Error(`accepted a command on the unknown cue ${intent.target}`);
  const { runId, cueId } = run;
  switch (intent.type) {
    case 'cue.edit':
      // An edit keeps unknown fields, so an id or a number could ride in with them; a cue's own never change. What the edit leaves alone is
      // not judged anew: an older version may have taken it.
      return [{ type: 'cue.edited', cueId, set: changed(cueState.cue, intent.payload.cue) }];
    case 'cue.move':
      return [...numberingOf(state), { type: 'cue.moved', cueId, before: intent.payload.before }];
    case 'cue.remove':
      return [...numberingOf(state), removed(state, cueId)];
    case 'cue.skip':
      return [{ type: 'cue.skipped', cueId, skipped: intent.payload?.skipped ?? !cueState.skipped }];
    case 'cue.rerun':
      return [nextRound(run)];
    case 'cue.ready':
      return [{ type: 'run.readied', runId }];
    case 'cue.arm':
      if (run.text.class === 'regulated' && run.armAskedBy === null) return [{ type: 'run.arm-asked', runId }];
      return [{ type: 'run.armed', runId, atMs: ctx.nowMs, override: intent.payload?.override ?? null }];
    case 'cue.disarm':
      return [{ type: 'run.disarmed', runId }];
    case 'cue.go': {
      const closesAtMs = ctx.nowMs + run.text.durationMs;
      return [{ type: 'run.opened', runId, openedAtMs: ctx.nowMs, closesAtMs, byPerson: !ctx.scheduled }];
    }
    case 'poll.recall':
      return [{ type: 'run.revoked', runId, reason: intent.payload?.reason ?? 'recalled' }, nextRound(run)];
    case 'poll.pause': {
      const remainingMs = Math.max(0, (run.closesAtMs ?? ctx.nowMs) - ctx.nowMs);
      return [{ type: 'run.paused', runId, atMs: ctx.nowMs, remainingMs, reason: intent.payload.reason }];
    }
    case 'poll.resume':
      return [{ type: 'run.resumed', runId, closesAtMs: ctx.nowMs + (run.remainingMs ?? 0) }];
    case 'poll.extend':
      return [{ type: 'run.extended', runId, byMs: intent.payload.byMs }];
    case 'poll.close':
      return [closing(run, ctx.nowMs)];
    case 'poll.verify':
      return [{ type: 'run.verified', runId }];
    case 'poll.void':
      if (run.voidAskedBy === null) return [{ type: 'run.void-asked', runId }];
      return [{ type: 'run.voided', runId, reason: intent.payload.reason }];
    case 'poll.revoke':
      return [{ type: 'run.revoked', runId, reason: intent.payload.reason }];
    case 'poll.archive':
      return [{ type: 'run.archived', runId }];
    case 'poll.reveal':
      return [{ type: 'run.revealed', runId, surface: intent.payload.surface, visibility: intent.payload.visibility }];
    case 'poll.answer':
      if ('reveal' in intent.payload) return [{ type: 'run.answer-revealed', runId }];
      return setAnswer(run, cueState.cue, intent.payload.answer);
  }
}

/** Where an earlier version took the show, cues go by their places: before a place changes, each keeps what it was called there. */
function numberingOf({ cues }: ShowState): ShowEvent[] {
  if (cues.every(({ cue }) => cue.number !== undefined)) return [];
  const numbers = withNumbers(cues.map(({ cue }) => cue)).map(({ id, number }) => ({ cueId: id, number }));
  return [{ type: 'show.numbered', numbers }];
}

function removed({ cues }: ShowState, cueId: PollId): ShowEvent {
  const cue = withNumbers(cues.map((c) => c.cue)).find(({ id }) => id === cueId);
  return { type: 'cue.removed', cueId, ...(cue ? { was: { number: cue.number, text: cue.text } } : {}) };
}

function added({ cues }: ShowState, { cue, before = null }: IntentOf<'cue.add'>['payload']): ShowEvent {
  const rundown = withNumbers(cues.map((c) => c.cue));
  const place = rundown.findIndex(({ id }) => id === before);
  const behind = rundown.at(place < 0 ? -1 : place - 1);
  const taken = new Set(rundown.map(({ number }) => number));
  const number = cue.number ?? numberBehind(place === 0 ? null : (behind?.number ?? null), taken);
  return { type: 'cue.added', cue: { ...cue, number }, before };
}

/** The fields that an edit makes different. What is equal and written otherwise, such as options with their fields in another order, counts as changed. */
function changed(cue: Cue, edit: IntentOf<'cue.edit'>['payload']['cue']): Partial<Cue> {
  const { id: _id, number: _number, ...fields } = edit;
  const differing = Object.entries(fields).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(cue[field]),
  );
  return Object.fromEntries(differing) as Partial<Cue>;
}

function nextRound({ cueId, mode, round }: Run): ShowEvent {
  return { type: 'run.created', runId: runIdOf(cueId, mode, round + 1), cueId, round: round + 1 };
}

/** The end of a window at this moment; a window whose end has passed already is not made longer by it. */
function closing(run: Run, nowMs: number): ShowEvent {
  return { type: 'run.closing', runId: run.runId, closesAtMs: Math.min(nowMs, run.closesAtMs ?? nowMs) };
}

/** Before it airs, the answer is part of the text. A quiz keeps it there, so that the next round has it too; a prediction is settled anew each time. */
function setAnswer(run: Run, cue: Cue, answer: OptionId[]): ShowEvent[] {
  const onCue: ShowEvent = { type: 'cue.edited', cueId: run.cueId, set: { answer } };
  if (isUnarmed(run)) return [onCue];
  const onRun: ShowEvent = { type: 'run.answer-set', runId: run.runId, answer };
  return cue.kind === 'quiz' ? [onCue, onRun] : [onRun];
}

/**
 * CLEAR AIR ends intake as well: nobody can vote on what no surface shows, and there is no way to bring it back. Votes cast so
 * far count. What is armed is disarmed, so that no press that was meant for before opens anything after.
 */
function clear(state: ShowState, nowMs: number): ShowEvent[] {
  const runs = Object.values(state.runs).filter(({ mode }) => mode === state.mode);
  const ending = runs.filter(isOnAir);
  const armed = runs.filter(({ intake }) => intake === 'armed');
  return [
    ...ending.map((run) => closing(run, nowMs)),
    ...armed.map(({ runId }): ShowEvent => ({ type: 'run.disarmed', runId })),
    { type: 'show.cleared' },
  ];
}

function setSwitch(payload: IntentOf<'switch.set'>['payload'], nowMs: number): ShowEvent[] {
  const spec = switchSpec(payload.switch);
  if (!spec) throw new Error(`accepted a command on the unknown switch ${payload.switch}`);
  const { position, reason, revertAfterMs } = payload;
  // What is automatic already has nothing to go back from.
  const revertAtMs = position === 'auto' || revertAfterMs === undefined ? null : nowMs + revertAfterMs;
  return [{ type: 'switch.set', switch: spec.id, position, reason, revertAtMs }];
}

/** What the core itself does when its time has come. */
export type SystemStep =
  | { type: 'system.disarm'; runId: RunId }
  | { type: 'system.close'; runId: RunId }
  | { type: 'system.seal'; runId: RunId; head: string; tally: Tally; concentrated?: Concentration }
  | { type: 'system.verify'; runId: RunId; recountMatches: boolean }
  /** A pinned switch goes back to auto, the time being over that was set for it. The reason is for the log. */
  | { type: 'system.revert'; switch: SwitchId; revertsAtMs: number; reason: string }
  /** The degradation level goes up or down, and with it the switches that follow it. */
  | { type: 'system.level'; from: number; to: number; cause: string }
  /** The machine's clock was set: core time goes along, and hangs on `anchor` then. */
  | { type: 'system.clock'; byMs: number; anchor: ClockAnchor }
  | ({ type: 'system.alarm' } & Alarm);

/** The events of a step of the core's own, or why it no longer applies (the run or the switch has moved on meanwhile). */
export function decideSystem(state: ShowState, step: SystemStep, nowMs: number): ShowEvent[] | Refusal {
  switch (step.type) {
    case 'system.revert':
      return revert(state, step);
    case 'system.level':
      return changeLevel(state, step);
    case 'system.clock':
      if (isCalm(state)) return [{ type: 'clock.set', byMs: step.byMs, anchor: step.anchor }];
      return refuse('mode-busy', 'Something is armed or on air, and its times stand.');
    case 'system.alarm': {
      const { type: _, ...alarm } = step;
      return [{ type: 'alarm.raised', ...alarm }];
    }
    default:
      return decideOnRun(state, step, nowMs);
  }
}

/** From the level that was looked at: whoever judged by another one judges anew. */
function changeLevel(
  state: ShowState,
  { from, to, cause }: Extract<SystemStep, { type: 'system.level' }>,
): ShowEvent[] | Refusal {
  if (state.level === to) return refuse('already', `The level is ${to} already.`);
  if (state.level !== from) return refuse('stale-revision', `The level is ${state.level} by now, and not ${from}.`);
  return [{ type: 'level.changed', from, to, cause }];
}

/** Compared by the time that was set and not by the clock, which may have been set itself. */
function revert(
  state: ShowState,
  { switch: id, revertsAtMs }: Extract<SystemStep, { type: 'system.revert' }>,
): ShowEvent[] | Refusal {
  const setting = state.switches[id];
  if (setting === undefined || setting.revertsAtMs === null) {
    return refuse('already', `${id} has no time set at which it would go back.`);
  }
  if (setting.revertsAtMs === revertsAtMs) return [{ type: 'switch.reverted', switch: id }];
  return refuse('too-soon', `${id} has been set for another time meanwhile.`, { nextAllowedAtMs: setting.revertsAtMs });
}

function decideOnRun(
  state: ShowState,
  step: Extract<SystemStep, { runId: RunId }>,
  nowMs: number,
): ShowEvent[] | Refusal {
  const run = state.runs[step.runId];
  if (!run) return refuse('unknown-run', `There is no run ${step.runId}.`);
  const moved = (wanted: Run['intake']) =>
    run.intake === wanted ? null : refuse('wrong-intake', `${run.runId} is ${run.intake} and no longer ${wanted}.`);
  switch (step.type) {
    case 'system.disarm':
      if (run.armedAtMs !== null && run.armedAtMs + DISARM_AFTER_MS > nowMs) {
        return refuse('wrong-intake', `${run.runId} has been armed anew.`);
      }
      return moved('armed') ?? [{ type: 'run.disarmed', runId: run.runId }];
    case 'system.close':
      if (run.closesAtMs !== null && run.closesAtMs > nowMs) {
        return refuse('wrong-intake', `${run.runId} has been extended.`);
      }
      return moved('open') ?? [closing(run, nowMs)];
    case 'system.seal': {
      const { head, tally, concentrated } = step;
      const seal = { runId: run.runId, atMs: nowMs, head, tally, ...(concentrated && { concentrated }) };
      if (isSealedWhenEnded(run)) return [{ type: 'run.sealed', ...seal }];
      return moved('closing') ?? [{ type: 'run.closed', ...seal }];
    }
    case 'system.verify':
      if (run.text.class !== 'fun') return refuse('role', `${run.runId} is ${run.text.class}; a person verifies it.`);
      if (!step.recountMatches)
        return refuse('recount-differs', `The recount of ${run.runId} differs from the live count.`);
      return moved('closed') ?? [{ type: 'run.verified', runId: run.runId }];
  }
}

/** A run that was recalled, revoked or declared void took votes, and is still to be sealed: they are what will be disputed. */
export function isSealedWhenEnded({ intake, head, openedAtMs }: Run): boolean {
  return (intake === 'revoked' || intake === 'void' || intake === 'archived') && head === null && openedAtMs !== null;
}
