/** Letters with a stroke or of two are no accented ones to Unicode, but people type them as their neighbours. Lower case. */
const TYPED_AS: Readonly<Record<string, string>> = {
  ...{ ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', ŧ: 't' },
  ...{ æ: 'ae', œ: 'oe', þ: 'th' },
};
const STROKED = new RegExp(`[${Object.keys(TYPED_AS).join('')}]`, 'g');

/**
 * A text as it is searched: however its accents were typed (one letter, or a letter and a mark), without accents, case, kinds of
 * apostrophes and marks that nobody sees. Upper case first: it knows no dotless i, no sharp s and no final sigma. Never by the
 * machine's own language, in which the same search would find other things on another desk.
 */
export function folded(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[’‘ʼ]/g, "'");
  const small = letters.toUpperCase().toLowerCase().replace(/ς/g, 'σ');
  return small.replace(STROKED, (letter) => TYPED_AS[letter] ?? letter);
}
