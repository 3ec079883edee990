import { expect, it } from 'vitest';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import type { SubmittedBatch } from './ballot-box.ts';
import { ballotOf, NOW_MS, ruleOf, wordOf } from './builders.test-part.ts';
import { type JudgeBatchOptions, judgeBatch, judgeUnknown, NOTHING_CAST } from './judge-batch.ts';
import { genesisOf } from './ledger-chain.ts';
import { newRunState } from './run-state.ts';

const rule = ruleOf({ maxBallots: 2 });
const { runId } = rule;

function known(changes: Partial<JudgeBatchOptions['ledger']>): JudgeBatchOptions {
  const run = { ...newRunState(runId), rule };
  let refs = 0;
  return {
    ledger: {
      mode: 'live',
      runs: new Map([[runId, run]]),
      lacking: new Set(),
      receipts: { find: () => null },
      nextLink: 7,
      ...changes,
    },
    stored: { cast: () => NOTHING_CAST, hasBatch: () => false },
    chance: { ballotRef: () => `ref-${++refs}`, salt: () => Buffer.alloc(32, 7) },
    atMs: NOW_MS,
  };
}

function batchOf(...ballots: BallotRow[]): SubmittedBatch {
  return { edgeId: 'edge-1', edgeEpoch: 'epoch-1', batchNo: 1, ballots, classes: {} };
}

it('the same ledger and batch give the same answers, rows and run, and the ledger is left as it was', () => {
  const options = known({});
  const before = structuredClone(options.ledger.runs.get(runId)?.stored);
  const batch = batchOf(
    ballotOf({}),
    ballotOf({ voter: 'voter-2', choice: ['b'] }),
    ballotOf({ id: 'other', choice: ['z'] }),
  );
  const judged = [0, 1].map(() => {
    const answers: BallotAnswer[] = [];
    return { answers, judged: judgeBatch(batch, answers, { ...options, chance: known({}).chance }) };
  });
  expect(judged[0]).toEqual(judged[1]);
  expect(options.ledger.runs.get(runId)?.stored).toEqual(before);
  const [{ answers, judged: first } = { answers: [], judged: null }] = judged;
  expect(answers.map(wordOf)).toEqual(['accepted', 'accepted', 'malformed']);
  expect(first?.nextLink).toBe(8);
  const [part] = first?.parts ?? [];
  expect(part?.ballots.map(({ ref, slot }) => [ref, slot])).toEqual([
    ['ref-1', 1],
    ['ref-2', 1],
  ]);
  expect(part?.chained).toMatchObject({ id: 7, prev: genesisOf(runId), classes: '{"counted":2,"malformed":1}' });
  expect(part?.after).toMatchObject({ head: part?.chained?.hash, lastBatch: 7, total: 2 });
});

it('what a voter has cast earlier in the batch counts, though no store knows it yet', () => {
  const answers: BallotAnswer[] = [];
  const ids = ['x', 'y', 'x', 'z'];
  const { parts } = judgeBatch(batchOf(...ids.map((id) => ballotOf({ id }))), answers, known({}));
  expect(answers.map(wordOf)).toEqual(['accepted', 'accepted', 'accepted', 'over-limit']);
  expect(answers[2]).toEqual(answers[0]);
  expect(parts[0]?.ballots.map(({ slot }) => slot)).toEqual([1, 2]);
});

it('a batch that the run has already is answered, and nothing is to be stored of it', () => {
  const options = known({});
  const run = { ...newRunState(runId), rule };
  run.stored = { ...run.stored, id: 1, salt: Buffer.alloc(32, 7) };
  const answers: BallotAnswer[] = [];
  const { parts, nextLink } = judgeBatch(batchOf(ballotOf({})), answers, {
    ...options,
    ledger: { ...options.ledger, runs: new Map([[runId, run]]) },
    stored: { cast: () => NOTHING_CAST, hasBatch: () => true },
  });
  expect(answers.map(wordOf)).toEqual(['unavailable']);
  expect(parts).toMatchObject([{ ballots: [], chained: null, after: null }]);
  expect(nextLink).toBe(7);
});

it('attempts that a dead edge had counted make a link of their own, without a ballot', () => {
  const edge = { edgeId: 'edge-1', edgeEpoch: 'epoch-1' };
  const { parts } = judgeUnknown(edge, { [runId]: { malformed: 2, 'rate-limited': 1 }, 'a:b': {} }, known({}));
  expect(parts).toMatchObject([{ ballots: [], chained: { batchNo: 0, classes: '{"unknown":3}' } }]);
});
