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
  // A second may come twice in an evening, as it does in the night in which clocks go back: a clock that somebody sets begins another
  // stretch of time, and nothing of the one before it is written over. Rows stand in the order in which they happened.
  (database) => {
    database.exec(`
      ALTER TABLE traffic RENAME TO traffic_of_one_stretch;
      CREATE TABLE traffic (
        id INTEGER PRIMARY KEY,
        stretch INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
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
        ballots TEXT NOT NULL,
        UNIQUE (stretch, at_ms)
      ) STRICT;
      CREATE INDEX traffic_by_time ON traffic (at_ms);
      INSERT INTO traffic SELECT NULL, 0, * FROM traffic_of_one_stretch ORDER BY at_ms;
      DROP TABLE traffic_of_one_stretch;
    `);
  },
];
