/** What a key is: its chord, its name on this machine, and the group that it is listed in. */

export interface Chord {
  /** `KeyboardEvent.key` in lower case, or a `code` where the same key stands in two places. */
  key: string;
  by: 'key' | 'code';
  /** Ctrl, or Cmd on a Mac. */
  command: boolean;
  /** `any`: a sign that some layouts have on Shift and others have not. */
  shift: boolean | 'any';
}

export const key = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: false });
/**
 * Shift with a letter: neither browsers nor systems use it outside text fields, while Ctrl, Alt and their pairs are taken
 * by reload, close, menus, AltGr and window managers.
 */
export const shift = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: true });
export const command = (name: string): Chord => ({ key: name, by: 'key', command: true, shift: false });
export const code = (name: string): Chord => ({ key: name, by: 'code', command: false, shift: false });
/** By the sign and not by its place, which differs from layout to layout. */
export const sign = (name: string): Chord => ({ key: name, by: 'key', command: false, shift: 'any' });

export type KeyGroup = 'cue' | 'air' | 'result' | 'platform' | 'screens' | 'window';

/** In the order of the cheat sheet. */
export const GROUPS: readonly { group: KeyGroup; name: string }[] = [
  { group: 'cue', name: 'Prepare and fire' },
  { group: 'air', name: 'On air' },
  { group: 'result', name: 'Result' },
  { group: 'platform', name: 'Platform' },
  { group: 'screens', name: 'Screens' },
  { group: 'window', name: 'This window' },
];

export type Platform = 'mac' | 'other';

/** Node has a navigator too, so that tests name keys as their machine would. */
export const platformOf = (named: string): Platform => (/mac|iphone|ipad/i.test(named) ? 'mac' : 'other');
export const HERE = platformOf(globalThis.navigator?.platform ?? '');

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

/** The first of several chords, by its name here; null where there is none. */
export function firstName(chords: readonly Chord[]): string | null {
  const [first] = chords;
  return first ? nameOf(first, HERE) : null;
}

/** As `aria-keyshortcuts` wants it; a key of the numeric pad has no name there. */
export function ariaOf(chords: readonly Chord[]): string {
  return chords
    .filter(({ by }) => by === 'key')
    .map((chord) => nameOf(chord, HERE).replace('Ctrl', 'Control').replace('Cmd', 'Meta').replaceAll(' ', '+'))
    .join(' ');
}
