/**
 * A person's text as it is kept: typed on one keyboard or pasted from another program, the same words become the same text.
 * What draws nothing and does something all the same is taken out: control characters, which a terminal obeys, and marks
 * of direction that are left open, which would turn round whatever stands behind the text on a screen.
 */

/** Inner white space of every kind that ends a line or jumps; in a text of one line it is a space. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
/** A terminal's commands, halves of characters, marks of order within a file, anchors of things that aren't there. */
const NEVER = /[\p{Cc}\p{Cs}\ufeff\u206a-\u206f\ufff9-\ufffc]/gu;
const NEVER_IN_LINES = /(?![\t\n])[\p{Cc}\p{Cs}\ufeff\u206a-\u206f\ufff9-\ufffc]/gu;
const BLANK = /[\s\u200b\u2060]/u;
/**
 * Marks on one letter beyond what any script needs (the bound of Unicode's stream-safe text): piled up they are drawn over other
 * lines, and putting a run of them into order takes time by its square.
 */
const PILED_MARKS = /(\p{M}{30})\p{M}+/gu;
/** Also what Unicode calls ignorable, fillers of Hangul among it, and the empty Braille cell. */
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const TURNS = /[\u202a-\u202e\u2066-\u2069]/gu;
const POP = '\u202c';
const POP_ISOLATE = '\u2069';
const ISOLATES = new Set(['\u2066', '\u2067', '\u2068']);

/** Whether every mark that begins a direction is ended, in its order. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const [mark] of text.matchAll(TURNS)) {
    if (mark !== POP && mark !== POP_ISOLATE) open.push(ISOLATES.has(mark) ? POP_ISOLATE : POP);
    else if (open.pop() !== mark) return false;
  }
  return open.length === 0;
}

function withoutOpenTurns(text: string): string {
  return isBalanced(text) ? text : text.replace(TURNS, '');
}

/** By hand: a pattern for the blanks at the end looks at those within the text again from each of them. */
function withoutEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANK.test(text.charAt(start))) start++;
  while (end > start && BLANK.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function inOneSpelling(text: string): string {
  if (isUnseen(text)) return '';
  // Twice: a few marks become two.
  return withoutEnds(text.replace(PILED_MARKS, '$1').normalize('NFC').replace(PILED_MARKS, '$1'));
}

/** A text of one line: a question, an option, a title. Empty where nothing of it can be seen. In time by its length. */
export function normalText(text: string): string {
  return inOneSpelling(withoutOpenTurns(text.replace(BREAKS, ' ').replace(NEVER, '')));
}

/** The same for notes, which may have lines. */
export function normalLines(text: string): string {
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n').replace(NEVER_IN_LINES, '');
  return inOneSpelling(lines.split('\n').map(withoutOpenTurns).join('\n'));
}

/** Whether a text draws nothing. */
export function isUnseen(text: string): boolean {
  return text.replace(UNSEEN, '') === '';
}

/** What draws nothing where it stands. A joiner within an emoji draws something, and so do the letters of a flag. */
const UNDRAWN =
  /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d|(?![\u200d\u{e0020}-\u{e007f}])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Two texts that a viewer can't tell apart have the same. */
export function drawnAs(text: string): string {
  return text
    .normalize('NFC')
    .replace(UNDRAWN, '')
    .replace(/[\s\u2800]+/gu, ' ')
    .trim();
}

/**
 * A text from outside as a terminal or a log may show it: what is not to be printed is written as `\u001b`.
 *
 * @param text may have lines
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, escaped);
}

/** The same where a text stands within a line of its own, which it can't end. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\n\t]/gu, escaped);
}

const escaped = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
