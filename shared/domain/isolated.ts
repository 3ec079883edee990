/** Letters of scripts that run from right to left, and the marks that turn a line by themselves. */
const TURNS =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * A person's text as it can stand inside a sentence of the page: between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE where
 * it runs from right to left. Without, the question mark of a Hebrew question jumps to its wrong end, and the digits of the
 * sentence after it change places. For what is shown only: files, the clipboard and the wire keep the text as it is.
 */
export function isolated(text: string): string {
  return TURNS.test(text) ? `\u2068${text}\u2069` : text;
}
