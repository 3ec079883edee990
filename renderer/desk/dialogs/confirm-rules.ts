/** Type-to-confirm: the words that must be typed are named on the screen, and only they count. */

import { folded } from '../../ui/folded.ts';

export function isTyped(typed: string, wanted: string): boolean {
  const plain = (text: string) => folded(text).trim().replace(/\s+/g, ' ');
  return plain(wanted) !== '' && plain(typed) === plain(wanted);
}
