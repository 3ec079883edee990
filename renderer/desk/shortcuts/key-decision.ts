/** What a key press means, decided without touching the page. */
import type { Screen } from '../store/window-store.ts';
import type { Chord } from '../words/keys.ts';
import type { KeyPress } from './key-press.ts';
import { SHORTCUTS, type Shortcut, type ShortcutAct } from './registry.ts';
import { isSwallowed } from './swallowed-keys.ts';

/** Where the key comes down. */
export interface KeyPlace {
  /** A text field has the focus. */
  typing: boolean;
  screen: Screen;
}

export type KeyDecision =
  | { kind: 'ignore' }
  /** Must neither act nor reach the browser: a key of the desk that is only held down, or a reload. */
  | { kind: 'swallow' }
  /** A key of the desk that types nothing, pressed in a text field: it does nothing, and whoever pressed it must be told. */
  | { kind: 'off'; shortcut: Shortcut; chord: Chord }
  | { kind: 'press'; act: ShortcutAct };

function matches(chord: Chord, press: KeyPress): boolean {
  const same =
    chord.by === 'code'
      ? press.code === chord.key
      : press.key.toLowerCase() === chord.key && press.code !== 'NumpadEnter';
  const withCommand = press.ctrlKey || press.metaKey;
  const shifted = chord.shift === 'any' || chord.shift === press.shiftKey;
  return same && shifted && chord.command === withCommand && !press.altKey;
}

function found(press: KeyPress, screen: Screen): { shortcut: Shortcut; chord: Chord } | null {
  for (const shortcut of SHORTCUTS) {
    if (shortcut.on !== 'every' && shortcut.on !== screen) continue;
    const chord = shortcut.chords.find((candidate) => matches(candidate, press));
    if (chord) return { shortcut, chord };
  }
  return null;
}

/** A function key or a Ctrl chord belongs to no text field. */
const typesNothing = (chord: Chord): boolean => chord.command || /^f\d+$/.test(chord.key);

export function decideKey(press: KeyPress, { typing, screen }: KeyPlace): KeyDecision {
  if (isSwallowed(press, { typing })) return { kind: 'swallow' };
  // What opens under a held Enter (a question, the button that had the focus before) must not be clicked by it.
  if (press.repeat && press.key === 'Enter') return { kind: 'swallow' };
  const hit = found(press, screen);
  if (!hit) return { kind: 'ignore' };
  const { shortcut, chord } = hit;
  if (typing && !shortcut.evenTyping) {
    if (!typesNothing(chord)) return { kind: 'ignore' };
    return press.repeat ? { kind: 'swallow' } : { kind: 'off', shortcut, chord };
  }
  if (!press.repeat) return { kind: 'press', act: shortcut.act };
  // Walking through the rundown is the one thing that a held key may do.
  return shortcut.act.kind === 'select' ? { kind: 'press', act: shortcut.act } : { kind: 'swallow' };
}

/** Whether letting go of this key ends the hold that an act's chord began: its key, or a modifier of it. */
export function endsHold(act: ShortcutAct, released: Pick<KeyPress, 'key' | 'code'>): boolean {
  const shortcut = SHORTCUTS.find(({ act: other }) => sameAct(other, act));
  return (shortcut?.chords ?? []).some(
    (chord) =>
      (chord.by === 'code' ? released.code === chord.key : released.key.toLowerCase() === chord.key) ||
      (chord.shift === true && released.key === 'Shift') ||
      (chord.command && (released.key === 'Control' || released.key === 'Meta')),
  );
}

function sameAct(a: ShortcutAct, b: ShortcutAct): boolean {
  return a.kind === 'action' && b.kind === 'action' && a.action === b.action;
}

const TEXT_TYPES = new Set([
  'text',
  'search',
  'url',
  'tel',
  'email',
  'password',
  'number',
  'date',
  'time',
  'datetime-local',
]);

/** Whether keys belong to the element in focus: shortcuts are off then. */
export function takesText(element: { tagName: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (element === null) return false;
  const tag = element.tagName.toLowerCase();
  if (tag === 'textarea' || tag === 'select' || element.isContentEditable === true) return true;
  return tag === 'input' && TEXT_TYPES.has(element.type ?? 'text');
}
