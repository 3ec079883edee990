/** Worker thread: reads pages of the journal for those who look back, on a connection of its own. GO waits for none of it. */
import { workerData } from 'node:worker_threads';
import { answerCalls } from '../process/worker-calls.ts';
import { type Database, openDatabase } from '../storage/open-database.ts';
import type { JournalReaderCalls, JournalReaderData } from './journal-messages.ts';
import { readPage } from './journal-page.ts';
import { JOURNAL_MIGRATIONS } from './journal-schema.ts';

const BUSY_TIMEOUT_MS = 1_000;

const { path } = workerData as JournalReaderData;
let database: Database | null = null;

answerCalls<JournalReaderCalls, null>(() => ({
  opened: null,
  calls: {
    page: (place) => {
      database ??= openDatabase(path, {
        migrations: JOURNAL_MIGRATIONS,
        readonly: true,
        busyTimeoutMs: BUSY_TIMEOUT_MS,
      });
      return readPage(database, place);
    },
  },
  close: () => database?.close(),
}));
