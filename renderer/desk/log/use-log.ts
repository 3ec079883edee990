/** The log that is looked at, as rows. */
import { useDeferredValue, useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { JournalEntry } from '../../../shared/protocol/records.ts';
import { useDesk, useDeskData, useWindowData } from '../context/desk-context.tsx';
import type { LogBook, LogData } from '../logbook/log-book.ts';
import type { LogTab } from '../store/log-window.ts';
import { type Facets, facetsOf, matcher } from './log-filter.ts';
import { type LogNames, namesOf, removedCues, type SaidNames, saidNames } from './log-names.ts';
import { deskRow, journalRow, type LogRow } from './log-row.ts';

export interface ShownLog {
  tab: LogTab;
  reach: LogData<unknown>['reach'];
  trouble: string | null;
  /** Newest first. */
  all: readonly LogRow[];
  /** What the filter leaves of them. */
  rows: readonly LogRow[];
  facets: Facets;
  tryAgain: () => void;
}

/** What cues and persons are called; the same object until one of them is called something else. */
function useNames(journal: readonly JournalEntry[]): LogNames {
  const show = useDeskData((data) => data.show?.state ?? null);
  const removed = useMemo(() => removedCues(journal), [journal]);
  const said = JSON.stringify(saidNames(show, removed));
  return useMemo(() => namesOf(JSON.parse(said) as SaidNames), [said]);
}

function useRows<T extends object>(
  book: LogBook<T>,
  { looks, rowOf, names }: { looks: boolean; rowOf: (entry: T, names: LogNames) => LogRow; names: LogNames },
): { data: LogData<T>; rows: readonly LogRow[] } {
  const data = useStore(book.store);
  useEffect(() => (looks ? book.look() : undefined), [book, looks]);
  const { entries } = data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are made anew when cues or persons are called something else
  const made = useMemo(() => new WeakMap<T, LogRow>(), [names]);
  const rows = useMemo(() => {
    if (!looks) return [];
    const newestFirst: LogRow[] = [];
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry === undefined) continue;
      const row = made.get(entry) ?? rowOf(entry, names);
      made.set(entry, row);
      newestFirst.push(row);
    }
    return newestFirst;
  }, [entries, made, names, looks, rowOf]);
  return { data, rows };
}

export function useShownLog(): ShownLog {
  const { logs } = useDesk();
  const names = useNames(useStore(logs.show.store).entries);
  const tab = useWindowData((data) => data.log.tab);
  const filter = useWindowData((data) => data.log.filter);
  const desk = useRows(logs.desk, { looks: tab === 'desk', rowOf: deskRow, names });
  const show = useRows(logs.show, { looks: tab === 'show', rowOf: journalRow, names });
  // Only the journal says what a cue was called that is gone: it is read for this desk's own lines of one as well.
  const lacks = tab === 'desk' && desk.rows.some(({ cue }) => cue?.number === null);
  useEffect(() => (lacks ? logs.show.look() : undefined), [logs, lacks]);
  const { data, rows: all } = tab === 'desk' ? desk : show;
  // A long log must not hold up the typing.
  const lateFilter = useDeferredValue(filter);
  const rows = useMemo(() => all.filter(matcher(lateFilter)), [all, lateFilter]);
  const facets = useMemo(() => facetsOf(all), [all]);
  const { reach, trouble } = data;
  return { tab, reach, trouble, all, rows, facets, tryAgain: () => logs[tab].tryAgain() };
}
