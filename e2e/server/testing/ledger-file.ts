/** Reads a ledger with nothing of the server's own code: what anyone with a copy of the file can check. */
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';

export interface LedgerRow {
  voter: string;
  slot: number;
  ballotId: string;
  ref: string;
  choice: string;
  receivedAtMs: number;
  castAtMs: number | null;
  batch: number;
}

interface BatchRow {
  id: number;
  edgeId: string;
  edgeEpoch: string;
  batchNo: number;
  prev: string;
  hash: string;
  classes: string;
  committedAtMs: number;
}

export interface RunInLedger {
  rows: LedgerRow[];
  /** Whether every link of the run's hash chain, computed again, is the one that stands there, up to its named end. */
  isChainWhole: boolean;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A run as the ledger holds it at this moment; the server may be running. */
export function readLedger(path: string, runId: string): RunInLedger {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const run = database
      .prepare<[string], { id: number; head: string; lastBatch: number }>(
        'SELECT id, head, last_batch AS lastBatch FROM runs WHERE run_id = ?',
      )
      .get(runId);
    if (run === undefined) return { rows: [], isChainWhole: true };
    const rows = database
      .prepare<[number], LedgerRow>(
        `SELECT lower(hex(voter)) AS voter, slot, ballot_id AS ballotId, ref, choice, received_at_ms AS receivedAtMs,
           cast_at_ms AS castAtMs, batch FROM ballots WHERE run = ? ORDER BY id`,
      )
      .all(run.id);
    const batches = database
      .prepare<[number], BatchRow>(
        `SELECT id, edge_id AS edgeId, edge_epoch AS edgeEpoch, batch_no AS batchNo, prev, hash, classes,
           committed_at_ms AS committedAtMs FROM batches WHERE run = ? ORDER BY id`,
      )
      .all(run.id);
    return { rows, isChainWhole: isWhole(runId, { run, batches, rows }) };
  } finally {
    database.close();
  }
}

function isWhole(
  runId: string,
  { run, batches, rows }: { run: { head: string; lastBatch: number }; batches: BatchRow[]; rows: LedgerRow[] },
): boolean {
  let head = sha256(runId);
  let linked = 0;
  for (const batch of batches) {
    const lines = rows
      .filter((row) => row.batch === batch.id)
      .map((r) => JSON.stringify([r.voter, r.slot, r.ballotId, r.ref, r.choice, r.receivedAtMs, r.castAtMs]));
    const { edgeId, edgeEpoch, batchNo, committedAtMs, classes } = batch;
    const about = JSON.stringify([runId, edgeId, edgeEpoch, batchNo, committedAtMs, classes]);
    const hash = sha256(`${[head, about, ...lines].join('\n')}\n`);
    if (batch.prev !== head || batch.hash !== hash) return false;
    head = hash;
    linked += lines.length;
  }
  return linked === rows.length && run.head === head && run.lastBatch === (batches.at(-1)?.id ?? 0);
}

/** The edge that a counted ballot came through. The server may be running. */
export function edgeOf(path: string, ref: string): string {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const edge = database
      .prepare<[string], string>(
        'SELECT edge_id FROM batches JOIN ballots ON ballots.batch = batches.id WHERE ballots.ref = ?',
      )
      .pluck()
      .get(ref);
    if (edge === undefined) throw new Error(`no ballot ${ref} in the ledger`);
    return edge;
  } finally {
    database.close();
  }
}
