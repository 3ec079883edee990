import type { Change, Changes, DeskState } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';

export type Applied =
  | { kind: 'applied'; state: DeskState }
  /** Old news: the state holds it already. */
  | { kind: 'known' }
  /** Something between was lost; the whole state must be asked for. */
  | { kind: 'gap' };

/**
 * One journal entry is one revision, and its changes come into force together or not at all. Changes with the revision that
 * stands are of an act that is in force while the journal can't be written; they come in order, so the latest are the newest.
 */
export function applyChanges(state: DeskState, { revision, changes }: Changes): Applied {
  if (revision < state.revision) return { kind: 'known' };
  if (revision > state.revision + 1) return { kind: 'gap' };
  return { kind: 'applied', state: { ...changes.reduce(applyChange, state), revision } };
}

function applyChange(state: DeskState, change: Change): DeskState {
  switch (change.kind) {
    case 'cue': {
      const { id, value } = change;
      if (value === null) return { ...state, cues: state.cues.filter((cue) => cue.id !== id) };
      const known = state.cues.some((cue) => cue.id === id);
      const cues = known ? state.cues.map((cue) => (cue.id === id ? value : cue)) : [...state.cues, value];
      return { ...state, cues };
    }
    case 'show':
      return applyToShow(state, change);
    case 'switch': {
      const { id, value } = change;
      const others = state.switches.filter((s) => s.id !== id);
      return { ...state, switches: value === null ? others : [...others, value] };
    }
    case 'run':
    case 'desk':
      return state;
  }
}

function applyToShow(state: DeskState, change: Extract<Change, { kind: 'show' }>): DeskState {
  switch (change.id) {
    case 'head':
      return { ...state, show: change.value };
    case 'onAir':
      return { ...state, onAir: change.value };
    case 'order': {
      const place = new Map(change.value.map((cueId, index) => [cueId, index]));
      const at = (cueId: PollId) => place.get(cueId) ?? Number.POSITIVE_INFINITY;
      return { ...state, cues: [...state.cues].sort((a, b) => at(a.id) - at(b.id)) };
    }
  }
}
