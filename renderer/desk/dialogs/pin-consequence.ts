import type { SwitchId } from '../../../shared/protocol/desk-state.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { grouped } from '../../ui/format.ts';
import { countEdges, isComplete } from '../operator/edges-view.ts';
import { measureOf } from '../words/measures.ts';

/** What follows from pinning a switch, and for how many: named before it is done. */
export function pinConsequence(id: SwitchId, position: 'on' | 'off', vitals: Vitals | null): string {
  const { notices, cost } = measureOf(id);
  if (position === 'off') {
    return `The automatic can’t turn it on, however slow the edges become, until it reverts. While it is on: ${lower(notices)}.`;
  }
  return `${notices}, ${forWhom(vitals)}. ${cost}. No vote is dropped or sampled.`;
}

function forWhom(vitals: Vitals | null): string {
  // A sum with a part missing would be wrong, here as on the panels.
  if (vitals === null || !isComplete(countEdges(vitals))) return 'for every viewer';
  return vitals.online === 1 ? 'for 1 viewer who is online' : `for all ${grouped(vitals.online)} viewers online`;
}

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
