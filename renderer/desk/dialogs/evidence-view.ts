import { evidenceRefusal } from '../../../shared/domain/evidence.ts';
import { isSealed } from '../../../shared/domain/intakes.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';

/** How far the saving is; a file that was saved stays saved whatever becomes of the run. */
export type EvidenceSaving =
  | { kind: 'idle' }
  | { kind: 'packing' }
  | { kind: 'saved'; name: string }
  | { kind: 'failed'; message: string };

export type EvidenceView = { kind: 'ready' | 'pending'; say: string } | { kind: 'blocked'; say: string };

/** Others have a head once they are sealed: what was recalled, revoked or declared void with votes. */

/** What the evidence button of a cue says, and whether it can be pressed. */
export function evidenceView(moment: Moment, cue: DeskCue, saving: EvidenceSaving): EvidenceView {
  if (saving.kind === 'packing') return { kind: 'pending', say: 'being packed…' };
  const run = { isSealed: isSealed(cue) || cue.head !== undefined, onDesk: cue.visibility.desk };
  const refusal = evidenceRefusal(moment.me.roles, run);
  if (refusal !== null) return { kind: 'blocked', say: refusal.message };
  if (moment.link.kind !== 'up') return { kind: 'blocked', say: 'the core cannot be reached' };
  if (saving.kind === 'saved') return { kind: 'ready', say: `saved as ${saving.name}` };
  if (saving.kind === 'failed') return { kind: 'ready', say: saving.message };
  return { kind: 'ready', say: 'ballots, chain and journal, to check elsewhere' };
}
