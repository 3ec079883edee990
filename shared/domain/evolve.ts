import type { Act } from '../protocol/desk-state.ts';
import { type Mode, type PollId, type RunId, runIdOf } from '../protocol/ids.ts';
import { type Cue, Surface } from '../protocol/show-file.ts';
import { freeze, laneOf, whatIsMissing } from './cue-rules.ts';
import type { ShowEvent } from './events.ts';
import type { SwitchSetting } from './ladder.ts';
import {
  type Air,
  type CueState,
  EMPTY_AIR,
  EMPTY_SHOW,
  MAX_STANDING_ALARMS,
  type Run,
  type ShowState,
} from './show-state.ts';
import { isShown } from './takes-away.ts';

/** Who and when, the same for all events of a journal entry. */
export interface EntryMeta {
  /** The entry's journal sequence. */
  seq: number;
  act: Act;
}

/** Folds one event in. It never refuses: what is in the journal has happened. */
export function evolve(state: ShowState, event: ShowEvent, meta: EntryMeta): ShowState {
  switch (event.type) {
    case 'show.imported':
      return importShow(event, meta);
    case 'show.mode':
      return switchMode(state, event.mode, meta);
    case 'show.t0':
      return { ...state, t0Ms: event.t0Ms };
    case 'show.control':
      return { ...state, control: meta.act };
    case 'show.cleared':
      return clearAir(state, meta);
    case 'clock.set':
      return { ...setClock(state, event.byMs), clock: event.anchor ?? null };
    case 'alarm.raised': {
      const { type: _, ...alarm } = event;
      const standing = [...state.alarms.filter(({ id }) => id !== alarm.id), alarm];
      return { ...state, alarms: standing.slice(-MAX_STANDING_ALARMS) };
    }
    case 'alarm.seen':
      return { ...state, alarms: state.alarms.filter(({ id }) => id !== event.id) };
    case 'cue.added': {
      const made = newCue(event.cue, meta);
      const withCue = { ...state, cues: insertBefore(state.cues, made, event.before) };
      // Imported cues that are complete start ready; one that is added waits for the producer's word.
      return createRun(withCue, event.cue.id, 1, meta, 'draft');
    }
    case 'cue.edited':
      return editCue(state, event.cueId, event.cue, meta);
    case 'cue.moved': {
      const moving = state.cues.find((c) => c.cue.id === event.cueId);
      if (!moving || event.before === event.cueId) return state;
      const rest = state.cues.filter((c) => c !== moving);
      return { ...state, cues: insertBefore(rest, moving, event.before) };
    }
    case 'cue.removed': {
      const runs = Object.fromEntries(Object.entries(state.runs).filter(([, run]) => run.cueId !== event.cueId));
      return { ...state, cues: state.cues.filter((c) => c.cue.id !== event.cueId), runs };
    }
    case 'cue.skipped':
      return touchCue(state, event.cueId, meta, { skipped: event.skipped });
    case 'run.created':
      return createRun(state, event.cueId, event.round, meta);
    case 'overlay.taken': {
      const shown = patchRun(state, event.runId, meta, ({ seenOn }) => ({
        seenOn: seenOn.includes('overlay') ? seenOn : [...seenOn, 'overlay'],
      }));
      return { ...shown, overlay: { surface: event.surface, runId: event.runId } };
    }
    case 'run.sealed': {
      const run = state.runs[event.runId];
      // Nobody's act: what desks know of the cue stays good.
      if (!run) return state;
      return { ...state, runs: { ...state.runs, [run.runId]: { ...run, ...runPatch(run, event, meta) } } };
    }
    case 'overlay.hidden':
      return { ...state, overlay: null };
    case 'switch.set':
    case 'switch.reverted':
      return { ...state, switches: { ...state.switches, [event.switch]: switchSetting(event, meta) } };
    case 'level.changed':
      return { ...state, level: event.to };
    default:
      return evolveRun(state, event, meta);
  }
}

/** Only pins run while core time may be set; the last GO is what the next one is measured by. */
function setClock(state: ShowState, byMs: number): ShowState {
  const pins = Object.entries(state.switches).map(([id, setting]) => {
    const { revertsAtMs } = setting;
    return [id, revertsAtMs === null ? setting : { ...setting, revertsAtMs: revertsAtMs + byMs }];
  });
  const lastGoAtMs = state.lastGoAtMs === null ? null : state.lastGoAtMs + byMs;
  return { ...state, switches: Object.fromEntries(pins), lastGoAtMs };
}

function switchSetting(
  event: Extract<ShowEvent, { type: 'switch.set' | 'switch.reverted' }>,
  { act: setBy }: EntryMeta,
): SwitchSetting {
  if (event.type === 'switch.reverted') return { position: 'auto', reason: null, setBy, revertsAtMs: null };
  const { position, reason, revertAtMs } = event;
  return { position, reason, setBy, revertsAtMs: revertAtMs };
}

type RunEvent = Extract<ShowEvent, { runId: RunId }>;

function evolveRun(state: ShowState, event: RunEvent, meta: EntryMeta): ShowState {
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
      return takeOffAir(patched, run.runId);
    case 'run.revealed':
      if (event.surface === 'overlay' && event.visibility === 'hidden' && patched.overlay?.runId === run.runId) {
        return { ...patched, overlay: null };
      }
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

function runPatch(run: Run, event: RunEvent, meta: EntryMeta): Partial<Run> {
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
function see(run: Pick<Run, 'seenOn'>, surface: Surface): readonly Surface[] {
  if (surface === 'overlay' || surface === 'desk') return run.seenOn;
  return run.seenOn.includes(surface) ? run.seenOn : [...run.seenOn, surface];
}

function hideAll(run: Run): Run['visibility'] {
  return { desk: run.visibility.desk, audience: 'hidden', overlay: 'hidden', api: 'hidden' };
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

function takeOffAir(state: ShowState, runId: RunId): ShowState {
  const off = (id: RunId | null) => (id === runId ? null : id);
  const { air } = state;
  return {
    ...state,
    air: {
      poll: off(air.poll),
      cta: off(air.cta),
      reaction: off(air.reaction),
      recent: air.recent.filter((id) => id !== runId),
      results: off(air.results),
      answer: off(air.answer),
    },
    overlay: state.overlay?.runId === runId ? null : state.overlay,
  };
}

/** Clears every surface; what a run's audience has seen stays remembered. */
function clearAir(state: ShowState, meta: EntryMeta): ShowState {
  const shown = Object.values(state.runs).filter((run) => run.mode === state.mode && isShown(run));
  const hidden = shown.reduce((s, run) => patchRun(s, run.runId, meta, (r) => ({ visibility: hideAll(r) })), state);
  return { ...hidden, air: EMPTY_AIR, overlay: null };
}

function newCue(cue: Cue, meta: EntryMeta): CueState {
  return { cue, skipped: false, revision: meta.seq, lastAct: meta.act, runs: { live: null, rehearsal: null } };
}

function insertBefore(cues: readonly CueState[], cue: CueState, before: PollId | null): CueState[] {
  const at = before === null ? -1 : cues.findIndex((c) => c.cue.id === before);
  return at < 0 ? [...cues, cue] : [...cues.slice(0, at), cue, ...cues.slice(at)];
}

function sealOf(event: Extract<ShowEvent, { type: 'run.closed' | 'run.sealed' }>): Partial<Run> {
  const { atMs, head, tally, concentrated = null } = event;
  return { closedAtMs: atMs, head, tally, concentrated };
}

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

function createRun(
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

function importShow(event: Extract<ShowEvent, { type: 'show.imported' }>, meta: EntryMeta): ShowState {
  const { title, t0, audience, cues, ...extra } = event.show;
  const empty: ShowState = {
    ...EMPTY_SHOW,
    showId: event.showId,
    title,
    mode: event.mode,
    t0Ms: t0 === undefined ? null : Date.parse(t0),
    audience: audience ?? null,
    extra,
    cues: cues.map((cue) => newCue(cue, meta)),
  };
  return cues.reduce((state, cue) => createRun(state, cue.id, 1, meta), empty);
}

function switchMode(state: ShowState, mode: Mode, meta: EntryMeta): ShowState {
  const switched: ShowState = { ...state, mode, air: EMPTY_AIR, overlay: null };
  return state.cues.reduce((s, { cue, runs }) => {
    // Coming back, each cue takes up its own run of that mode again.
    return runs[mode] === null ? createRun(s, cue.id, 1, meta) : touchCue(s, cue.id, meta, {});
  }, switched);
}

function editCue(state: ShowState, cueId: PollId, cue: Cue, meta: EntryMeta): ShowState {
  const edited = touchCue(state, cueId, meta, { cue });
  const runs = { ...edited.runs };
  for (const run of Object.values(state.runs)) {
    // Text is frozen once armed; what has not been armed yet takes the new text in both modes.
    if (run.cueId !== cueId || (run.intake !== 'draft' && run.intake !== 'ready')) continue;
    const fresh = newRun(cue, run.mode, run.round, run.madeAtRevision);
    runs[run.runId] = run.intake === 'draft' ? { ...fresh, intake: 'draft' } : fresh;
  }
  return { ...edited, runs };
}

function touchCue(state: ShowState, cueId: PollId, meta: EntryMeta, patch: Partial<CueState>): ShowState {
  const cues = state.cues.map((c) =>
    c.cue.id === cueId ? { ...c, ...patch, revision: meta.seq, lastAct: meta.act } : c,
  );
  return { ...state, cues };
}

/** Changes a run and touches its cue when it is the cue's current run. */
function patchRun(state: ShowState, runId: RunId, meta: EntryMeta, patch: (run: Run) => Partial<Run>): ShowState {
  const run = state.runs[runId];
  if (!run) return state;
  const withRun = { ...state, runs: { ...state.runs, [runId]: { ...run, ...patch(run) } } };
  const cue = state.cues.find((c) => c.cue.id === run.cueId);
  return cue?.runs[run.mode] === runId ? touchCue(withRun, run.cueId, meta, {}) : withRun;
}

/** Folds the events of one journal entry. */
export function evolveEntry(state: ShowState, events: readonly ShowEvent[], meta: EntryMeta): ShowState {
  const folded = events.reduce((s, event) => evolve(s, event, meta), state);
  return { ...folded, revision: meta.seq };
}
