/** Worker thread: recounts from the ledgers through its own read-only connections, so that a recount holds up no vote. */
import { workerData } from 'node:worker_threads';
import type { Mode } from '../../shared/protocol/ids.ts';
import { answerCalls } from '../process/worker-calls.ts';
import type { AuditorCalls, LedgerPaths } from './messages.ts';
import { recountRun } from './recount.ts';
import { modeOfRun } from './run-state.ts';
import { SqliteLedgerReader } from './sqlite-ledger-reader.ts';

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

answerCalls<AuditorCalls, null>(() => ({
  opened: null,
  calls: {
    recount: async (moment, known) => recountRun(ledgerOf(modeOfRun(moment.runId)), { moment, known }),
  },
  close: () => {},
}));
