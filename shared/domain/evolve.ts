import type { Mode } from '../protocol/ids.ts';
import { clearAir, emptyOverlay, emptyOverlays, evolveRun, takeOverlay } from './air-changes.ts';
import { createRun, editCue, insertBefore, newCue, touchCue, withNumber } from './cue-changes.ts';
import type { EntryMeta, ShowEvent } from './events.ts';
import type { SwitchSetting } from './ladder.ts';
import { runPatch } from './run-changes.ts';
import { EMPTY_AIR, EMPTY_SHOW, MAX_STANDING_ALARMS, type ShowState } from './show-state.ts';

/** Folds one event in. It never refuses: what is in the journal has happened. */
export function evolve(state: ShowState, event: ShowEvent, meta: EntryMeta): ShowState {
  switch (event.type) {
    case 'show.imported':
      return { ...importShow(event, meta), persons: state.persons };
    case 'show.mode':
      return switchMode(state, event.mode, meta);
    case 'show.t0':
      return { ...state, t0Ms: event.t0Ms, headRevision: meta.seq };
    case 'show.control':
      return { ...state, control: meta.act };
    case 'person.named':
      return { ...state, persons: { ...state.persons, [event.id]: event.name } };
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
    case 'show.numbered': {
      const numbers = new Map(event.numbers.map(({ cueId, number }) => [cueId, number]));
      return { ...state, cues: state.cues.map((c) => withNumber(c, numbers.get(c.cue.id))) };
    }
    case 'cue.added': {
      const made = newCue(event.cue, meta);
      const withCue = { ...state, cues: insertBefore(state.cues, made, event.before) };
      // Imported cues that are complete start ready; one that is added waits for the producer's word.
      return createRun(withCue, event.cue.id, 1, meta, 'draft');
    }
    case 'cue.edited':
      return editCue(state, event.cueId, event.set, meta);
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
    case 'overlay.taken':
      return takeOverlay(state, event, meta);
    case 'run.sealed': {
      const run = state.runs[event.runId];
      // Nobody's act: what desks know of the cue stays good.
      if (!run) return state;
      return { ...state, runs: { ...state.runs, [run.runId]: { ...run, ...runPatch(run, event, meta) } } };
    }
    case 'overlay.hidden':
      return emptyOverlay(state, event.surface, meta);
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
  { act: setBy, seq: revision }: EntryMeta,
): SwitchSetting {
  if (event.type === 'switch.reverted') return { position: 'auto', reason: null, setBy, revertsAtMs: null, revision };
  const { position, reason, revertAtMs } = event;
  return { position, reason, setBy, revertsAtMs: revertAtMs, revision };
}

function importShow(event: Extract<ShowEvent, { type: 'show.imported' }>, meta: EntryMeta): ShowState {
  const { title, t0, audience, cues, ...extra } = event.show;
  const empty: ShowState = {
    ...EMPTY_SHOW,
    showId: event.showId,
    title,
    mode: event.mode,
    headRevision: meta.seq,
    t0Ms: t0 === undefined ? null : Date.parse(t0),
    audience: audience ?? null,
    extra,
    cues: cues.map((cue) => newCue(cue, meta)),
  };
  return cues.reduce((state, cue) => createRun(state, cue.id, 1, meta), empty);
}

function switchMode(state: ShowState, mode: Mode, meta: EntryMeta): ShowState {
  const switched: ShowState = { ...emptyOverlays(state, meta), mode, headRevision: meta.seq, air: EMPTY_AIR };
  return state.cues.reduce((s, { cue, runs }) => {
    // Coming back, each cue takes up its own run of that mode again.
    return runs[mode] === null ? createRun(s, cue.id, 1, meta) : touchCue(s, cue.id, meta, {});
  }, switched);
}

/** Folds the events of one journal entry. */
export function evolveEntry(state: ShowState, events: readonly ShowEvent[], meta: EntryMeta): ShowState {
  const folded = events.reduce((s, event) => evolve(s, event, meta), state);
  return { ...folded, revision: meta.seq };
}
