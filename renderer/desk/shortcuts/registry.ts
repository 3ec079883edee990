/** Every key of the desk, in one place. Bare letters do nothing: what acts on a show is a function key or a chord. */
import type { ActionId } from '../actions/action-specs.ts';
import type { Screen } from '../store/window-store.ts';

export interface Chord {
  /** `KeyboardEvent.key` in lower case, or a `code` where the same key stands in two places. */
  key: string;
  by: 'key' | 'code';
  /** Ctrl, or Cmd on a Mac. */
  command: boolean;
  shift: boolean;
}

export type ShortcutAct =
  | { kind: 'action'; action: ActionId }
  | { kind: 'screen'; screen: Screen }
  | { kind: 'select'; step: 1 | -1 };

export interface Shortcut {
  act: ShortcutAct;
  chords: readonly Chord[];
}

const key = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: false });
const shift = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: true });
const command = (name: string): Chord => ({ key: name, by: 'key', command: true, shift: false });
const code = (name: string): Chord => ({ key: name, by: 'code', command: false, shift: false });

const action = (id: ActionId, ...chords: Chord[]): Shortcut => ({ act: { kind: 'action', action: id }, chords });

/**
 * Shift with a letter: neither browsers nor systems use it outside text fields, while Ctrl, Alt and their pairs are taken
 * by reload, close, menus, AltGr and window managers.
 */
export const SHORTCUTS: readonly Shortcut[] = [
  action('go', key('f12'), code('NumpadEnter'), command('enter')),
  action('arm', shift('a')),
  action('disarm', shift('d')),
  action('skip', shift('s')),
  action('close', shift('c')),
  action('hold', shift('h')),
  action('verify', shift('v')),
  action('reveal', shift('e')),
  action('recall', shift('r')),
  action('plus-10', shift('p')),
  action('minus-10', shift('m')),
  action('clear', shift('x')),
  { act: { kind: 'screen', screen: 'producer' }, chords: [key('f1')] },
  { act: { kind: 'screen', screen: 'director' }, chords: [key('f2')] },
  { act: { kind: 'screen', screen: 'operator' }, chords: [key('f3')] },
  { act: { kind: 'screen', screen: 'log' }, chords: [key('f4')] },
  { act: { kind: 'screen', screen: 'settings' }, chords: [key('f6')] },
  { act: { kind: 'select', step: -1 }, chords: [key('arrowup')] },
  { act: { kind: 'select', step: 1 }, chords: [key('arrowdown')] },
];

const NAMES: Readonly<Record<string, string>> = {
  NumpadEnter: 'Num Enter',
  enter: 'Enter',
  arrowup: '↑',
  arrowdown: '↓',
};

/** `Shift C`, `F12`, `Num Enter` */
export function nameOf({ key: name, command: withCommand, shift: withShift }: Chord): string {
  return [...(withCommand ? ['Ctrl'] : []), ...(withShift ? ['Shift'] : []), NAMES[name] ?? name.toUpperCase()].join(
    ' ',
  );
}

/** The first chord of an act, for the button that does the same; null where it has none. */
export function chordFor(id: ActionId): string | null {
  const found = SHORTCUTS.find(({ act }) => act.kind === 'action' && act.action === id)?.chords[0];
  return found ? nameOf(found) : null;
}

/** As `aria-keyshortcuts` wants it. */
export function ariaChords(id: ActionId): string | undefined {
  const found = SHORTCUTS.find(({ act }) => act.kind === 'action' && act.action === id);
  return found?.chords
    .map((chord) => nameOf(chord).replace('Ctrl', 'Control').replace('Num ', '').replaceAll(' ', '+'))
    .join(' ');
}
