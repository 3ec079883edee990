/** Keys that a browser window knows and a control room must not: one slip would take the page off the show. */

export interface KeyPress {
  type: string;
  /** `KeyboardEvent.key` */
  key: string;
  control: boolean;
  meta: boolean;
  alt: boolean;
}

/** True for reload (F5, Ctrl+R, with or without Shift) and close-window keys (Ctrl+W, Ctrl+F4); Cmd counts as Ctrl. Esc is left to the page. */
export function isSwallowed({ type, key, control, meta, alt }: KeyPress): boolean {
  if (type !== 'keyDown') return false;
  const name = key.toLowerCase();
  if (name === 'f5' || name === 'browserrefresh') return true;
  const command = control || meta;
  if (command && !alt && (name === 'r' || name === 'w' || name === 'f4')) return true;
  return alt && (name === 'arrowleft' || name === 'arrowright');
}
