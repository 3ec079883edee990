/**
 * Every key of the desk, in one place: the page's keys, the cheat sheet, Settings and `aria-keyshortcuts` all read this table.
 * Bare letters do nothing: what acts on a show is a function key or a chord. To add one, add a line to SHORTCUTS; the tests
 * beside say when it collides with another or with a key of the browser or the system.
 */
import type { ActionId } from '../actions/action-specs.ts';
import type { Overlay, Screen } from '../store/window-store.ts';

export interface Chord {
  /** `KeyboardEvent.key` in lower case, or a `code` where the same key stands in two places. */
  key: string;
  by: 'key' | 'code';
  /** Ctrl, or Cmd on a Mac. */
  command: boolean;
  /** `any`: a sign that some layouts have on Shift and others have not. */
  shift: boolean | 'any';
}

export type ShortcutAct =
  | { kind: 'action'; action: ActionId }
  | { kind: 'screen'; screen: Screen }
  | { kind: 'select'; step: 1 | -1 }
  | { kind: 'overlay'; overlay: Overlay }
  /** To the operator's table of networks. */
  | { kind: 'networks' }
  /** To the screen's own search field. */
  | { kind: 'find' };

export type ShortcutGroup = 'cue' | 'air' | 'result' | 'platform' | 'screens' | 'window';

/** In the order of the cheat sheet. */
export const GROUPS: readonly { group: ShortcutGroup; name: string }[] = [
  { group: 'cue', name: 'Prepare and fire' },
  { group: 'air', name: 'On air' },
  { group: 'result', name: 'Result' },
  { group: 'platform', name: 'Platform' },
  { group: 'screens', name: 'Screens' },
  { group: 'window', name: 'This window' },
];

export interface Shortcut {
  act: ShortcutAct;
  chords: readonly Chord[];
  group: ShortcutGroup;
  /** What it does, as the cheat sheet says it. */
  says: string;
  /** The screen that it works on. */
  on: Screen | 'every';
  /** Works while a text field has the focus too: only for what can't touch the show. */
  evenTyping: boolean;
}

const key = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: false });
const shift = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: true });
const command = (name: string): Chord => ({ key: name, by: 'key', command: true, shift: false });
const code = (name: string): Chord => ({ key: name, by: 'code', command: false, shift: false });
/** By the sign and not by its place, which differs from layout to layout. */
const sign = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: 'any' });

const EVERYWHERE = { on: 'every', evenTyping: false } as const;

function action(id: ActionId, group: ShortcutGroup, says: string, ...chords: Chord[]): Shortcut {
  return { act: { kind: 'action', action: id }, chords, group, says, ...EVERYWHERE };
}
function screen(name: Screen, says: string, chord: Chord): Shortcut {
  return { act: { kind: 'screen', screen: name }, chords: [chord], group: 'screens', says, ...EVERYWHERE };
}
/** Arrows scroll on the screens without a rundown. */
function select(step: 1 | -1, says: string, chord: Chord): Shortcut {
  return { ...EVERYWHERE, act: { kind: 'select', step }, chords: [chord], group: 'cue', says, on: 'producer' };
}
function overlay(name: Overlay, says: string, chord: Chord, { evenTyping }: { evenTyping: boolean }): Shortcut {
  return { act: { kind: 'overlay', overlay: name }, chords: [chord], group: 'window', says, on: 'every', evenTyping };
}

/**
 * Shift with a letter: neither browsers nor systems use it outside text fields, while Ctrl, Alt and their pairs are taken
 * by reload, close, menus, AltGr and window managers.
 */
export const SHORTCUTS: readonly Shortcut[] = [
  action('go', 'cue', 'GO: open the armed cue', key('f12'), code('NumpadEnter'), command('enter')),
  action('arm', 'cue', 'ARM the cue in focus', shift('a')),
  action('disarm', 'cue', 'DISARM', shift('d')),
  action('skip', 'cue', 'SKIP, or take it back', shift('s')),
  select(-1, 'Cue above', key('arrowup')),
  select(1, 'Cue below', key('arrowdown')),
  action('close', 'air', 'CLOSE: hold while most is left', shift('c')),
  action('hold', 'air', 'HOLD, and RESUME', shift('h')),
  action('hold-reason', 'air', 'HOLD with a reason', shift('w')),
  action('plus-10', 'air', '10 s more', shift('p')),
  action('minus-10', 'air', '10 s less', shift('m')),
  action('recall', 'air', 'RECALL, up to 5 s after GO', shift('r')),
  action('clear', 'air', 'CLEAR AIR: hold 1 s', shift('x')),
  action('verify', 'result', 'VERIFY: recount and sign', shift('v')),
  action('reveal', 'result', 'REVEAL to the audience, or HIDE', shift('e')),
  action('take', 'result', 'TAKE: show the result on the overlay', shift('t')),
  action('hide-overlay', 'result', 'HIDE the overlay', shift('o')),
  action('switches-auto', 'platform', 'All switches to auto', shift('u')),
  screen('producer', 'Producer', key('f1')),
  screen('director', 'Director', key('f2')),
  screen('operator', 'Operator', key('f3')),
  {
    ...EVERYWHERE,
    act: { kind: 'networks' },
    chords: [shift('n')],
    group: 'screens',
    says: 'Networks: what came from where',
  },
  screen('log', 'Log', key('f4')),
  screen('settings', 'Settings', key('f6')),
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

export type Platform = 'mac' | 'other';

/** Node has a navigator too, so that tests name keys as their machine would. */
export const platformOf = (named: string): Platform => (/mac|iphone|ipad/i.test(named) ? 'mac' : 'other');
const HERE = platformOf(globalThis.navigator?.platform ?? '');

const NAMES: Readonly<Record<string, string>> = {
  NumpadEnter: 'Num Enter',
  enter: 'Enter',
  arrowup: '↑',
  arrowdown: '↓',
};

/** `Shift C`, `F12`, `Num Enter`, `Ctrl K`; `Cmd K` on a Mac. */
export function nameOf({ key: name, command: withCommand, shift: withShift }: Chord, platform: Platform): string {
  const parts = [
    ...(withCommand ? [platform === 'mac' ? 'Cmd' : 'Ctrl'] : []),
    ...(withShift === true ? ['Shift'] : []),
    NAMES[name] ?? name.toUpperCase(),
  ];
  return parts.join(' ');
}

const ofAction = (id: ActionId) => SHORTCUTS.find(({ act }) => act.kind === 'action' && act.action === id);
const ofOverlay = (name: Overlay) => SHORTCUTS.find(({ act }) => act.kind === 'overlay' && act.overlay === name);

/** The first chord of an entry. */
export function shortcutName(shortcut: Shortcut | undefined): string | null {
  const chord = shortcut?.chords[0];
  return chord ? nameOf(chord, HERE) : null;
}

/** The first chord of an act, for the button that does the same; null where it has none. */
export const chordFor = (id: ActionId): string | null => shortcutName(ofAction(id));
export const overlayChord = (name: Overlay): string | null => shortcutName(ofOverlay(name));

/** As `aria-keyshortcuts` wants it; a key of the numeric pad has no name there. */
function ariaOf(shortcut: Shortcut | undefined): string | undefined {
  return shortcut?.chords
    .filter(({ by }) => by === 'key')
    .map((chord) => nameOf(chord, HERE).replace('Ctrl', 'Control').replace('Cmd', 'Meta').replaceAll(' ', '+'))
    .join(' ');
}
export const ariaChords = (id: ActionId): string | undefined => ariaOf(ofAction(id));
export const ariaOverlay = (name: Overlay): string | undefined => ariaOf(ofOverlay(name));

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
