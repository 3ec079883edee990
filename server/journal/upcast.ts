/** Reads what earlier versions of the product have put into a journal as if this one had written it. */
import { runOfEntry } from '../../shared/domain/entry-run.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import { type RunId, runIdOf } from '../../shared/protocol/ids.ts';
import { StorageError } from '../storage/storage-error.ts';
import { EVENT_VERSION, type StoredEntry } from './journal-messages.ts';
import type { EntryRow } from './journal-schema.ts';

/** Events of version 1: the mode of a new run and the show's name were left to be worked out. */
type EventV1 =
  | Exclude<ShowEvent, { type: 'run.created' | 'show.imported' }>
  | Omit<Extract<ShowEvent, { type: 'run.created' }>, 'runId'>
  | Omit<Extract<ShowEvent, { type: 'show.imported' }>, 'showId'>;

/** Reads entries in their order; what version 1 left out follows from the show as it stood. */
export class Upcaster {
  #show: ShowState;

  /** @param snapshot the show before the first entry; null before all */
  constructor(snapshot: ShowState | null) {
    this.#show = snapshot ?? EMPTY_SHOW;
  }

  /** @throws StorageError `newer-file` */
  entry(row: EntryRow): StoredEntry {
    const { seq, actor, source, type, target, version } = row;
    if (version > EVENT_VERSION) throw newerEntry(seq, version);
    const command: unknown = JSON.parse(row.command);
    const entry = { seq, actor, source, type, target, command, atMs: row.at_ms, commandId: row.command_id };
    const answer = JSON.parse(row.answer) as CommandAnswer;
    if (version === EVENT_VERSION) {
      const events = JSON.parse(row.events) as ShowEvent[];
      return { ...entry, answer, runId: (row.run_id ?? null) as RunId | null, events };
    }
    const { mode } = this.#show;
    const events = (JSON.parse(row.events) as EventV1[]).map((event): ShowEvent => {
      if (event.type === 'run.created') return { ...event, runId: runIdOf(event.cueId, mode, event.round) };
      // Random, and new with every import, as a show's name is to be.
      if (event.type === 'show.imported') return { ...event, showId: entry.commandId };
      return event;
    });
    const runId = runOfEntry(this.#show, { target, command });
    const act = { actor, source, commandId: entry.commandId, atMs: entry.atMs };
    this.#show = evolveEntry(this.#show, events, { seq, act });
    return { ...entry, answer, runId, events };
  }
}

/** Of a run, since version 2. */
const ADDED_TO_RUNS = { concentrated: null } satisfies Partial<Run>;

/**
 * A snapshot as this version would have made it, except for what it did not know: by which entry its runs were made and opened.
 *
 * @param importedBy the command of the last import before it
 */
export function upcastSnapshot(
  text: string,
  { version, importedBy }: { version: number; importedBy: string },
): ShowState {
  const state = JSON.parse(text) as ShowState;
  const unknown = version === EVENT_VERSION ? {} : { madeAtRevision: 0, openedAtRevision: null };
  // What has been added since holds nothing in what was kept before.
  const runs = Object.entries(state.runs ?? {}).map(([id, run]) => [
    id,
    { ...ADDED_TO_RUNS, ...run, ...unknown } satisfies Run,
  ]);
  if (version === EVENT_VERSION)
    return { ...EMPTY_SHOW, ...state, runs: Object.fromEntries(runs) as ShowState['runs'] };
  return {
    ...EMPTY_SHOW,
    ...state,
    showId: importedBy,
    runs: Object.fromEntries(runs) as ShowState['runs'],
    alarms: [],
  };
}

function newerEntry(seq: number, version: number): StorageError {
  return new StorageError(
    'newer-file',
    `The journal was written by a newer Tallyroom: its entry ${seq} has version ${version}, this program knows versions up to ${EVENT_VERSION}. Start the newer Tallyroom, or start this one with another data folder (--data).`,
  );
}
