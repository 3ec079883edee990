/** What every ballot box makes of a ballot: its part of the contract. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { BoxStand } from './box-stand.test-part.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf, submitTo, wordOf } from './builders.test-part.ts';

/** @param stand the one that a hook of the caller has put up for each test */
export function ballotContract(stand: () => BoxStand): void {
  let at: BoxStand;
  beforeEach(() => {
    at = stand();
  });
  const { runId } = ruleOf({});

  describe('a ballot', () => {
    it('is accepted with a reference and the time it was received, and counted at once', async () => {
      at.box.setRules([ruleOf({})]);
      const [answer] = await submitTo(at.box, at.batch(ballotOf({ choice: ['b'] })));
      expect(answer).toEqual({
        status: 'accepted',
        ref: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/),
        atMs: NOW_MS + 1_000,
      });
      expect(at.box.live(runId)).toMatchObject({
        tally: {
          total: 1,
          options: [
            { id: 'a', count: 0 },
            { id: 'b', count: 1 },
            { id: 'c', count: 0 },
          ],
        },
        acknowledged: 1,
        link: 1,
      });
    });

    it('sent again gets the very same receipt, also from another edge, and counts once', async () => {
      at.box.setRules([ruleOf({})]);
      const [first] = await submitTo(at.box, at.batch(ballotOf({})));
      const [again] = await submitTo(
        at.box,
        batchesOf('edge-2', 'epoch-9')(ballotOf({ choice: ['c'], receivedAtMs: NOW_MS + 9 })),
      );
      expect(again).toEqual(first);
      expect(at.box.live(runId)).toMatchObject({ tally: { total: 1 }, acknowledged: 1 });
    });

    it('twice in one batch is one ballot', async () => {
      at.box.setRules([ruleOf({})]);
      const [first, second] = await submitTo(at.box, at.batch(ballotOf({}), ballotOf({})));
      expect(wordOf(first)).toBe('accepted');
      expect(second).toEqual(first);
      expect(await at.box.recount(runId, null)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 0 } });
    });

    it('beside another one of the same voter in one batch: the first counts', async () => {
      at.box.setRules([ruleOf({})]);
      expect(await at.words(ballotOf({ id: 'x' }), ballotOf({ id: 'y', choice: ['b'] }))).toEqual([
        'accepted',
        'duplicate',
      ]);
      expect(await at.box.recount(runId, null)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 1 } });
    });

    it('of a voter with three to cast is accepted three times, then over the limit', async () => {
      at.box.setRules([ruleOf({ maxBallots: 3 })]);
      const four = ['w', 'x', 'y', 'z'].map((id) => ballotOf({ id }));
      expect(await at.words(...four)).toEqual(['accepted', 'accepted', 'accepted', 'over-limit']);
      expect(await at.words(ballotOf({ id: 'y' }), ballotOf({ id: 'q' }))).toEqual(['accepted', 'over-limit']);
      expect(at.box.live(runId)?.tally.total).toBe(3);
    });

    it('with several choices counts once in the total and once for each', async () => {
      at.box.setRules([ruleOf({ kind: 'multiple', max: 2 })]);
      expect(await at.words(ballotOf({ choice: ['c', 'a'] }), ballotOf({ voter: 'voter-2' }))).toEqual([
        'accepted',
        'accepted',
      ]);
      const options = [
        { id: 'a', count: 2 },
        { id: 'b', count: 0 },
        { id: 'c', count: 1 },
      ];
      expect(at.box.live(runId)?.tally).toEqual({ total: 2, options });
      expect(await at.box.recount(runId, null)).toMatchObject({
        total: 2,
        options,
        live: { total: 2, options },
        chain: 'ok',
      });
    });

    it('that did not count hears the same again, even when the run has changed since', async () => {
      at.box.setRules([ruleOf({ intake: 'armed' })]);
      const [first] = await submitTo(at.box, at.batch(ballotOf({})));
      expect(wordOf(first)).toBe('not-eligible');
      at.box.setRules([ruleOf({})]);
      expect(await submitTo(at.box, at.batch(ballotOf({ receivedAtMs: NOW_MS + 5_000 })))).toEqual([first]);
      expect(await at.words(ballotOf({ id: 'new' }))).toEqual(['accepted']);
      expect(await at.box.recount(runId, null)).toMatchObject({ classes: { 'not-eligible': 1, counted: 1 } });
    });

    it('is judged by the rule that was set before it was submitted', async () => {
      at.box.setRules([ruleOf({})]);
      const inTime = submitTo(at.box, at.batch(ballotOf({})));
      at.box.setRules([ruleOf({ intake: 'closed' })]);
      const afterwards = submitTo(at.box, at.batch(ballotOf({ voter: 'voter-2' })));
      expect([(await inTime).map(wordOf), (await afterwards).map(wordOf)]).toEqual([['accepted'], ['late']]);
    });

    it('for a paused run waits, is in no class, and counts once the run goes on', async () => {
      const pausedAtMs = NOW_MS + 1_000;
      at.box.setRules([ruleOf({ intake: 'paused', closesAtMs: null, pausedAtMs })]);
      expect(await submitTo(at.box, at.batch(ballotOf({})))).toEqual([
        { error: 'paused', retryAfterMs: expect.any(Number) },
      ]);
      expect(await at.words(ballotOf({ voter: 'voter-2', receivedAtMs: pausedAtMs - 1 }))).toEqual(['accepted']);
      at.box.setRules([ruleOf({})]);
      expect(await at.words(ballotOf({}))).toEqual(['accepted']);
      const { classes } = await at.box.recount(runId, null);
      expect(Object.values(classes).reduce((a, b) => a + b)).toBe(2);
    });

    it('of the other mode or another round is not eligible; the modes never meet', async () => {
      const rehearsal = ruleOf({ mode: 'rehearsal' });
      at.box.setRules([ruleOf({}), rehearsal]);
      expect(await at.words(ballotOf({ round: 2 }), ballotOf({ poll: 'other' }))).toEqual([
        'not-eligible',
        'not-eligible',
      ]);
      expect(await at.words(ballotOf({}), ballotOf({ mode: 'rehearsal', choice: ['c'] }))).toEqual([
        'accepted',
        'accepted',
      ]);
      expect(at.box.live(runId)?.tally.options.map((o) => o.count)).toEqual([1, 0, 0]);
      expect(at.box.live(rehearsal.runId)?.tally.options.map((o) => o.count)).toEqual([0, 0, 1]);
      expect(await at.box.recount(rehearsal.runId, null)).toMatchObject({ total: 1, chain: 'ok' });
      for (const mode of ['live', 'rehearsal'] as const) expect(await at.ballotsIn(mode)).toHaveLength(1);
    });

    it('for a run that nobody told of leaves nothing in the ledger', async () => {
      expect(await at.words(ballotOf({ poll: 'made-up' }))).toEqual(['not-eligible']);
      expect(await at.read('live', (reader) => reader.at((snapshot) => snapshot.runs()))).toEqual([]);
    });
  });
}
