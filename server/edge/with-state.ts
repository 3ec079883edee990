import type { HeldState } from './public-states.ts';

/** A message that carries a state, with the state's text as it was encoded once. */
export function withState(head: Record<string, unknown>, held: HeldState): string {
  return `${JSON.stringify(head).slice(0, -1)},"state":${held.json}}`;
}
