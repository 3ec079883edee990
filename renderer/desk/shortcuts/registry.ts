/**
 * Every key of the desk, in one place: the page's keys, the cheat sheet, Settings and `aria-keyshortcuts` all read this table.
 * Bare letters do nothing: what acts on a show is a function key or a chord. The key of an act stands in its record, that of
 * a screen in the table of screens; the tests beside say when one collides with another or with a key of the browser or the
 * system.
 */
import { type ActionId, actOf, SINGLE_ACTS } from '../actions/acts.ts';
import type { Overlay, Screen, WindowData } from '../store/window-store.ts';
import {
  ariaOf,
  type Chord,
  command,
  firstName,
  GROUPS,
  HERE,
  type KeyGroup,
  key,
  nameOf,
  type Platform,
  shift,
  sign,
} from '../words/keys.ts';
import { PLACES } from '../words/screens.ts';

export type ShortcutAct =
  | { kind: 'action'; action: ActionId }
  /** To a screen, or a part of one. */
  | { kind: 'place'; to: Partial<WindowData> }
  | { kind: 'select'; step: 1 | -1 }
  | { kind: 'overlay'; overlay: Overlay }
  /** To the screen's own search field. */
  | { kind: 'find' };

export interface Shortcut {
  act: ShortcutAct;
  chords: readonly Chord[];
  group: KeyGroup;
  /** What it does, as the cheat sheet says it. */
  says: string;
  /** The screen that it works on. */
  on: Screen | 'every';
  /** Works while a text field has the focus too: only for what can't touch the show. */
  evenTyping: boolean;
}

const EVERYWHERE = { on: 'every', evenTyping: false } as const;

/** Of all acts that have one, by their places in the groups. */
function actShortcuts(): readonly Shortcut[] {
  return SINGLE_ACTS.flatMap((id) => {
    const { key: own } = actOf(id);
    return own === null ? [] : [{ id, own }];
  })
    .sort((a, b) => a.own.place - b.own.place)
    .map(({ id, own: { chords, group, says } }) => ({
      ...EVERYWHERE,
      act: { kind: 'action', action: id },
      chords,
      group,
      says,
    }));
}

const placeShortcuts = (): readonly Shortcut[] =>
  PLACES.map(({ says, chord, to }) => ({
    ...EVERYWHERE,
    act: { kind: 'place', to },
    chords: [chord],
    group: 'screens',
    says,
  }));

/** Arrows scroll on the screens without a rundown. */
function select(step: 1 | -1, says: string, chord: Chord): Shortcut {
  return { ...EVERYWHERE, act: { kind: 'select', step }, chords: [chord], group: 'cue', says, on: 'producer' };
}
function overlay(name: Overlay, says: string, chord: Chord, { evenTyping }: { evenTyping: boolean }): Shortcut {
  return { act: { kind: 'overlay', overlay: name }, chords: [chord], group: 'window', says, on: 'every', evenTyping };
}

export const SHORTCUTS: readonly Shortcut[] = [
  ...actShortcuts(),
  select(-1, 'Cue above', key('arrowup')),
  select(1, 'Cue below', key('arrowdown')),
  ...placeShortcuts(),
  overlay('palette', 'Find an act, a cue or a screen', command('k'), { evenTyping: true }),
  overlay('alarms', 'Alarms that stand', shift('l'), { evenTyping: false }),
  overlay('keys', 'These keys', sign('?'), { evenTyping: false }),
  // The browser's own search would look through the few lines that are drawn and say that the rest is not there.
  {
    ...EVERYWHERE,
    act: { kind: 'find' },
    chords: [sign('/'), command('f')],
    group: 'window',
    says: 'Search the log',
    on: 'log',
  },
];

const NONE: readonly Chord[] = [];
const ofAction = (id: ActionId) => actOf(id).key?.chords ?? NONE;
const ofOverlay = (name: Overlay) =>
  SHORTCUTS.find(({ act }) => act.kind === 'overlay' && act.overlay === name)?.chords ?? NONE;

/** The first chord of an act, for the button that does the same; null where it has none. */
export const chordFor = (id: ActionId): string | null => firstName(ofAction(id));
export const overlayChord = (name: Overlay): string | null => firstName(ofOverlay(name));

const ariaWords = (chords: readonly Chord[]) => (chords.length === 0 ? undefined : ariaOf(chords));
export const ariaChords = (id: ActionId): string | undefined => ariaWords(ofAction(id));
export const ariaOverlay = (name: Overlay): string | undefined => ariaWords(ofOverlay(name));

export interface KeyLine {
  says: string;
  /** Names of the chords that do it. */
  keys: readonly string[];
}

/** The whole table by group, for the cheat sheet and Settings. */
export function keysByGroup(platform: Platform = HERE): readonly { name: string; lines: readonly KeyLine[] }[] {
  return GROUPS.map(({ group, name }) => ({
    name,
    lines: SHORTCUTS.filter((shortcut) => shortcut.group === group).map(({ says, chords }) => ({
      says,
      keys: chords.map((chord) => nameOf(chord, platform)),
    })),
  }));
}
