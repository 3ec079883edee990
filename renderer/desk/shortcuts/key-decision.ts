/** What a key press means, decided without touching the page. */
import { type Chord, SHORTCUTS, type Shortcut, type ShortcutAct } from './registry.ts';

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

export type KeyDecision =
  | { kind: 'ignore' }
  /** A key of the desk that is only held down: it must not act again, nor reach the browser. */
  | { kind: 'swallow' }
  | { kind: 'press'; act: ShortcutAct };

function matches(chord: Chord, press: KeyPress): boolean {
  const same =
    chord.by === 'code'
      ? press.code === chord.key
      : press.key.toLowerCase() === chord.key && press.code !== 'NumpadEnter';
  const withCommand = press.ctrlKey || press.metaKey;
  return same && chord.command === withCommand && chord.shift === press.shiftKey && !press.altKey;
}

export function shortcutFor(press: KeyPress): Shortcut | null {
  return SHORTCUTS.find(({ chords }) => chords.some((chord) => matches(chord, press))) ?? null;
}

export function decideKey(press: KeyPress, { typing }: { typing: boolean }): KeyDecision {
  const found = shortcutFor(press);
  if (!found || typing) return { kind: 'ignore' };
  if (!press.repeat) return { kind: 'press', act: found.act };
  // Walking through the rundown is the one thing that a held key may do.
  return found.act.kind === 'select' ? { kind: 'press', act: found.act } : { kind: 'swallow' };
}

/** Whether letting go of this key ends the hold that an act's chord began: its key, or a modifier of it. */
export function endsHold(act: ShortcutAct, released: Pick<KeyPress, 'key' | 'code'>): boolean {
  const shortcut = SHORTCUTS.find(({ act: other }) => sameAct(other, act));
  return (shortcut?.chords ?? []).some(
    (chord) =>
      (chord.by === 'code' ? released.code === chord.key : released.key.toLowerCase() === chord.key) ||
      (chord.shift && released.key === 'Shift') ||
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
