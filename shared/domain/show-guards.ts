/** May this be done to the show as a whole: its mode, its start, its outputs and switches? */
import type { Conflict } from '../protocol/commands.ts';
import type { PollId } from '../protocol/ids.ts';
import { type CommandIntent, type GuardContext, type IntentOf, name, type ShowView } from './guard-context.ts';
import { isBeforeGo, isBusy } from './intakes.ts';
import { isolated } from './isolated.ts';
import { switchSpec } from './ladder.ts';
import { hasRoomFor, MAX_OUTPUTS, outputOf } from './overlay-outputs.ts';
import { personIn } from './persons.ts';
import { type Refusal, refuse } from './refusal.ts';
import { clockMs } from './schedule.ts';

type ShowIntent = Exclude<CommandIntent, { target: PollId } | { type: 'cue.add' }>;

export function mayOnShow(view: ShowView, intent: ShowIntent, ctx: GuardContext): Refusal | null {
  const changed = changedSince(view, intent);
  if (changed !== null) return changed;
  switch (intent.type) {
    case 'overlay.take': {
      const cue = view.cues.find((c) => c.runId === intent.payload.runId);
      if (!cue) return refuse('unknown-run', `There is no current run ${intent.payload.runId}.`);
      if (cue.visibility.overlay !== 'hidden') return mayUse(view, intent.payload.surface);
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

/** Whether what the press would change has changed since its sender looked. */
function changedSince(view: ShowView, intent: ShowIntent): Refusal | null {
  const { expectedRevision } = intent;
  const now = revisionOf(view, intent);
  if (expectedRevision === undefined || now === null || expectedRevision >= now.revision) return null;
  const { what, conflict } = now;
  const who = conflict === undefined ? '' : ` by ${isolated(personIn(view, conflict.actor))}`;
  return refuse('stale-revision', `${what} was changed${who} since you looked. Check it, then press again.`, {
    conflict,
  });
}

interface Changeable {
  what: string;
  revision: number;
  /** Who changed it last, where that is known. */
  conflict?: Conflict | undefined;
}

/** Of what the press would change; null where nothing is compared. */
function revisionOf({ show, switches }: ShowView, intent: ShowIntent): Changeable | null {
  switch (intent.type) {
    case 'show.mode':
    case 'show.t0':
      return { what: 'The show', revision: show.revision };
    case 'switch.set': {
      const { switch: id } = intent.payload;
      const state = switches.find((s) => s.id === id);
      const what = `The switch “${switchSpec(id)?.name ?? id}”`;
      return state === undefined ? null : { what, revision: state.revision, conflict: state.setBy };
    }
    case 'overlay.take':
    case 'overlay.hide': {
      const { surface } = intent.payload;
      const output = outputOf(show.overlay, surface);
      // What is off it already was not changed against anybody who wants it off.
      if (output === null || (intent.type === 'overlay.hide' && output.runId === undefined)) return null;
      return { what: surface, revision: output.revision };
    }
    default:
      return null;
  }
}

function mayUse({ show: { overlay = {} } }: ShowView, surface: string): Refusal | null {
  if (hasRoomFor(overlay, surface)) return null;
  return refuse('show-full', `${MAX_OUTPUTS} outputs show something, and more can't; hide one of them first.`);
}

function mayHide(view: ShowView, intent: IntentOf<'overlay.hide'>): Refusal | null {
  const { surface, runId } = intent.payload;
  const shown = outputOf(view.show.overlay, surface)?.runId;
  if (shown !== undefined && (runId === undefined || runId === shown)) return null;
  return refuse('already', runId === undefined ? `Nothing is on ${surface}.` : `${runId} is not on ${surface}.`);
}

function mayChangeMode(view: ShowView, intent: IntentOf<'show.mode'>): Refusal | null {
  if (view.show.mode === intent.payload.mode)
    return refuse('already', `The show is in ${intent.payload.mode} already.`);
  const busy = view.cues.find(isBusy);
  return busy
    ? refuse('mode-busy', `${name(busy)} is ${busy.intake}; the mode changes when nothing is armed or on air.`)
    : null;
}

function mayMoveT0(view: ShowView, intent: IntentOf<'show.t0'>, ctx: GuardContext): Refusal | null {
  if (intent.payload.confirmed === true) return null;
  const past = view.cues.filter((c) => {
    // A wall-clock time does not move with the start.
    const atMs = c.trigger?.offsetMs === undefined ? null : clockMs(c.trigger, intent.payload.t0Ms);
    return isBeforeGo(c) && c.trigger?.autoGo === true && atMs !== null && atMs <= ctx.nowMs;
  });
  if (past.length === 0) return null;
  const cues = past.length === 1 ? '1 cue that fires by itself' : `${past.length} cues that fire by themselves`;
  return refuse('needs-confirmation', `${cues} would fall into the past.`);
}
