/** What no answer may say, whatever was asked. */

export interface Forbidden {
  /** The end of a sentence that begins "an answer with". */
  what: string;
  pattern: RegExp;
  /** Who showed one of these may be told. */
  knownTo: readonly string[];
}

const ALWAYS: readonly Forbidden[] = [
  // 503 and 507 are answers of the contract, each with its own sentence; the one below is what a throw becomes.
  { what: 'a status that says that something broke', pattern: /HTTP\/1\.[01] (?!503|507)5\d\d/, knownTo: [] },
  { what: 'the sentence for a throw that nobody caught', pattern: /The core could not answer\./, knownTo: [] },
  { what: 'a stack', pattern: /\bat .+:\d+:\d+\)?|node:internal|\b[A-Z]\w*Error:/, knownTo: [] },
];

/** Texts that nobody is told who hasn't said them. */
export function secret(text: string): Forbidden {
  return { what: text, pattern: new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')), knownTo: [text] };
}

/** What is packed is noise, in which anything may stand. */
const PACKED = /(content-type: application\/zip\r\n)[\s\S]*/;

/** @throws where an answer says what it may not */
export function judge(heard: string, sent: Buffer, forbidden: readonly Forbidden[]): void {
  const given = sent.toString('latin1');
  const told = heard.replace(PACKED, '$1');
  for (const { what, pattern, knownTo } of [...ALWAYS, ...forbidden]) {
    const at = told.search(pattern);
    if (at < 0 || knownTo.some((text) => given.includes(text))) continue;
    throw new Error(
      `an answer with ${what}\nsent: ${JSON.stringify(given.slice(0, 3_000))}\nheard: ${told.slice(Math.max(0, at - 300), at + 700)}`,
    );
  }
}
