/** Where the two logs are read from: this desk's actions, and the journal of the whole show. */
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import type { JournalEntry } from '../../../shared/protocol/records.ts';
import type { CoreLog } from '../host/core-log.ts';
import { getActions, getJournal, type HttpResult, type Session } from '../host/desk-http.ts';
import type { DeskStore } from '../store/desk-store.ts';
import type { DeskEntry } from './desk-entry.ts';
import { withWaiting } from './waiting-records.ts';

/** The core gives as many at once at most. */
export const PAGE = 1_000;

export interface LogReader<T> {
  seqOf(entry: T): number;
  /** May still change. */
  isOpen(entry: T): boolean;
  /** Entries after a number, oldest first. @throws a sentence when they can't be read */
  after(seq: number, limit: number): Promise<readonly T[]>;
  /** The last entries before a number (null: the newest), oldest first. @throws as above */
  before(seq: number | null, limit: number): Promise<readonly T[]>;
  /** What has been read, with what this page knows beyond it. */
  overlaid(entries: readonly T[]): readonly T[];
  /** Calls back when there may be more to read; returns the unsubscriber. */
  onChanged(listener: () => void): () => void;
}

const deskEntry = {
  seqOf: (entry: DeskEntry) => entry.seq,
  isOpen: (entry: DeskEntry) => entry.outcome === null || entry.outcome === 'unknown',
};

/** The Electron window's logbook. */
export function bridgeReader(bridge: DeskBridge): LogReader<DeskEntry> {
  return {
    ...deskEntry,
    after: (seq, limit) => bridge.logList(seq, limit),
    before: (seq, limit) => bridge.logBefore(seq, limit),
    overlaid: (entries) => entries,
    onChanged: (listener) => bridge.onLogChanged(listener),
  };
}

interface Line {
  store: DeskStore;
  session: () => Session | null;
}

/** A browser desk's log, which the core keeps, and what still waits to be handed over. */
export function coreReader({ store, session }: Line, log: CoreLog): LogReader<DeskEntry> {
  return {
    ...deskEntry,
    after: async (seq, limit) => (await asked(session, (s) => getActions(s, { after: seq, limit }))).entries,
    before: async (seq, limit) => (await asked(session, (s) => getActions(s, { before: seq ?? 0, limit }))).entries,
    overlaid: (entries) => withWaiting(entries, log.waiting()),
    onChanged(listener) {
      const ends = [log.onChanged(listener), onLinkUp(store, listener)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** Numbers of the journal have no gaps, so that it can be read backwards by counting. */
export function journalReader({ store, session }: Line): LogReader<JournalEntry> {
  const after = async (seq: number, limit: number) =>
    (await asked(session, (s) => getJournal(s, { after: seq, limit }))).entries;
  return {
    seqOf: (entry) => entry.revision,
    isOpen: () => false,
    after,
    async before(seq, limit) {
      const end = seq ?? (store.getState().show?.state.revision ?? 0) + 1;
      const from = Math.max(0, end - 1 - limit);
      return end - 1 - from < 1 ? [] : after(from, end - 1 - from);
    },
    overlaid: (entries) => entries,
    onChanged(listener) {
      const ends = [
        store.subscribe((data, before) => {
          if (data.show?.state.revision !== before.show?.state.revision) listener();
        }),
        onLinkUp(store, listener),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

function onLinkUp(store: DeskStore, listener: () => void): () => void {
  return store.subscribe((data, before) => {
    if (data.link.kind === 'up' && before.link.kind !== 'up') listener();
  });
}

async function asked<T>(session: () => Session | null, ask: (session: Session) => Promise<HttpResult<T>>): Promise<T> {
  const open = session();
  if (open === null) throw new Error('There is no session with the core.');
  const result = await ask(open);
  if (result.kind === 'ok') return result.value;
  throw new Error(result.kind === 'refused' ? result.message : 'The core does not answer.');
}
