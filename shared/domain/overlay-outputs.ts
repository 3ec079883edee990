/** What is taken on the overlay outputs: each shows one run, or nothing, whatever the others show. */
import type { DeskState } from '../protocol/desk-state.ts';
import type { RunId } from '../protocol/ids.ts';

export interface Output {
  /** Null: it was emptied. */
  readonly runId: RunId | null;
  /** Journal sequence with which it was taken or emptied: a TAKE by somebody who has not seen that comes too late. */
  readonly revision: number;
}

/** By the name of the output. One that nothing was ever taken on has no entry. */
export type Outputs = Readonly<Record<string, Output>>;

/** Names are given by whoever takes, and each of them goes to every desk with each change: no more than these. */
export const MAX_OUTPUTS = 64;

type Shown = NonNullable<DeskState['show']['overlay']>;

/** The output's entry, in the show or as desks are told of it; null where nothing was ever taken on it. */
export function outputOf<T>(outputs: Readonly<Record<string, T>> | undefined, output: string): T | null {
  return outputs !== undefined && Object.hasOwn(outputs, output) ? (outputs[output] ?? null) : null;
}

/** Whether one more may show something. */
export function hasRoomFor(outputs: Shown, output: string): boolean {
  const taken = Object.entries(outputs).filter(([other, { runId }]) => other !== output && runId !== undefined);
  return taken.length < MAX_OUTPUTS;
}

/** Takes on one output. Where they become too many, those that have been empty for longest are forgotten. */
export function withTaken(outputs: Outputs, output: string, taken: { runId: RunId; revision: number }): Outputs {
  const all: Outputs = { ...outputs, [output]: taken };
  const tooMany = Object.keys(all).length - MAX_OUTPUTS;
  if (tooMany <= 0) return all;
  const empty = Object.entries(all).filter(([, { runId }]) => runId === null);
  const longest = empty.sort(([, a], [, b]) => a.revision - b.revision).slice(0, tooMany);
  const gone = new Set(longest.map(([name]) => name));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !gone.has(name)));
}

/** Empties those that show something and are meant; the rest stay as they are, and keep since when they are empty. */
export function emptied(
  outputs: Outputs,
  isMeant: (runId: RunId, output: string) => boolean,
  revision: number,
): Outputs {
  const entries = Object.entries(outputs);
  const isGone = ([output, { runId }]: [string, Output]) => runId !== null && isMeant(runId, output);
  if (!entries.some(isGone)) return outputs;
  return Object.fromEntries(entries.map((entry) => (isGone(entry) ? [entry[0], { runId: null, revision }] : entry)));
}

/** As desks are told; null where there is nothing to tell. */
export function shownOutputs(outputs: Outputs): Shown | null {
  const entries = Object.entries(outputs);
  if (entries.length === 0) return null;
  return Object.fromEntries(
    entries.map(([output, { runId, revision }]) => [output, runId === null ? { revision } : { runId, revision }]),
  );
}

/** Whether any output shows something. */
export function isAnyTaken(outputs: Outputs): boolean {
  return Object.values(outputs).some(({ runId }) => runId !== null);
}
