/** What every way of handing over ballots has to keep, whoever stands behind it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BallotAnswer, BallotBatch, BallotRow } from '../../shared/protocol/backplane.ts';
import type { BallotId, PollId, VoterId } from '../../shared/protocol/ids.ts';
import type { BallotTaker, TakerSide } from './ballot-taker.ts';
import { until } from './edge-harness.test-part.ts';

/** A taker with who stands behind it in the test's hand. */
export interface TakerStage {
  taker: BallotTaker;
  /** Whoever takes the ballots is there from now on, and answers each with its receipt time as told, 1 ms later. */
  comes(): Promise<void>;
  /** It dies without a word. */
  goes(): Promise<void>;
  /** Whether it answers; what comes while it does not is answered when it does. */
  answers(does: boolean): void;
  /** Rows that it has been given, by batch number, each as often as it came. */
  given(): { batchNo: number; ids: BallotId[] }[];
  end(): Promise<void>;
}

const rowOf = (id: string): BallotRow => {
  const about = ['q1' as PollId, 1, [], null, 1_000, 'n', 0] as const;
  return ['v' as VoterId, 'live', id as BallotId, ...about] as unknown as BallotRow;
};
const batchOf = (batchNo: number, ...ids: string[]): BallotBatch => ({
  t: 'batch',
  batchNo,
  ballots: ids.map(rowOf),
  classes: {},
});

/** @param start gives the taker with nobody behind it yet */
export function keepsTheTakersContract(name: string, start: (side: TakerSide) => Promise<TakerStage>): void {
  describe(`${name}, to whom an edge gives its ballots`, () => {
    let stage: TakerStage;
    let ups: number;
    /** Answers as they came: which batch, and of how many ballots. */
    let heard: [batchNo: number, answers: readonly BallotAnswer[]][];
    /** What the queue would give again. */
    let unanswered: BallotBatch[];

    beforeEach(async () => {
      ups = 0;
      heard = [];
      unanswered = [];
      stage = await start({
        answered(batchNo, answers) {
          heard.push([batchNo, answers]);
          unanswered = unanswered.filter((batch) => batch.batchNo !== batchNo);
        },
        cameUp() {
          ups += 1;
          for (const batch of unanswered) stage.taker.take(batch, () => {});
        },
      });
    });
    afterEach(() => stage.end());

    function give(batch: BallotBatch, left: () => void = () => {}): void {
      unanswered.push(batch);
      stage.taker.take(batch, left);
    }
    const numbers = () => heard.map(([batchNo]) => batchNo);
    async function comes(): Promise<void> {
      await stage.comes();
      await until(() => stage.taker.up);
    }
    /** What was asked for has had every opportunity to happen: something that was begun later has. */
    async function isOverAfter(batchNo: number): Promise<void> {
      give(batchOf(batchNo, `last-${batchNo}`));
      await until(() => numbers().includes(batchNo));
    }

    it('is up once somebody is there, and says so once, when it takes already', async () => {
      expect([stage.taker.up, ups]).toEqual([false, 0]);
      await comes();
      expect(ups).toBe(1);
      await isOverAfter(1);
      expect(ups).toBe(1);
    });

    it('answers a batch under its number, ballot by ballot in their order, and says when it has left', async () => {
      await comes();
      let left = 0;
      const leave = () => {
        left += 1;
      };
      give(batchOf(1, 'a', 'b', 'c'), leave);
      give(batchOf(2), leave);
      give(batchOf(3, 'd'), leave);
      await until(() => heard.length === 3 && left === 3);
      const sizes = new Map(heard.map(([batchNo, answers]) => [batchNo, answers.length]));
      expect([...sizes].sort()).toEqual([
        [1, 3],
        [2, 0],
        [3, 1],
      ]);
      const [, answers] = heard.find(([batchNo]) => batchNo === 1) ?? [0, []];
      expect(answers.map((answer) => ('ref' in answer ? answer.ref : null))).toEqual(['ref-a', 'ref-b', 'ref-c']);
    });

    it('is down while nobody is there, and has each batch that had no answer given again, in order', async () => {
      await comes();
      stage.answers(false);
      for (const batchNo of [1, 2, 3]) give(batchOf(batchNo, `b${batchNo}`));
      await until(() => stage.given().length === 3);
      await stage.goes();
      await until(() => !stage.taker.up);
      stage.answers(true);
      await comes();
      await until(() => numbers().length >= 3);
      expect(ups).toBe(2);
      expect([...new Set(numbers())].sort()).toEqual([1, 2, 3]);
      const again = stage.given().map(({ batchNo }) => batchNo);
      expect(again.slice(-3)).toEqual([1, 2, 3]);
    });

    it('takes a number that has been answered already', async () => {
      await comes();
      give(batchOf(1, 'a'));
      await until(() => heard.length === 1);
      stage.taker.take(batchOf(1, 'a'), () => {});
      await until(() => heard.length === 2);
      expect(heard[1]).toEqual(heard[0]);
    });

    it('is settled once all that was given has its answer, over a death of who takes it, too, and at once where nothing was', async () => {
      await comes();
      await stage.taker.settled();
      stage.answers(false);
      give(batchOf(1, 'a'));
      give(batchOf(2, 'b'));
      let settledAfter: number | null = null;
      const settled = stage.taker.settled().then(() => {
        settledAfter = heard.length;
      });
      await until(() => stage.given().length === 2);
      expect(settledAfter).toBeNull();
      await stage.goes();
      await until(() => !stage.taker.up);
      expect(settledAfter).toBeNull();
      stage.answers(true);
      await comes();
      await settled;
      expect(settledAfter).toBeGreaterThanOrEqual(2);
    });

    it('is settled without what was given later', async () => {
      await comes();
      stage.answers(false);
      give(batchOf(1, 'a'));
      const settled = stage.taker.settled();
      await until(() => stage.given().length === 1);
      stage.answers(true);
      await until(() => heard.length === 1);
      stage.answers(false);
      give(batchOf(2, 'b'));
      await settled;
      expect(numbers()).toEqual([1]);
    });

    it('is not up again once it is closed', async () => {
      await comes();
      await stage.taker.close();
      expect(stage.taker.up).toBe(false);
      await stage.goes();
      await stage.comes();
      expect([stage.taker.up, ups]).toEqual([false, 1]);
    });
  });
}
