/** Who may have the evidence of a run, and when: the same answer for the button and for the call. */
import type { DeskErrorCode, Role } from '../protocol/commands.ts';
import type { RunId } from '../protocol/ids.ts';
import type { Visibility } from '../protocol/show-file.ts';

export interface EvidenceRefusal {
  code: Extract<DeskErrorCode, 'role' | 'not-closed'>;
  message: string;
}

/**
 * Evidence holds every ballot: it is for those who answer for the vote and those who check it, and tells nobody a number
 * that is hidden from the desk.
 *
 * @param run whether its ledger is sealed, and what desks may see of its numbers
 */
export function evidenceRefusal(
  roles: readonly Role[],
  run: { isSealed: boolean; onDesk: Visibility },
): EvidenceRefusal | null {
  const isVerifier = roles.includes('verifier');
  if (!isVerifier && !roles.includes('owner') && !roles.includes('producer')) {
    return { code: 'role', message: 'Evidence is for an owner, a producer or a verifier.' };
  }
  if (!isVerifier && run.onDesk !== 'counts') {
    return { code: 'role', message: 'The numbers of this poll are hidden from the desk.' };
  }
  if (!run.isSealed) {
    return { code: 'not-closed', message: 'There is evidence of a poll once it is closed and sealed.' };
  }
  return null;
}

/** `tallyroom-evidence-q1-live-1.zip` */
export function evidenceFileName(runId: RunId): string {
  return `tallyroom-evidence-${runId.replaceAll(':', '-')}.zip`;
}
