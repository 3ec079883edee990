/** Worker thread: recounts from the ledgers through its own read-only connections, so that a recount holds up no vote. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Mode } from '../../shared/protocol/ids.ts';
import { type Database, openDatabase } from '../storage/open-database.ts';
import { LEDGER_MIGRATIONS } from './ledger-schema.ts';
import type { FromAuditor, LedgerPaths, RecountRequest } from './messages.ts';
import { recountRun } from './recount.ts';
import { modeOfRun } from './run-state.ts';

const BUSY_TIMEOUT_MS = 5_000;

const port = parentPort;
if (port === null) throw new Error('ballot-auditor runs as a worker thread');

const { ledgers } = workerData as LedgerPaths;
const open = new Map<Mode, Database>();

function ledgerOf(mode: Mode): Database {
  let database = open.get(mode);
  if (database === undefined) {
    database = openDatabase(ledgers[mode], {
      migrations: LEDGER_MIGRATIONS,
      readonly: true,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
    open.set(mode, database);
  }
  return database;
}

function answer({ ref, moment, known }: RecountRequest): FromAuditor {
  try {
    return { t: 'recount', ref, result: recountRun(ledgerOf(modeOfRun(moment.runId)), { moment, known }) };
  } catch (error) {
    return { t: 'failed', ref, message: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (message: RecountRequest) => port.postMessage(answer(message)));
