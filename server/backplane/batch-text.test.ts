import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BallotAnswer, BallotBatch, BallotRow } from '../../shared/protocol/backplane.ts';
import { answersMessage, answersText, batchHead, batchText, readBatch } from './batch-text.ts';

const row = fc.tuple(
  fc.string(),
  fc.constantFrom('live', 'rehearsal'),
  fc.string(),
  fc.string(),
  fc.nat(),
  fc.array(fc.string()),
  fc.option(fc.nat()),
  fc.nat(),
  fc.string(),
  fc.nat(),
) as fc.Arbitrary<unknown> as fc.Arbitrary<BallotRow>;

it('tells number and size of a batch without reading it, and the batch when it is read', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(row),
      fc.dictionary(fc.string(), fc.constant({ malformed: 2 })),
      (n, rows, classes) => {
        const batch: BallotBatch = { t: 'batch', batchNo: n, ballots: rows, classes };
        const text = batchText(batch);
        expect(batchHead(text)).toEqual({ batchNo: n, count: rows.length });
        expect(readBatch(text)).toMatchObject(JSON.parse(JSON.stringify({ batchNo: n, ballots: rows, classes })));
      },
    ),
  );
});

it('takes nothing else for a batch', () => {
  expect(batchHead('{"t":"drained","barrierId":1}')).toBeNull();
  expect(batchHead('{"t":"batch","ballots":[]}')).toBeNull();
});

it('answers as any other message of the backplane is read', () => {
  const answers: BallotAnswer[] = [
    { status: 'accepted', ref: 'r', atMs: 1 },
    { error: 'paused', retryAfterMs: 2 },
  ];
  expect(JSON.parse(answersMessage(7, answersText(answers)))).toEqual({ t: 'answers', batchNo: 7, answers });
});
