import type { Hints, PublicIntake, PublicPoll, PublicResults, PublicState, RecentRun } from '../protocol/audience.ts';
import type { RunRule } from '../protocol/backplane.ts';
import type { Tally } from '../protocol/desk-state.ts';
import type { Mode, RunId } from '../protocol/ids.ts';
import { takesBallots } from './cue-rules.ts';
import { visibleTally } from './desk-view.ts';
import { isOnAir, isVerified } from './intakes.ts';
import { type PublicSurface, resultOn, visibilityOn } from './public-surface.ts';
import type { Run, ShowState } from './show-state.ts';

export interface PublicView {
  surface: PublicSurface;
  mode: Mode;
  epoch: number;
  rev: number;
  nowMs: number;
  hints: Hints;
  /** The live count of a run that is not sealed yet; null where nothing is known. */
  liveTally: (runId: RunId) => Tally | null;
}

/** What a surface of one mode may know. The mode that the show is not in has nothing on air; an overlay shows what is taken on it. */
export function publicState(state: ShowState, view: PublicView): PublicState {
  const { surface, mode, epoch, rev, hints } = view;
  const base = { v: 1 as const, epoch, rev, show: state.showId, mode, title: state.title };
  if (state.mode !== mode) return { ...base, hints };
  const results = publicResults(resultOn(state, surface), view);
  if (surface.kind === 'overlay') return { ...base, ...(results ? { results } : {}), hints };
  const { air } = state;
  const runOf = (id: RunId | null) => (id === null ? null : (state.runs[id] ?? null));
  const poll = runOf(air.poll);
  const cta = live(runOf(air.cta));
  const reaction = live(runOf(air.reaction));
  const recent = air.recent.flatMap((id) => recentRun(runOf(id)) ?? []);
  const answer = runOf(air.answer);
  return {
    ...base,
    ...(poll ? { poll: publicPoll(poll) } : {}),
    ...(cta ? { cta: { ...publicHead(cta), ...(cta.text.link === null ? {} : { link: cta.text.link }) } } : {}),
    ...(reaction ? { reaction: { ...publicHead(reaction), options: reaction.text.options } } : {}),
    ...(recent.length > 0 ? { recent } : {}),
    ...(results ? { results } : {}),
    ...(answer ? { answer: { pollId: answer.cueId, round: answer.round, options: [...answer.answer.options] } } : {}),
    hints,
  };
}

/** CTAs and reactions leave the screens when their time is over; only polls stay as closed. */
function live(run: Run | null): Run | null {
  return run && isOnAir(run) ? run : null;
}

function publicIntake(run: Run): PublicIntake {
  switch (run.intake) {
    case 'open':
    case 'paused':
    case 'closing':
      return run.intake;
    default:
      return 'closed';
  }
}

function publicHead(run: Run) {
  return {
    id: run.cueId,
    round: run.round,
    text: run.text.text,
    intake: publicIntake(run),
    openedAtMs: run.openedAtMs ?? 0,
    ...(run.closesAtMs === null ? {} : { closesAtMs: run.closesAtMs }),
    ...(run.remainingMs === null ? {} : { remainingMs: run.remainingMs }),
  };
}

export function publicPoll(run: Run): PublicPoll {
  const { kind, options, min, max, graceMs } = run.text;
  const { id, round, text, ...times } = publicHead(run);
  return { id, round, kind, text, options, min, max, ...times, graceMs };
}

function recentRun(run: Run | null): RecentRun | null {
  if (!run || run.closesAtMs === null) return null;
  return {
    id: run.cueId,
    round: run.round,
    intake: publicIntake(run),
    closesAtMs: run.closesAtMs,
    graceMs: run.text.graceMs,
  };
}

function publicResults(run: Run | null, view: PublicView): PublicResults | null {
  if (!run) return null;
  const visibility = visibilityOn(run, view.surface);
  if (visibility === 'hidden') return null;
  const tally = run.tally ?? view.liveTally(run.runId);
  if (!tally) return null;
  const final = isVerified(run);
  return {
    pollId: run.cueId,
    round: run.round,
    visibility,
    ...visibleTally(tally, visibility),
    final,
    atMs: run.closedAtMs ?? view.nowMs,
  };
}

/** What edges and the ballot box must know of a run. */
export function runRule(run: Run, showMode: Mode): RunRule {
  const { kind, options, min, max, maxBallots, graceMs } = run.text;
  return {
    runId: run.runId,
    pollId: run.cueId,
    mode: run.mode,
    round: run.round,
    kind,
    intake: run.intake,
    options: takesBallots(kind) ? options.map((o) => o.id) : [],
    min,
    max,
    maxBallots,
    graceMs,
    openedAtMs: run.openedAtMs,
    closesAtMs: run.closesAtMs,
    pausedAtMs: run.pausedAtMs,
    modeIsOn: run.mode === showMode,
  };
}
