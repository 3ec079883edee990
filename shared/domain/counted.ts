/** "1 ballot", "2 ballots": for things whose plural is the word and an s. */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
