/** What an event makes of the run that it names, and what a run is before anything happened to it. */
import { type Mode, type RunId, runIdOf } from '../protocol/ids.ts';
import { type Cue, Surface } from '../protocol/show-file.ts';
import { freeze, whatIsMissing } from './cue-rules.ts';
import type { EntryMeta, ShowEvent } from './events.ts';
import type { Run } from './show-state.ts';

export type RunEvent = Extract<ShowEvent, { runId: RunId }>;

/** A run as it stands before anything happened to it. */
export function newRun(cue: Cue, mode: Mode, round: number, madeAtRevision: number): Run {
  return {
    runId: runIdOf(cue.id, mode, round),
    cueId: cue.id,
    mode,
    round,
    intake: whatIsMissing(cue) === null ? 'ready' : 'draft',
    text: freeze(cue),
    visibility: { desk: 'counts', audience: 'hidden', overlay: 'hidden', api: 'hidden' },
    seenOn: [],
    answer: cue.answer === undefined ? { state: 'unset', options: [] } : { state: 'set', options: cue.answer },
    armedAtMs: null,
    armedBy: null,
    madeAtRevision,
    armAskedBy: null,
    voidAskedBy: null,
    openedAtMs: null,
    openedAtRevision: null,
    closesAtMs: null,
    pausedAtMs: null,
    remainingMs: null,
    windowMs: cue.durationMs,
    closedAtMs: null,
    tally: null,
    concentrated: null,
    head: null,
    verifiedBy: null,
    reason: null,
  };
}

export function runPatch(run: Run, event: RunEvent, meta: EntryMeta): Partial<Run> {
  switch (event.type) {
    case 'run.readied':
      return { intake: 'ready' };
    case 'run.arm-asked':
      return { armAskedBy: meta.act.actor };
    case 'run.armed':
      return { intake: 'armed', armedAtMs: event.atMs, armedBy: meta.act.actor, armAskedBy: null };
    case 'run.disarmed':
      return { intake: 'ready', armedAtMs: null, armedBy: null };
    case 'run.opened': {
      const { openedAtMs, closesAtMs } = event;
      const { visibility, seenOn } = liveFromGo(run);
      const windowMs = closesAtMs - openedAtMs;
      return { intake: 'open', openedAtMs, openedAtRevision: meta.seq, closesAtMs, windowMs, visibility, seenOn };
    }
    case 'run.paused':
      return {
        intake: 'paused',
        pausedAtMs: event.atMs,
        remainingMs: event.remainingMs,
        closesAtMs: null,
        reason: event.reason,
      };
    case 'run.resumed':
      return { intake: 'open', pausedAtMs: null, remainingMs: null, closesAtMs: event.closesAtMs, reason: null };
    case 'run.extended':
      return {
        windowMs: run.windowMs + event.byMs,
        closesAtMs: run.closesAtMs === null ? null : run.closesAtMs + event.byMs,
        remainingMs: run.remainingMs === null ? null : run.remainingMs + event.byMs,
      };
    case 'run.closing':
      return { intake: 'closing', closesAtMs: event.closesAtMs, pausedAtMs: null, remainingMs: null, reason: null };
    case 'run.closed':
      return { intake: 'closed', ...sealOf(event) };
    case 'run.sealed':
      return sealOf(event);
    case 'run.verified':
      return { intake: 'verified', verifiedBy: meta.act.actor };
    case 'run.revealed': {
      const seen = event.visibility === 'hidden' ? run.seenOn : see(run, event.surface);
      return { visibility: { ...run.visibility, [event.surface]: event.visibility }, seenOn: seen };
    }
    case 'run.answer-set':
      return { answer: { state: 'set', options: event.answer } };
    case 'run.answer-revealed':
      return { answer: { ...run.answer, state: 'revealed' } };
    case 'run.void-asked':
      return { voidAskedBy: meta.act.actor };
    case 'run.voided':
      return { intake: 'void', reason: event.reason, visibility: hideAll(run), pausedAtMs: null, remainingMs: null };
    case 'run.revoked':
      return { intake: 'revoked', reason: event.reason, visibility: hideAll(run), pausedAtMs: null, remainingMs: null };
    case 'run.archived':
      return { intake: 'archived' };
    case 'run.created':
    case 'overlay.taken':
      return {};
  }
}

/** Live results, where the cue chose them in advance, are in force from GO. */
function liveFromGo(run: Run): Pick<Run, 'visibility' | 'seenOn'> {
  const visibility = { ...run.visibility };
  let { seenOn } = run;
  for (const surface of Surface.options) {
    const chosen = run.text.live[surface];
    if (chosen === undefined) continue;
    visibility[surface] = chosen;
    seenOn = see({ seenOn }, surface);
  }
  return { visibility, seenOn };
}

/** A release to the audience or the API is seen at once; the overlay shows it only when it is taken, and the desk is not on air. */
export function see(run: Pick<Run, 'seenOn'>, surface: Surface): readonly Surface[] {
  if (surface === 'overlay' || surface === 'desk') return run.seenOn;
  return run.seenOn.includes(surface) ? run.seenOn : [...run.seenOn, surface];
}

export function hideAll(run: Run): Run['visibility'] {
  return { desk: run.visibility.desk, audience: 'hidden', overlay: 'hidden', api: 'hidden' };
}

function sealOf(event: Extract<ShowEvent, { type: 'run.closed' | 'run.sealed' }>): Partial<Run> {
  const { atMs, head, tally, concentrated = null } = event;
  return { closedAtMs: atMs, head, tally, concentrated };
}
