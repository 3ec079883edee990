/** The log that this desk can show, kept up to date while it is looked at. */
import { useEffect, useState } from 'react';
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import type { JournalEntry } from '../../../shared/protocol/desk.ts';
import type { LogEntry } from '../../../shared/protocol/logbook.ts';
import { useDesk, useDeskData } from '../desk-context.tsx';
import { getJournal } from '../host/desk-http.ts';
import type { DeskLink } from '../link/desk-link.ts';
import { merged, rereadAfter } from './log-pages.ts';

export type LogState<T> =
  | { kind: 'loading' }
  | { kind: 'entries'; entries: readonly T[] }
  | { kind: 'failed'; message: string; entries: readonly T[] };

const PAGE = 500;

/** Every action of this desk, oldest first. */
export function useDeskLog(bridge: DeskBridge | null): LogState<LogEntry> {
  const [state, setState] = useState<LogState<LogEntry>>({ kind: 'loading' });
  useEffect(() => {
    if (!bridge) return;
    let entries: readonly LogEntry[] = [];
    let reading = false;
    let again = false;
    let over = false;
    const read = async () => {
      again = true;
      if (reading) return;
      reading = true;
      while (again && !over) {
        again = false;
        try {
          let after = rereadAfter(entries);
          for (;;) {
            const page = await bridge.logList(after, PAGE);
            entries = merged(entries, page);
            if (page.length < PAGE) break;
            after = page.at(-1)?.seq ?? after;
          }
          if (!over) setState({ kind: 'entries', entries });
        } catch (error) {
          if (!over)
            setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error), entries });
        }
      }
      reading = false;
    };
    const unsubscribe = bridge.onLogChanged(() => void read());
    void read();
    return () => {
      over = true;
      unsubscribe();
    };
  }, [bridge]);
  return state;
}

/** The core's journal, oldest first; read on at every change of the show while `active`. */
export function useJournal(link: DeskLink, active: boolean): LogState<JournalEntry> {
  const [state, setState] = useState<LogState<JournalEntry>>({ kind: 'loading' });
  const revision = useDeskData((data) => data.show?.state.revision ?? 0);
  const last = useDeskData((data) => data.last);
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision and the last command say that there is more to read
  useEffect(() => {
    const session = link.session();
    if (!active || !session) return;
    let over = false;
    const read = async () => {
      let entries: readonly JournalEntry[] = state.kind === 'loading' ? [] : state.entries;
      for (;;) {
        const page = await getJournal(session, { after: entries.at(-1)?.revision ?? 0, limit: PAGE });
        if (over) return;
        if (page.kind !== 'ok') {
          const message = page.kind === 'refused' ? page.message : 'The core does not answer.';
          setState({ kind: 'failed', message, entries });
          return;
        }
        entries = [...entries, ...page.value.entries];
        if (page.value.entries.length < PAGE) break;
      }
      setState({ kind: 'entries', entries });
    };
    void read();
    return () => {
      over = true;
    };
  }, [link, active, revision, last]);
  return state;
}

export function useLogSource() {
  const { bridge, link } = useDesk();
  const desk = useDeskLog(bridge);
  const journal = useJournal(link, bridge === null);
  return bridge ? ({ from: 'desk', state: desk } as const) : ({ from: 'journal', state: journal } as const);
}
