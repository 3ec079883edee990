/** What every desk is told while acts are in force that the journal could not take; null when it has all of them. */
export function journalWords(unjournaled: number | undefined): string | null {
  if (unjournaled === undefined || unjournaled <= 0) return null;
  const acts = unjournaled === 1 ? '1 act is' : `${unjournaled} acts are`;
  return `${acts} in force and not in the journal yet: the disk takes no writes. Everything else is refused until it does.`;
}
