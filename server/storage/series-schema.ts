import type { Migration } from './open-database.ts';

export const SERIES_MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.exec(`
      CREATE TABLE traffic (
        at_ms INTEGER PRIMARY KEY,
        online REAL NOT NULL,
        ws REAL NOT NULL,
        sse REAL NOT NULL,
        poll REAL NOT NULL,
        arrivals_per_s REAL NOT NULL,
        queue_depth REAL NOT NULL,
        queue_head_age_ms REAL NOT NULL,
        ack_p50_ms REAL NOT NULL,
        ack_p99_ms REAL NOT NULL,
        level INTEGER NOT NULL,
        edges INTEGER NOT NULL,
        edges_expected INTEGER NOT NULL,
        switches TEXT NOT NULL,
        ballots TEXT NOT NULL
      ) STRICT;
      CREATE TABLE run_counts (
        run_id TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        online INTEGER NOT NULL,
        total INTEGER NOT NULL,
        options TEXT NOT NULL,
        PRIMARY KEY (run_id, at_ms)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX run_counts_by_time ON run_counts (at_ms);
    `);
  },
];
