/** The log that is looked at, as rows. */
import { useDeferredValue, useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { PersonNames } from '../../../shared/domain/persons.ts';
import { useDesk, useDeskData, useWindowData } from '../context/desk-context.tsx';
import type { LogBook, LogData } from '../logbook/log-book.ts';
import type { LogTab } from '../store/log-window.ts';
import { type Facets, facetsOf, matcher } from './log-filter.ts';
import { deskRow, journalRow, type LogNames, type LogRow } from './log-row.ts';

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
function useNames(): LogNames {
  const cues = useDeskData((data) => data.show?.state.cues ?? null);
  const people = useDeskData((data) => data.show?.state.show.people ?? null);
  const said = JSON.stringify([cues?.map(({ id, number, text }) => [id, number, text]) ?? [], people ?? {}]);
  return useMemo(() => {
    const [named, called] = JSON.parse(said) as [[string, string, string][], PersonNames];
    return { cues: new Map(named.map(([id, number, text]) => [id, { number, text }])), people: called };
  }, [said]);
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
  const names = useNames();
  const tab = useWindowData((data) => data.log.tab);
  const filter = useWindowData((data) => data.log.filter);
  const desk = useRows(logs.desk, { looks: tab === 'desk', rowOf: deskRow, names });
  const show = useRows(logs.show, { looks: tab === 'show', rowOf: journalRow, names });
  const { data, rows: all } = tab === 'desk' ? desk : show;
  // A long log must not hold up the typing.
  const lateFilter = useDeferredValue(filter);
  const rows = useMemo(() => all.filter(matcher(lateFilter)), [all, lateFilter]);
  const facets = useMemo(() => facetsOf(all), [all]);
  const { reach, trouble } = data;
  return { tab, reach, trouble, all, rows, facets, tryAgain: () => logs[tab].tryAgain() };
}
