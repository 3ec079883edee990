/** How the cues of a rundown change, each with its runs. What touches a cue counts as a change of it: what a desk has seen of it may be out of date. */
import type { PollId, RunId } from '../protocol/ids.ts';
import type { Cue } from '../protocol/show-file.ts';
import { airsAlike } from './cue-rules.ts';
import type { EntryMeta } from './events.ts';
import { isUnarmed } from './intakes.ts';
import { newRun } from './run-changes.ts';
import type { CueState, Run, ShowState } from './show-state.ts';

export function newCue(cue: Cue, meta: EntryMeta): CueState {
  const runs = { live: null, rehearsal: null };
  return { cue, skipped: false, revision: meta.seq, airRevision: meta.seq, lastAct: meta.act, runs };
}

/** Called by a number, it is no other cue than before. */
export function withNumber(cue: CueState, number: string | undefined): CueState {
  return number === undefined ? cue : { ...cue, cue: { ...cue.cue, number } };
}

export function insertBefore(cues: readonly CueState[], cue: CueState, before: PollId | null): CueState[] {
  const at = before === null ? -1 : cues.findIndex((c) => c.cue.id === before);
  return at < 0 ? [...cues, cue] : [...cues.slice(0, at), cue, ...cues.slice(at)];
}

export function createRun(
  state: ShowState,
  cueId: PollId,
  round: number,
  meta: EntryMeta,
  intake: 'draft' | null = null,
): ShowState {
  const cue = state.cues.find((c) => c.cue.id === cueId);
  if (!cue) return state;
  const fresh = newRun(cue.cue, state.mode, round, meta.seq);
  const run = intake === null ? fresh : { ...fresh, intake };
  const withRun = { ...state, runs: { ...state.runs, [run.runId]: run } };
  return touchCue(withRun, cueId, meta, { runs: { ...cue.runs, [state.mode]: run.runId } });
}

export function editCue(state: ShowState, cueId: PollId, set: Partial<Cue>, meta: EntryMeta): ShowState {
  const before = state.cues.find((c) => c.cue.id === cueId);
  if (!before) return state;
  const cue: Cue = { ...before.cue, ...set };
  const kept = airsAlike(before.cue, cue) ? { airRevision: before.airRevision } : {};
  const edited = touchCue(state, cueId, meta, { cue, ...kept });
  const runs = { ...edited.runs };
  for (const run of Object.values(state.runs)) {
    // Text is frozen once armed; what has not been armed yet takes the new text in both modes.
    if (run.cueId !== cueId || !isUnarmed(run)) continue;
    const fresh = newRun(cue, run.mode, run.round, run.madeAtRevision);
    runs[run.runId] = run.intake === 'draft' ? { ...fresh, intake: 'draft' } : fresh;
  }
  return { ...edited, runs };
}

export function touchCue(state: ShowState, cueId: PollId, meta: EntryMeta, patch: Partial<CueState>): ShowState {
  const cues = state.cues.map((c) =>
    c.cue.id === cueId ? { ...c, airRevision: meta.seq, ...patch, revision: meta.seq, lastAct: meta.act } : c,
  );
  return { ...state, cues };
}

/** Changes a run and touches its cue when it is the cue's current run. */
export function patchRun(
  state: ShowState,
  runId: RunId,
  meta: EntryMeta,
  patch: (run: Run) => Partial<Run>,
): ShowState {
  const run = state.runs[runId];
  if (!run) return state;
  const withRun = { ...state, runs: { ...state.runs, [runId]: { ...run, ...patch(run) } } };
  const cue = state.cues.find((c) => c.cue.id === run.cueId);
  return cue?.runs[run.mode] === runId ? touchCue(withRun, run.cueId, meta, {}) : withRun;
}
