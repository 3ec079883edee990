import type { Migration } from '../storage/open-database.ts';

export const JOURNAL_MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.exec(`
      CREATE TABLE entries (
        seq INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,
        command_id TEXT NOT NULL,
        type TEXT NOT NULL,
        target TEXT,
        command TEXT NOT NULL,
        answer TEXT NOT NULL,
        events TEXT NOT NULL,
        version INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX entries_by_command ON entries (actor, command_id);
      CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL) STRICT;
      CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    `);
  },
  // Of each run the last head of its chain that the ledger told: who puts another ledger in its place is found out.
  (database) => {
    database.exec(`
      ALTER TABLE entries ADD COLUMN run_id TEXT;
      CREATE TABLE told_heads (run_id TEXT PRIMARY KEY, head TEXT NOT NULL, link INTEGER NOT NULL, tally TEXT NOT NULL) STRICT;
    `);
  },
];

/** A journal of this version holds all that its readers need; older entries go through `upcast.ts`. */
export const OLDEST_JOURNAL = 1;

/** A row of `entries`. */
export interface EntryRow {
  seq: number;
  at_ms: number;
  actor: string;
  source: string;
  command_id: string;
  type: string;
  target: string | null;
  command: string;
  answer: string;
  events: string;
  version: number;
  /** Not there in a file of version 1, null in what version 1 wrote. */
  run_id?: string | null;
}
