/** An alarm is read on a desk, by people in a hurry, and journaled. */
const MOST_CHARACTERS = 2_000;

/** The end of what a part said, as the end of an alarm: whole lines, at most about 2,000 characters of them. */
export function lastWords(lines: readonly string[]): string {
  const shown: string[] = [];
  let room = MOST_CHARACTERS;
  for (const line of lines.toReversed()) {
    if (line.length > room) break;
    shown.unshift(line);
    room -= line.length + 1;
  }
  const isWhole = shown.length === lines.length;
  // One line that is too long by itself: what went wrong stands at its beginning.
  if (shown.length === 0 && !isWhole) shown.push(`${(lines.at(-1) ?? '').slice(0, MOST_CHARACTERS)}…`);
  return [...(isWhole ? [] : ['(the rest is in the log) …']), ...shown].join('\n');
}
