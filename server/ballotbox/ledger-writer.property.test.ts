import Database from 'better-sqlite3';
import { tempLedgers } from './builders.test-part.ts';
import { decidesAsTheModel, type StorePlace } from './ledger-property.test-part.ts';
import { MemoryDisk, MemoryLedgerStore } from './memory-ledger-store.test-part.ts';
import { SqliteLedgerReader } from './sqlite-ledger-reader.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';

function sqlitePlace(): StorePlace {
  const temp = tempLedgers();
  const path = temp.ledgers.live;
  let locker: Database.Database | null = null;
  return {
    open: () => new SqliteLedgerStore(path),
    setFull(isFull) {
      locker ??= new Database(path);
      locker.exec(isFull ? 'BEGIN IMMEDIATE' : 'ROLLBACK');
    },
    async read(work) {
      const reader = new SqliteLedgerReader(path, { isOlderFine: false });
      try {
        return await work(reader);
      } finally {
        reader.close();
      }
    },
    remove() {
      locker?.close();
      temp.remove();
    },
  };
}

function memoryPlace(): StorePlace {
  const disk = new MemoryDisk();
  return {
    open: () => new MemoryLedgerStore(disk),
    setFull(isFull) {
      disk.takesWrites = !isFull;
    },
    read: (work) => work(disk),
    remove() {},
  };
}

decidesAsTheModel('a SQLite file', { place: sqlitePlace, numRuns: 25 });
decidesAsTheModel('plain lists in memory', { place: memoryPlace, numRuns: 200 });
