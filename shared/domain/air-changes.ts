/** What events put in front of the audience, and what they take away from it. */
import type { RunId } from '../protocol/ids.ts';
import { patchRun } from './cue-changes.ts';
import { laneOf } from './cue-rules.ts';
import type { EntryMeta, ShowEvent } from './events.ts';
import { emptied, withTaken } from './overlay-outputs.ts';
import { hideAll, type RunEvent, runPatch } from './run-changes.ts';
import { type Air, EMPTY_AIR, type Run, type ShowState } from './show-state.ts';
import { isShown } from './takes-away.ts';

/** Changes a run, and what the audience sees of it. */
export function evolveRun(state: ShowState, event: RunEvent, meta: EntryMeta): ShowState {
  const patched = patchRun(state, event.runId, meta, (run) => runPatch(run, event, meta));
  const run = patched.runs[event.runId];
  if (!run) return state;
  switch (event.type) {
    case 'run.opened': {
      const onAir = putOnAir(patched, run);
      return { ...onAir, lastGoAtMs: event.openedAtMs };
    }
    case 'run.revoked':
    case 'run.voided':
      return takeOffAir(patched, run.runId, meta);
    case 'run.revealed':
      if (event.surface === 'overlay' && event.visibility === 'hidden') return hideOnOverlays(patched, run.runId, meta);
      if (event.surface !== 'audience') return patched;
      return {
        ...patched,
        air: { ...patched.air, results: showResults(patched.air, run, event.visibility !== 'hidden') },
      };
    case 'run.answer-revealed':
      return { ...patched, air: { ...patched.air, answer: run.runId } };
    default:
      return patched;
  }
}

/** The result goes to an overlay, and has been seen there from now on. */
export function takeOverlay(
  state: ShowState,
  event: Extract<ShowEvent, { type: 'overlay.taken' }>,
  meta: EntryMeta,
): ShowState {
  const shown = patchRun(state, event.runId, meta, ({ seenOn }) => ({
    seenOn: seenOn.includes('overlay') ? seenOn : [...seenOn, 'overlay'],
  }));
  return { ...shown, overlay: withTaken(state.overlay, event.surface, { runId: event.runId, revision: meta.seq }) };
}

function showResults(air: Air, run: Run, shown: boolean): RunId | null {
  if (shown) return run.runId;
  return air.results === run.runId ? null : air.results;
}

function putOnAir(state: ShowState, run: Run): ShowState {
  const lane = laneOf(run.text.kind);
  if (lane === null) return state;
  if (lane !== 'poll') return { ...state, air: { ...state.air, [lane]: run.runId } };
  const replaced = state.air.poll;
  return {
    ...state,
    air: {
      ...state.air,
      poll: run.runId,
      recent: replaced === null ? state.air.recent : [replaced, ...state.air.recent].slice(0, 4),
      results: run.visibility.audience === 'hidden' ? null : run.runId,
      answer: null,
    },
  };
}

/** Whatever is taken on this output leaves it; the others show what they show. */
export function emptyOverlay(state: ShowState, surface: string, meta: EntryMeta): ShowState {
  return { ...state, overlay: emptied(state.overlay, (_, output) => output === surface, meta.seq) };
}

/** Every output is empty. */
export function emptyOverlays(state: ShowState, meta: EntryMeta): ShowState {
  return { ...state, overlay: emptied(state.overlay, () => true, meta.seq) };
}

function hideOnOverlays(state: ShowState, runId: RunId, meta: EntryMeta): ShowState {
  return { ...state, overlay: emptied(state.overlay, (taken) => taken === runId, meta.seq) };
}

function takeOffAir(state: ShowState, runId: RunId, meta: EntryMeta): ShowState {
  const off = (id: RunId | null) => (id === runId ? null : id);
  const { air } = state;
  return {
    ...hideOnOverlays(state, runId, meta),
    air: {
      poll: off(air.poll),
      cta: off(air.cta),
      reaction: off(air.reaction),
      recent: air.recent.filter((id) => id !== runId),
      results: off(air.results),
      answer: off(air.answer),
    },
  };
}

/** Clears every surface; what a run's audience has seen stays remembered. */
export function clearAir(state: ShowState, meta: EntryMeta): ShowState {
  const shown = Object.values(state.runs).filter((run) => run.mode === state.mode && isShown(run));
  const hidden = shown.reduce((s, run) => patchRun(s, run.runId, meta, (r) => ({ visibility: hideAll(r) })), state);
  return { ...emptyOverlays(hidden, meta), air: EMPTY_AIR };
}
