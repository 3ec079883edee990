import type { ShowEvent } from '../../shared/domain/events.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import type { Database } from '../storage/open-database.ts';
import type { JournalPage } from './journal-messages.ts';
import type { EntryRow } from './journal-schema.ts';

/** Commands and answers in one page, characters of JSON: what parsing, showing and sending it costs follows from them. */
const PAGE_CHARS = 1_000_000;

type PageRow = Omit<EntryRow, 'events' | 'version' | 'run_id'> & { removal: string | null };

/** Entries with a revision above `after`, in order: `limit` at most, and fewer where they are large, but one at least. */
export function readPage(database: Database, { after, limit }: { after: number; limit: number }): JournalPage {
  const rows = database
    .prepare<[number, number], PageRow>(
      `SELECT seq, at_ms, actor, source, command_id, type, target, command, answer,
         CASE type WHEN 'cue.remove' THEN events END AS removal FROM entries
       WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .iterate(after, limit);
  const entries: JournalEntry[] = [];
  let chars = 0;
  let isFull = false;
  for (const row of rows) {
    chars += row.command.length + row.answer.length;
    isFull = chars > PAGE_CHARS && entries.length > 0;
    if (isFull) break;
    entries.push(entryOf(row));
  }
  const last = entries.at(-1);
  const goesOn = isFull || entries.length === limit;
  return { entries, next: goesOn && last !== undefined ? last.revision : null };
}

function entryOf(row: PageRow): JournalEntry {
  return {
    revision: row.seq,
    atMs: row.at_ms,
    actor: row.actor,
    source: row.source,
    commandId: row.command_id,
    type: row.type,
    ...(row.target === null ? {} : { target: row.target }),
    ...wordsOf(row),
  };
}

/** Whoever reads the journal finds no cue any more that could tell its number. */
function removedIn(removal: string | null): Pick<JournalEntry, 'removed'> {
  const events = removal === null ? [] : (JSON.parse(removal) as ShowEvent[]);
  const [removed] = events.flatMap((event) => (event.type === 'cue.removed' ? (event.was ?? []) : []));
  return removed === undefined ? {} : { removed };
}

/** One damaged entry must not take the log from everybody who reads past it. */
function wordsOf(row: PageRow): Pick<JournalEntry, 'command' | 'answer' | 'removed'> {
  try {
    const command: unknown = JSON.parse(row.command);
    return { command, answer: JSON.parse(row.answer) as CommandAnswer, ...removedIn(row.removal) };
  } catch {
    const message = 'This entry is damaged and can’t be read.';
    return { command: null, answer: { status: 'refused', code: 'unavailable', message, serverNowMs: row.at_ms } };
  }
}
