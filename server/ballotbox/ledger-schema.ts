import type { Migration } from '../storage/open-database.ts';

/**
 * One ledger per mode. `ballots` holds counted ballots only and is append-only; its unique index is the last guard
 * against counting a voter's slot twice, and answers "what has this voter cast here?". Measured (`bench/ballot-box.ts
 * --dedupe 5`, 141,000 ballots, two cores): 27,000 ballots a second with it, 45,000 with the writer's memory alone, which
 * takes 0.6 s to rebuild at every restart, while viewers wait for their receipts. The slower one is above what the show has
 * to take (20,000) and needs no trust in a cache, so the index stays; memory only spares new voters the look-up.
 *
 * `batches` holds one link of the run's hash chain per batch and run (`ledger-chain.ts`), with what else happened in that
 * batch; batch number 0, which no edge uses, stands for what a dead edge left behind. `runs.head` and `last_batch` name the
 * end of the chain, since a chain alone can't tell that its last link was cut off.
 *
 * `ballots.network` names the network that a ballot came from (`network-key.ts`), for as long as its run has its salt; `runs.networks`
 * is 1 while any may stand there. The chain does not bind it: it is emptied at archive, and the chain has to hold for good.
 */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.exec(`
      CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL UNIQUE,
        salt BLOB,
        salt_destroyed_at_ms INTEGER,
        head TEXT NOT NULL,
        last_batch INTEGER NOT NULL,
        sealed_at_ms INTEGER,
        sealed_head TEXT,
        sealed_batch INTEGER,
        sealed_tally TEXT
      ) STRICT;
      CREATE TABLE ballots (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        voter BLOB NOT NULL,
        slot INTEGER NOT NULL,
        ballot_id TEXT NOT NULL,
        ref TEXT NOT NULL,
        choice TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        cast_at_ms INTEGER,
        batch INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX ballots_by_voter ON ballots (run, voter, slot);
      CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        edge_id TEXT NOT NULL,
        edge_epoch TEXT NOT NULL,
        batch_no INTEGER NOT NULL,
        prev TEXT NOT NULL,
        hash TEXT NOT NULL,
        classes TEXT NOT NULL,
        committed_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX batches_by_edge ON batches (edge_id, edge_epoch, batch_no, run);
      CREATE INDEX batches_by_run ON batches (run, id);
      CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), writes INTEGER NOT NULL) STRICT;
      INSERT INTO probe VALUES (1, 0);
    `);
  },
  // What the ledger belongs to (`LedgerBinding`): without it, an old or empty file in its place looks as whole as the right one.
  (database) => {
    database.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  },
  // No row is written anew: those that are there read as without a network.
  (database) => {
    database.exec('ALTER TABLE ballots ADD COLUMN network BLOB');
    database.exec('ALTER TABLE runs ADD COLUMN networks INTEGER NOT NULL DEFAULT 0');
  },
];

/** A ledger of this version can be read, also where it can't be moved to ours. */
export const OLDEST_LEDGER = 1;

/** `PRAGMA application_id` of a ledger that holds one run of many, as an evidence bundle does. */
export const EXTRACT_ID = 0x54525831;
