/** Where one stands in the list, and where a key goes from there. */

import type { LogPlace } from '../store/log-window.ts';
import type { LogRow } from './log-row.ts';

type Keyed = Pick<LogRow, 'key'>;

export function indexOf(rows: readonly Keyed[], key: string | null): number {
  return key === null ? -1 : rows.findIndex((row) => row.key === key);
}

/** What stands at the top edge at this offset; null at the newest row. */
export function anchorAt(rows: readonly Keyed[], offset: number, rowHeight: number): LogPlace['anchor'] {
  if (offset < rowHeight) return null;
  const index = Math.floor(offset / rowHeight);
  const row = rows[index];
  return row === undefined ? null : { key: row.key, into: offset - index * rowHeight };
}

/** The offset at which the same row stands at the top edge again, however many came above it; null: that row is not there. */
export function offsetOf(rows: readonly Keyed[], anchor: LogPlace['anchor'], rowHeight: number): number | null {
  if (anchor === null) return 0;
  const index = indexOf(rows, anchor.key);
  return index < 0 ? null : index * rowHeight + anchor.into;
}

/** Rows that have come since the list left its top. */
export function newerThan(rows: readonly Keyed[], newestSeen: string | null): number {
  return Math.max(0, indexOf(rows, newestSeen));
}

/** The row that a key selects; null for a key that selects none. `page`: rows in sight. */
export function steppedIndex(
  key: string,
  from: number,
  { count, page }: { count: number; page: number },
): number | null {
  if (count === 0) return null;
  const to = (index: number) => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowDown':
      return to(from + 1);
    case 'ArrowUp':
      return to(from < 0 ? 0 : from - 1);
    case 'PageDown':
      return to(from + page);
    case 'PageUp':
      return to(from - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
