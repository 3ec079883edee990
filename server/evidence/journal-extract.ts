import type { ShowEvent } from '../../shared/domain/events.ts';
import { type EntryRow, JOURNAL_MIGRATIONS } from '../core/journal/journal-schema.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { EvidenceRun } from './evidence-messages.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** Commands whose words are the plan of a show, not what happened to a run; they may hold right answers. */
const PLANS = new Set(['cue.add', 'cue.edit']);

/**
 * The journal's entries of one run, oldest first: what made it, changed it and ended it, and the commands on its cue that
 * were refused meanwhile. Events of anything else are left out, and so is the right answer until everybody may know it.
 */
export function entriesOfRun(path: string, run: EvidenceRun): object[] {
  const journal = openDatabase(path, {
    migrations: JOURNAL_MIGRATIONS,
    readonly: true,
    busyTimeoutMs: BUSY_TIMEOUT_MS,
  });
  try {
    const rows = journal
      .prepare<[string, string], EntryRow>(
        'SELECT * FROM entries WHERE target = ? OR instr(events, ?) > 0 ORDER BY seq',
      )
      .all(run.pollId, JSON.stringify(run.pollId).slice(1, -1));
    const entries = rows.map((row) => ({ row, events: (JSON.parse(row.events) as ShowEvent[]).filter(isOf(run)) }));
    const own = entries.filter(({ events }) => events.length > 0);
    const first = own.at(0)?.row.seq ?? Number.POSITIVE_INFINITY;
    const last = own.at(-1)?.row.seq ?? 0;
    return entries
      .filter(
        ({ row, events }) => events.length > 0 || (row.target === run.pollId && row.seq > first && row.seq < last),
      )
      .map(({ row, events }) => ({
        seq: row.seq,
        atMs: row.at_ms,
        actor: row.actor,
        source: row.source,
        commandId: row.command_id,
        type: row.type,
        target: row.target,
        command: isShown(row, run) ? (JSON.parse(row.command) as unknown) : null,
        answer: JSON.parse(row.answer) as unknown,
        events,
      }));
  } finally {
    journal.close();
  }
}

function isOf({ runId, pollId, round, isAnswerRevealed }: EvidenceRun): (event: ShowEvent) => boolean {
  return (event) => {
    if (event.type === 'run.created') return event.cueId === pollId && event.round === round;
    if (event.type === 'run.answer-set' && !isAnswerRevealed) return false;
    return 'runId' in event && event.runId === runId;
  };
}

function isShown({ type, target, command }: EntryRow, { runId, pollId, isAnswerRevealed }: EvidenceRun): boolean {
  if (PLANS.has(type) || (type === 'poll.answer' && !isAnswerRevealed)) return false;
  if (target !== null) return target === pollId;
  const step = JSON.parse(command) as { runId?: unknown } | null;
  return step?.runId === runId;
}
