/** What the lines of a log call cues and persons. */
import type { PersonNames } from '../../../shared/domain/persons.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { JournalEntry } from '../../../shared/protocol/records.ts';

export interface LogNames {
  /** By id: what is in the rundown as it is called now, what was taken off it as it was called then. */
  cues: ReadonlyMap<string, { number: string; text: string }>;
  people: PersonNames;
}

/** The same in JSON, so that two can be compared. */
export type SaidNames = readonly [cues: readonly [id: string, number: string, text: string][], people: PersonNames];

/** Cues that these entries took off the rundown; of one that was taken off twice, both, in order. */
export function removedCues(journal: readonly Pick<JournalEntry, 'target' | 'removed'>[]): SaidNames[0] {
  return journal.flatMap(({ target, removed }): [string, string, string][] =>
    target === undefined || removed === undefined ? [] : [[target, removed.number, removed.text]],
  );
}

export function saidNames(show: DeskState | null, removed: SaidNames[0]): SaidNames {
  const there = show?.cues.map(({ id, number, text }): [string, string, string] => [id, number, text]) ?? [];
  return [[...removed, ...there], show?.show.people ?? {}];
}

export function namesOf([cues, people]: SaidNames): LogNames {
  return { cues: new Map(cues.map(([id, number, text]) => [id, { number, text }])), people };
}
