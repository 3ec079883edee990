import type { ShowEvent } from '../../shared/domain/events.ts';
import type { StoredEntry } from '../journal/journal-messages.ts';
import { type EntryRow, JOURNAL_MIGRATIONS, OLDEST_JOURNAL } from '../journal/journal-schema.ts';
import { Upcaster } from '../journal/upcast.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { EvidenceRun } from './evidence-messages.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** Commands whose words are the plan of a show, not what happened to a run; they may hold right answers. */
const PLANS = new Set(['cue.add', 'cue.edit']);
/** Commands of the whole show that end runs; their words name none. */
const OF_ALL_RUNS = new Set(['show.clear']);

/**
 * The journal's entries of one run, oldest first: what made it, changed it and ended it, and the commands on it that were
 * refused. Events of anything else are left out, and so is the right answer until everybody may know it.
 *
 * @throws StorageError when the journal can't be read
 */
export function entriesOfRun(path: string, run: EvidenceRun): object[] {
  const journal = openDatabase(path, {
    migrations: JOURNAL_MIGRATIONS,
    readonly: { oldest: OLDEST_JOURNAL },
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  try {
    const upcaster = new Upcaster(null);
    const entries: { entry: StoredEntry; events: ShowEvent[] }[] = [];
    // All of them: what an early version left to be worked out follows from the show as it stood.
    for (const row of journal.prepare<[], EntryRow>('SELECT * FROM entries ORDER BY seq').iterate()) {
      const entry = upcaster.entry(row);
      const events = entry.events.filter(isOf(run));
      if (events.length > 0 || entry.runId === run.runId) entries.push({ entry, events });
    }
    // Before its first event the run was a plan.
    const first = entries.findIndex(({ events }) => events.length > 0);
    return entries
      .slice(Math.max(first, 0))
      .filter(({ entry, events }) => events.length > 0 || !PLANS.has(entry.type))
      .map(({ entry, events }) => {
        const { runId: _, ...rest } = entry;
        return { ...rest, command: isShown(entry, run) ? entry.command : null, events };
      });
  } finally {
    journal.close();
  }
}

function isOf({ runId, isAnswerRevealed }: EvidenceRun): (event: ShowEvent) => boolean {
  return (event) => {
    if (event.type === 'run.answer-set' && !isAnswerRevealed) return false;
    return 'runId' in event && event.runId === runId;
  };
}

function isShown(entry: StoredEntry, { runId, isAnswerRevealed }: EvidenceRun): boolean {
  if (PLANS.has(entry.type) || (entry.type === 'poll.answer' && !isAnswerRevealed)) return false;
  return entry.runId === runId || (entry.runId === null && OF_ALL_RUNS.has(entry.type));
}
