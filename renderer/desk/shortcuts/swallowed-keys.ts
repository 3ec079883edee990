/** Keys that a browser acts on and a control room must not: they would take the page, and what it is holding, off the show. */
import type { KeyPress } from './key-press.ts';

type Pressed = Pick<KeyPress, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/**
 * True for reload (F5, Ctrl+R, with or without Shift; also while typing) and the way back in the history. In a browser that
 * leaves Ctrl+W, T, N and Q, which no page can take; the desk's own window swallows its close keys itself.
 */
export function isSwallowed({ key, ctrlKey, metaKey, altKey }: Pressed, { typing }: { typing: boolean }): boolean {
  const name = key.toLowerCase();
  if (name === 'f5' || name === 'browserrefresh' || name === 'browserback' || name === 'browserforward') return true;
  if ((ctrlKey || metaKey) && !altKey && name === 'r') return true;
  // In a text field Alt with an arrow walks by words on a Mac.
  return altKey && !typing && (name === 'arrowleft' || name === 'arrowright');
}
