import type { ActionRecord, LogEntry, LogOutcome } from '../../../shared/protocol/logbook.ts';
import type { DeskEntry } from './desk-entry.ts';

/** The core's log with the records that have not reached it laid over: nothing that was pressed here is missing from the screen. */
export function withWaiting(entries: readonly LogEntry[], waiting: readonly ActionRecord[]): readonly DeskEntry[] {
  if (waiting.length === 0) return entries;
  const fresh = new Map<string, DeskEntry>();
  const ended = new Map<string, LogOutcome>();
  const known = new Set(entries.map(({ id }) => id));
  let seq = entries.at(-1)?.seq ?? 0;
  for (const record of waiting) {
    if (record.kind === 'outcome') {
      const { id } = record.outcome;
      const pressed = fresh.get(id);
      if (pressed) fresh.set(id, { ...pressed, ...record.outcome });
      else ended.set(id, record.outcome);
    } else if (!known.has(record.intent.id)) {
      seq += 1;
      fresh.set(record.intent.id, { ...record.intent, ...NOT_ENDED, seq, waits: true });
    }
  }
  const told = entries.map((entry): DeskEntry => {
    const outcome = ended.get(entry.id);
    const isOpen = entry.outcome === null || entry.outcome === 'unknown';
    return outcome !== undefined && isOpen ? { ...entry, ...outcome, waits: true } : entry;
  });
  return [...told, ...fresh.values()];
}

const NOT_ENDED = {
  outcome: null,
  code: null,
  message: null,
  latencyMs: null,
  answer: null,
  loggedLate: false,
  settled: false,
} as const;
