import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BallotAnswer, BallotBatch, BallotRow } from '../../shared/protocol/backplane.ts';
import { answersMessage, batchIn, batchText, carriedAnswers, readBatch } from './batch-text.ts';

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
        const carried = batchIn(batchText(batch));
        expect(carried).toMatchObject({ batchNo: n, count: rows.length });
        expect(carried && readBatch(carried)).toMatchObject(
          JSON.parse(JSON.stringify({ batchNo: n, ballots: rows, classes })),
        );
      },
    ),
  );
});

it('takes nothing else for a batch', () => {
  expect(batchIn('{"t":"drained","barrierId":1}')).toBeNull();
  expect(batchIn('{"t":"batch","ballots":[]}')).toBeNull();
});

it('answers as any other message of the backplane is read', () => {
  const answers: BallotAnswer[] = [
    { status: 'accepted', ref: 'r', atMs: 1 },
    { error: 'paused', retryAfterMs: 2 },
  ];
  expect(JSON.parse(answersMessage(7, carriedAnswers(answers)))).toEqual({ t: 'answers', batchNo: 7, answers });
});

it('keeps its ballots from whoever carries it', () => {
  const carried = batchIn(batchText({ t: 'batch', batchNo: 1, ballots: [], classes: {} }));
  // @ts-expect-error what is inside is no text to read
  const text: string | undefined = carried?.inside;
  // @ts-expect-error nor are answers
  const answers: string = carriedAnswers([]);
  expect([text, answers]).toHaveLength(2);
});
