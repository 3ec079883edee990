/**
 * What a terminal would obey instead of showing: control characters of both kinds (escape sequences begin with one), and those that
 * turn the direction of everything after them. New lines and tabs stay.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The same text for a terminal or a log; each of them is written as JSON would write it, so that a line of JSON stays the same. */
export function printable(text: string): string {
  return text.replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
