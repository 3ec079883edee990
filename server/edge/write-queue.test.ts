import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BallotAnswer, BallotBatch, BallotRow } from '../../shared/protocol/backplane.ts';
import type { BallotId, PollId, RunId, VoterId } from '../../shared/protocol/ids.ts';
import { WriteQueue } from './write-queue.ts';

const row = (n: number): BallotRow => [
  'v' as VoterId,
  'live',
  `b${n}` as BallotId,
  'q' as PollId,
  1,
  [],
  null,
  n,
  'n',
  0,
];
const RUN = 'q:live:1' as RunId;

function rig(capacity: number) {
  const carried: BallotBatch[] = [];
  const leave: (() => void)[] = [];
  const answers: [BallotId, BallotAnswer][] = [];
  const taker = {
    up: true,
    take: (batch: BallotBatch, left: () => void) => {
      carried.push(batch);
      leave.push(left);
    },
  };
  const world = { monoMs: 0 };
  const queue = new WriteQueue({ taker, capacity, monotonicMs: () => world.monoMs, onAnswered: () => {} });
  const sink = { answered: (r: BallotRow, answer: BallotAnswer) => answers.push([r[2], answer]) };
  const offer = (n: number) => queue.offer(row(n), sink);
  const ids = (batch: BallotBatch | undefined) => batch?.ballots.map((b) => b[2]);
  return { carried, leave, answers, taker, queue, offer, world, ids };
}

describe('the write queue', () => {
  it('sends what came in one turn as one batch, and what comes meanwhile when that is answered', async () => {
    const { carried, leave, queue, offer, ids } = rig(100);
    offer(1);
    offer(2);
    await turn();
    offer(3);
    await turn();
    leave[0]?.();
    offer(4);
    await turn();
    expect(carried.map(ids)).toEqual([['b1', 'b2']]);
    queue.answered(1, []);
    expect(carried.map(ids)).toEqual([
      ['b1', 'b2'],
      ['b3', 'b4'],
    ]);
    expect(carried.map((b) => b.batchNo)).toEqual([1, 2]);
  });

  it('lets a full batch go without waiting for answers, one after the other', async () => {
    const { carried, leave, offer } = rig(5_000);
    offer(0);
    await turn();
    for (let n = 1; n <= 1_100; n += 1) offer(n);
    await turn();
    expect(carried.map((b) => b.ballots.length)).toEqual([1]);
    leave[0]?.();
    expect(carried.map((b) => b.ballots.length)).toEqual([1, 500]);
    leave[1]?.();
    leave[2]?.();
    expect(carried.map((b) => b.ballots.length)).toEqual([1, 500, 500]);
  });

  it('splits a storm into batches of at most 500', () => {
    const { carried, queue, offer } = rig(2_000);
    for (let n = 0; n < 1_234; n += 1) offer(n);
    queue.flushAll();
    expect(carried.map((b) => b.ballots.length)).toEqual([500, 500, 234]);
  });

  it('takes no more than it may hold, until an answer makes room', () => {
    const { queue, offer } = rig(3);
    expect([offer(1), offer(2), offer(3), offer(4)]).toEqual([true, true, true, false]);
    queue.flushAll();
    expect(offer(5)).toBe(false);
    queue.answered(1, []);
    expect(queue.depth).toBe(0);
    expect(offer(6)).toBe(true);
  });

  it('answers by index and each batch once; a missing answer is "not known"', () => {
    const { queue, offer, answers } = rig(10);
    offer(1);
    offer(2);
    queue.flushAll();
    const late: BallotAnswer = { status: 'late', atMs: 9 };
    queue.answered(1, [late]);
    queue.answered(1, [late, late]);
    expect(answers).toEqual([
      ['b1', late],
      ['b2', { error: 'unavailable' }],
    ]);
  });

  it('keeps everything while the core is away: sent ones keep their number, the others wait', async () => {
    const { taker, carried, queue, offer, ids } = rig(100);
    offer(1);
    queue.flushAll();
    taker.up = false;
    offer(2);
    await turn();
    queue.flushAll();
    expect(carried.length).toBe(1);
    taker.up = true;
    queue.cameUp();
    expect(queue.depth).toBe(2);
    queue.answered(1, []);
    expect(carried.map(ids)).toEqual([['b1'], ['b1'], ['b2']]);
    expect(carried.map((b) => b.batchNo)).toEqual([1, 1, 2]);
    expect(queue.depth).toBe(1);
  });

  it('takes no word of the last connection for one of the new', async () => {
    const { leave, carried, queue, offer } = rig(5_000);
    offer(1);
    queue.flushAll();
    queue.cameUp();
    offer(2);
    queue.flushAll();
    for (let n = 0; n < 500; n += 1) offer(n);
    leave[0]?.();
    await turn();
    const numbers = () => carried.map((b) => b.batchNo);
    expect(numbers()).toEqual([1, 1, 2]);
    leave[2]?.();
    expect(numbers()).toEqual([1, 1, 2, 3]);
  });

  it('tells the age of its oldest ballot, sent or waiting', () => {
    const { world, queue, offer } = rig(100);
    expect(queue.headAgeMs).toBe(0);
    offer(1);
    world.monoMs = 40;
    expect(queue.headAgeMs).toBe(40);
    queue.flushAll();
    offer(2);
    world.monoMs = 70;
    expect(queue.headAgeMs).toBe(70);
    queue.answered(1, []);
    expect(queue.headAgeMs).toBe(30);
  });

  it('sends refused attempts with the next ballots, or alone at the next sweep, never twice', () => {
    const { carried, queue, offer } = rig(100);
    queue.countRefused(RUN, 'malformed');
    queue.countRefused(RUN, 'malformed');
    queue.countRefused(RUN, 'rate-limited');
    expect(queue.unflushed).toEqual({ [RUN]: { malformed: 2, 'rate-limited': 1 } });
    offer(1);
    queue.flushAll();
    queue.sweep();
    queue.countRefused(RUN, 'malformed');
    queue.sweep();
    queue.sweep();
    expect(carried.map((b) => [b.ballots.length, b.classes])).toEqual([
      [1, { [RUN]: { malformed: 2, 'rate-limited': 1 } }],
      [0, { [RUN]: { malformed: 1 } }],
    ]);
    expect(queue.unflushed).toEqual({});
  });

  it('loses and doubles nothing under any order of ballots, connections and answers', () => {
    const step = fc.constantFrom('offer', 'left', 'down', 'up', 'answer', 'flush');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { taker, carried, leave, queue, offer, answers } = rig(1_000);
        let offered = 0;
        let answeredNo = 0;
        const answerAll = () => {
          for (const batch of [...carried]) {
            if (batch.batchNo <= answeredNo) continue;
            answeredNo = batch.batchNo;
            queue.answered(
              batch.batchNo,
              batch.ballots.map((b) => ({ status: 'accepted', atMs: b[7] })),
            );
          }
        };
        const comeUp = () => {
          const before = carried.length;
          const most = Math.max(0, ...carried.map((b) => b.batchNo));
          taker.up = true;
          queue.cameUp();
          // What has no answer comes again first, in order.
          const again = Array.from({ length: most - answeredNo }, (_, i) => answeredNo + 1 + i);
          expect(carried.slice(before, before + again.length).map((b) => b.batchNo)).toEqual(again);
        };
        for (const what of steps) {
          if (what === 'offer') offer(offered++);
          else if (what === 'left') leave.shift()?.();
          else if (what === 'down') taker.up = false;
          else if (what === 'flush') queue.flushAll();
          else if (what === 'answer') answerAll();
          else if (!taker.up) comeUp();
        }
        comeUp();
        queue.flushAll();
        answerAll();
        expect(answers.map(([id]) => id)).toEqual(Array.from({ length: offered }, (_, n) => `b${n}`));
        const numbers = [...new Set(carried.map((b) => b.batchNo))];
        expect(numbers).toEqual(numbers.map((_, i) => i + 1));
        expect(queue.depth).toBe(0);
      }),
    );
  });
});
