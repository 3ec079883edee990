/** What the tests of the ballot box build their stories from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOW_MS } from '../../shared/domain/testing/run-rules.test-part.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import type { BallotId, Mode, OptionId, PollId, VoterId } from '../../shared/protocol/ids.ts';
import { answersMessage, batchIn, batchText } from '../backplane/batch-text.ts';
import type { BallotBox, SubmittedBatch } from './ballot-box.ts';

export { NOW_MS, ruleOf } from '../../shared/domain/testing/run-rules.test-part.ts';

export interface BallotParts {
  voter: string;
  id: string;
  choice: string[];
  mode: Mode;
  poll: string;
  round: number;
  receivedAtMs: number;
  network: string;
  tokenMadeAtMs: number;
}

export function ballotOf(parts: Partial<BallotParts>): BallotRow {
  const { voter, id, choice, mode, poll, round, receivedAtMs, network, tokenMadeAtMs }: BallotParts = {
    voter: 'voter-1',
    id: 'ballot-1',
    choice: ['a'],
    mode: 'live',
    poll: 'poll',
    round: 1,
    receivedAtMs: NOW_MS + 1_000,
    network: '203.0.113.7',
    tokenMadeAtMs: NOW_MS,
    ...parts,
  };
  return [
    voter as VoterId,
    mode,
    id as BallotId,
    poll as PollId,
    round,
    choice as OptionId[],
    receivedAtMs - 1,
    receivedAtMs,
    network,
    tokenMadeAtMs,
  ];
}

export interface TempLedgers {
  dir: string;
  ledgers: Record<Mode, string>;
  remove: () => void;
}

/** A folder of its own for one test's ledgers. */
export function tempLedgers(): TempLedgers {
  const dir = mkdtempSync(join(tmpdir(), 'tallyroom-ballots-'));
  return {
    dir,
    ledgers: { live: join(dir, 'ledger-live.db'), rehearsal: join(dir, 'ledger-rehearsal.db') },
    remove: () => rmSync(dir, { recursive: true }),
  };
}

/** One edge's batches, numbered from 1, with nothing refused by the edge itself. */
export function batchesOf(edgeId: string, edgeEpoch: string): (...ballots: BallotRow[]) => SubmittedBatch {
  let batchNo = 0;
  return (...ballots) => ({ edgeId, edgeEpoch, batchNo: ++batchNo, ballots, classes: {} });
}

/** Hands a batch to the box as an edge does it, and reads what it answers. */
export async function submitTo(
  box: BallotBox,
  { edgeId, edgeEpoch, ...batch }: SubmittedBatch,
): Promise<BallotAnswer[]> {
  const carried = batchIn(batchText({ t: 'batch', ...batch }));
  if (carried === null) throw new Error('what an edge makes is no batch');
  const answers = await box.submit({ edgeId, edgeEpoch, batch: carried });
  return (JSON.parse(answersMessage(batch.batchNo, answers)) as { answers: BallotAnswer[] }).answers;
}

/** An answer in a word: its receipt's status or its error. */
export function wordOf(answer: BallotAnswer | undefined): string {
  if (answer === undefined) return 'none';
  return 'status' in answer ? answer.status : answer.error;
}

/** Makes a ledger what it was before version 3. */
export const WITHOUT_NETWORKS = 'ALTER TABLE ballots DROP COLUMN network; ALTER TABLE runs DROP COLUMN networks';
