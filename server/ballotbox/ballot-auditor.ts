/** Worker thread: recounts from the ledgers through its own read-only connections, so that a recount holds up no vote. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { FromAuditor, LedgerPaths, RecountRequest } from './messages.ts';
import { recountRun } from './recount.ts';
import { modeOfRun } from './run-state.ts';
import { SqliteLedgerReader } from './sqlite-ledger-reader.ts';

const port = parentPort;
if (port === null) throw new Error('ballot-auditor runs as a worker thread');

const { ledgers } = workerData as LedgerPaths;
const open = new Map<Mode, SqliteLedgerReader>();

function ledgerOf(mode: Mode): SqliteLedgerReader {
  let reader = open.get(mode);
  if (reader === undefined) {
    reader = new SqliteLedgerReader(ledgers[mode], { isOlderFine: false });
    open.set(mode, reader);
  }
  return reader;
}

async function answer({ ref, moment, known }: RecountRequest): Promise<FromAuditor> {
  try {
    return { t: 'recount', ref, result: await recountRun(ledgerOf(modeOfRun(moment.runId)), { moment, known }) };
  } catch (error) {
    return { t: 'failed', ref, message: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', async (message: RecountRequest) => port.postMessage(await answer(message)));
