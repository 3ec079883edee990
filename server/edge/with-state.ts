import type { HeldState } from './public-states.ts';

/** A message that carries a state, up to that state's text; a closing brace follows it. */
export function beforeState(head: Record<string, unknown>): string {
  return `${JSON.stringify(head).slice(0, -1)},"state":`;
}

/** A message that carries a state, with the state's text as it was encoded once. */
export function withState(head: Record<string, unknown>, held: HeldState): string {
  return `${beforeState(head)}${held.json}}`;
}
