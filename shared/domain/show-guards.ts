/** May this be done to the show as a whole: its mode, its start, its outputs and switches? */

import type { PollId } from '../protocol/ids.ts';
import { type CommandIntent, type GuardContext, type IntentOf, name, type ShowView } from './guard-context.ts';
import { isBeforeGo, isBusy } from './intakes.ts';
import { switchSpec } from './ladder.ts';
import { type Refusal, refuse } from './refusal.ts';
import { clockMs } from './schedule.ts';

type ShowIntent = Exclude<CommandIntent, { target: PollId } | { type: 'cue.add' }>;

export function mayOnShow(view: ShowView, intent: ShowIntent, ctx: GuardContext): Refusal | null {
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
