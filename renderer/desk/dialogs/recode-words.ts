import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { grouped } from '../../ui/format.ts';

/** What a new rehearsal code does to people, before it is done. Vitals are null while there are none: then nobody can be counted. */
export function recodeConsequence(vitals: Pick<Vitals, 'rehearsing'> | null): string {
  return `${sentAway(vitals?.rehearsing ?? null)} at once, and the old link lets nobody in any more. Give the crew the new link, which stands in Settings as soon as it is in force. Viewers of the show notice nothing.`;
}

function sentAway(phones: number | null): string {
  if (phones === null) return 'Every phone in the rehearsal is sent away';
  if (phones === 0) return 'No phone is connected to the rehearsal now; one that comes back meanwhile is sent away';
  return phones === 1
    ? '1 phone in the rehearsal is sent away'
    : `${grouped(phones)} phones in the rehearsal are sent away`;
}
