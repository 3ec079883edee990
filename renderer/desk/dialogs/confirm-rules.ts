/** Type-to-confirm: the words that must be typed are named on the screen, and only they count. */

export function isTyped(typed: string, wanted: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(wanted) !== '' && plain(typed) === plain(wanted);
}
