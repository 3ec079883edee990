/** Reads what earlier versions of the product have put into a journal as if this one had written it. */
import { runOfEntry } from '../../shared/domain/entry-run.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import { type PollId, type RunId, runIdOf } from '../../shared/protocol/ids.ts';
import type { Cue } from '../../shared/protocol/show-file.ts';
import { StorageError } from '../storage/storage-error.ts';
import { EVENT_VERSION, type StoredEntry } from './journal-messages.ts';
import type { EntryRow } from './journal-schema.ts';

type Event<T extends ShowEvent['type']> = Extract<ShowEvent, { type: T }>;

/** Events of version 2: an edit held the whole cue, and cues had no numbers. */
type EventV2 = Exclude<ShowEvent, { type: 'cue.edited' }> | { type: 'cue.edited'; cueId: PollId; cue: Cue };

/** Events of version 1: the mode of a new run and the show's name were left to be worked out. */
type EventV1 =
  | Exclude<EventV2, { type: 'run.created' | 'show.imported' }>
  | Omit<Event<'run.created'>, 'runId'>
  | Omit<Event<'show.imported'>, 'showId'>;

/** What is taken, up to version 2: on one output, and a second one took its place. */
type TakenV2 = { surface: string; runId: RunId } | null;

/** Reads entries in their order; what earlier versions left out follows from the show as it stood. */
export class Upcaster {
  #show: ShowState;
  /** The output that was taken on last. */
  #output: string | null;

  /** @param snapshot the show before the first entry; null before all */
  constructor(snapshot: ShowState | null) {
    this.#show = snapshot ?? EMPTY_SHOW;
    const taken = Object.entries(this.#show.overlay).find(([, { runId }]) => runId !== null);
    this.#output = taken?.[0] ?? null;
  }

  /** @throws StorageError `newer-file` */
  entry(row: EntryRow): StoredEntry {
    const { seq, actor, source, type, target, version } = row;
    if (version > EVENT_VERSION) throw newerEntry(seq, version);
    const command: unknown = JSON.parse(row.command);
    const entry = { seq, actor, source, type, target, command, atMs: row.at_ms, commandId: row.command_id };
    const answer = JSON.parse(row.answer) as CommandAnswer;
    const stored: unknown = JSON.parse(row.events);
    if (version > 1) {
      const events = version === EVENT_VERSION ? (stored as ShowEvent[]) : this.#fromVersion2(stored as EventV2[]);
      return { ...entry, answer, runId: (row.run_id ?? null) as RunId | null, events };
    }
    const { mode } = this.#show;
    const events = this.#fromVersion2(
      (stored as EventV1[]).map((event): EventV2 => {
        if (event.type === 'run.created') return { ...event, runId: runIdOf(event.cueId, mode, event.round) };
        // Random, and new with every import, as a show's name is to be.
        if (event.type === 'show.imported') return { ...event, showId: entry.commandId };
        return event;
      }),
    );
    const runId = runOfEntry(this.#show, { target, command });
    const act = { actor, source, commandId: entry.commandId, atMs: entry.atMs };
    this.#show = evolveEntry(this.#show, events, { seq, act });
    return { ...entry, answer, runId, events };
  }

  #fromVersion2(events: readonly EventV2[]): ShowEvent[] {
    return events.flatMap((event): ShowEvent[] => {
      const now = fromVersion2(event);
      if (now.type !== 'overlay.taken') return [now];
      const before = this.#output;
      this.#output = now.surface;
      // What another output showed was gone with it.
      return before === null || before === now.surface ? [now] : [{ type: 'overlay.hidden', surface: before }, now];
    });
  }
}

function fromVersion2(event: EventV2): ShowEvent {
  switch (event.type) {
    case 'show.imported':
      return { ...event, show: { ...event.show, cues: event.show.cues.map(withoutNumber) } };
    case 'cue.added':
      return { ...event, cue: withoutNumber(event.cue) };
    case 'cue.edited': {
      const { type, cueId, cue } = event;
      // All of them: an edit took no field away, so that those it left alone are set to what they were.
      const { id: _, ...set } = withoutNumber(cue);
      return { type, cueId, set };
    }
    default:
      return event;
  }
}

/** To an earlier version it was a word of the file's author, and nobody called the cue by it: what was said was its place. */
function withoutNumber({ number: _, ...cue }: Cue): Cue {
  return cue;
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
  const unknown = version > 1 ? {} : { madeAtRevision: 0, openedAtRevision: null };
  // What has been added since holds nothing in what was kept before.
  const runs = Object.entries(state.runs ?? {}).map(([id, run]) => [
    id,
    { ...ADDED_TO_RUNS, ...run, ...unknown } satisfies Run,
  ]);
  const show: ShowState = { ...EMPTY_SHOW, ...state, runs: Object.fromEntries(runs) as ShowState['runs'] };
  if (version === EVENT_VERSION) return show;
  // What was changed last is not known any more: whoever looked before then looks again.
  const { revision } = show;
  const cues = show.cues.map((cue) => ({ ...cue, airRevision: cue.revision, cue: withoutNumber(cue.cue) }));
  const switches = Object.entries(show.switches).map(([id, setting]) => [id, { ...setting, revision }]);
  const taken = (state as { overlay?: unknown }).overlay as TakenV2;
  const overlay = taken ? { [taken.surface]: { runId: taken.runId, revision } } : {};
  const known = {
    cues,
    switches: Object.fromEntries(switches) as ShowState['switches'],
    overlay,
    headRevision: revision,
  };
  return { ...show, ...known, ...(version > 1 ? {} : { showId: importedBy, alarms: [] }) };
}

function newerEntry(seq: number, version: number): StorageError {
  return new StorageError(
    'newer-file',
    `The journal was written by a newer Tallyroom: its entry ${seq} has version ${version}, this program knows versions up to ${EVENT_VERSION}. Start the newer Tallyroom, or start this one with another data folder (--data).`,
  );
}
