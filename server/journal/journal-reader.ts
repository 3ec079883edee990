/** Worker thread: reads pages of the journal for those who look back, on a connection of its own. GO waits for none of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from '../storage/open-database.ts';
import type { JournalReaderData, PageReply, PageRequest } from './journal-messages.ts';
import { readPage } from './journal-page.ts';
import { JOURNAL_MIGRATIONS } from './journal-schema.ts';

const BUSY_TIMEOUT_MS = 1_000;

if (!parentPort) throw new Error('the journal reader has no parent');
const port = parentPort;
let database: Database | null = null;

function answer({ ref, after, limit }: PageRequest): PageReply {
  try {
    database ??= openDatabase((workerData as JournalReaderData).path, {
      migrations: JOURNAL_MIGRATIONS,
      readonly: true,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
    return { t: 'page', ref, page: readPage(database, { after, limit }) };
  } catch (error) {
    return { t: 'failed', ref, message: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (request: PageRequest | 'close') => {
  if (request !== 'close') {
    port.postMessage(answer(request));
    return;
  }
  database?.close();
  port.close();
});
