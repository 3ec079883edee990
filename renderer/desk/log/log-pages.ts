/** Reading a log that grows at its end and whose open entries still change. */
import type { LogEntry } from '../../../shared/protocol/logbook.ts';

const isOpen = (entry: LogEntry) => entry.outcome === null || entry.outcome === 'unknown';

/** The sequence number to read on from: before the first entry that may still change, else the end. */
export function rereadAfter(entries: readonly LogEntry[]): number {
  const open = entries.find(isOpen);
  return open ? open.seq - 1 : (entries.at(-1)?.seq ?? 0);
}

/** The known entries with a page of newer ones laid over them; both oldest first. */
export function merged(known: readonly LogEntry[], page: readonly LogEntry[]): readonly LogEntry[] {
  const first = page[0];
  const last = page.at(-1);
  if (!first || !last) return known;
  return [...known.filter((e) => e.seq < first.seq), ...page, ...known.filter((e) => e.seq > last.seq)];
}
