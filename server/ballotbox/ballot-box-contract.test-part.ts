/** What holds of every ballot box, whatever it keeps its ballots in: told through its port alone. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PollId } from '../../shared/protocol/ids.ts';
import { ballotContract } from './ballot-contract.test-part.ts';
import { allOf, type BoxPlace, BoxStand } from './box-stand.test-part.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf, submitTo, wordOf } from './builders.test-part.ts';
import { genesisOf } from './ledger-chain.ts';
import { act } from './ledger-model.test-part.ts';
import { play } from './played-evening.test-part.ts';

/** @param numRuns evenings that are compared with the model */
export function ballotBoxContract({ place, numRuns }: { place: () => BoxPlace; numRuns: number }): void {
  let at: BoxStand;
  beforeEach(async () => {
    at = await BoxStand.at(place());
  });
  afterEach(() => at.remove());
  const { runId } = ruleOf({});

  ballotContract(() => at);

  describe('a batch', () => {
    it('sent again counts nothing twice and is answered as before', async () => {
      at.box.setRules([ruleOf({})]);
      const sent = at.batch(
        ballotOf({}),
        ballotOf({ id: 'second' }),
        ballotOf({ voter: 'voter-2', choice: ['nobody'] }),
      );
      sent.classes = { [runId]: { malformed: 2, 'rate-limited': 3 } };
      const first = await submitTo(at.box, sent);
      const counted = await at.box.recount(runId, null);
      expect(counted.classes).toMatchObject({ counted: 1, duplicate: 1, malformed: 3, 'rate-limited': 3 });
      expect(await submitTo(at.box, sent)).toEqual(first);
      expect(await at.box.recount(runId, null)).toEqual(counted);

      await at.restart();
      at.box.setRules([ruleOf({})]);
      expect((await submitTo(at.box, sent))[0]).toEqual(first[0]);
      expect(await at.box.recount(runId, null)).toEqual(counted);
    });

    it('sent again with a ballot that would count only now leaves that one for another batch', async () => {
      const ballots = [ballotOf({ receivedAtMs: NOW_MS }), ballotOf({ voter: 'voter-2' })];
      const sent = at.batch(...ballots);
      at.box.setRules([ruleOf({ intake: 'paused', closesAtMs: null, pausedAtMs: NOW_MS + 1 })]);
      expect((await submitTo(at.box, sent)).map(wordOf)).toEqual(['accepted', 'paused']);
      at.box.setRules([ruleOf({})]);
      expect((await submitTo(at.box, sent)).map(wordOf)).toEqual(['accepted', 'unavailable']);
      expect(await at.words(...ballots)).toEqual(['accepted', 'accepted']);
      expect(await at.box.recount(runId, null)).toMatchObject({ total: 2, chain: 'ok' });
    });

    it('of refusals alone is counted too; those for unknown runs are not', async () => {
      at.box.setRules([ruleOf({})]);
      const sent = at.batch();
      sent.classes = { [runId]: { malformed: 1 }, 'made-up:live:1': { malformed: 9 }, nonsense: { malformed: 9 } };
      expect(await submitTo(at.box, sent)).toEqual([]);
      expect(await at.box.recount(runId, null)).toMatchObject({ total: 0, classes: { malformed: 1 }, chain: 'ok' });
    });
  });

  describe('what a dead edge had not told', () => {
    it('stands as unknown, once, also over a restart', async () => {
      at.box.setRules([ruleOf({})]);
      at.box.noteUnknown('edge-1', 'epoch-1', { [runId]: { malformed: 2, 'rate-limited': 1 } });
      at.box.noteUnknown('edge-1', 'epoch-1', { [runId]: { malformed: 2, 'rate-limited': 1 } });
      expect(await at.box.recount(runId, null)).toMatchObject({ classes: { unknown: 3, malformed: 0 }, chain: 'ok' });
      await at.restart();
      expect(await at.box.recount(runId, null)).toMatchObject({ classes: { unknown: 3 } });
    });
  });

  describe('a seal', () => {
    it('holds what was submitted before it, and nothing after', async () => {
      at.box.setRules([ruleOf({})]);
      const before = submitTo(at.box, at.batch(ballotOf({})));
      const sealing = at.box.seal(runId);
      const after = submitTo(at.box, at.batch(ballotOf({ voter: 'voter-2' })));
      expect((await before).map(wordOf)).toEqual(['accepted']);
      const sealed = await sealing;
      expect(sealed.tally.total).toBe(1);
      expect((await after).map(wordOf)).toEqual(['late']);
      expect(await at.box.recount(runId, null)).toMatchObject({
        total: 1,
        head: sealed.head,
        classes: { counted: 1, late: 1 },
        live: sealed.tally,
        chain: 'ok',
      });
    });

    it('repeated is the same, also after a restart, and repeats of its ballots keep their receipts', async () => {
      at.box.setRules([ruleOf({})]);
      const [receipt] = await submitTo(at.box, at.batch(ballotOf({})));
      const sealed = await at.box.seal(runId);
      await submitTo(at.box, at.batch(ballotOf({ voter: 'late-comer' })));
      expect(await at.box.seal(runId)).toEqual(sealed);
      await at.restart();
      expect(await at.words(ballotOf({ voter: 'voter-3' }))).toEqual(['late']);
      expect(await at.box.seal(runId)).toEqual(sealed);
      expect(await submitTo(at.box, batchesOf('edge-2', 'x')(ballotOf({})))).toEqual([receipt]);
      expect(at.box.live(runId)?.tally).toEqual(sealed.tally);
      expect(await at.box.recount(runId, null)).toMatchObject({
        head: sealed.head,
        total: 1,
        classes: { late: 2 },
        chain: 'ok',
      });
    });

    it('of a run without ballots is its genesis', async () => {
      at.box.setRules([ruleOf({ intake: 'closing' })]);
      const sealed = await at.box.seal(runId);
      expect(sealed.head).toBe(genesisOf(runId));
      expect(sealed.tally).toEqual({ total: 0, options: ['a', 'b', 'c'].map((id) => ({ id, count: 0 })) });
      expect(await at.box.recount(runId, null)).toMatchObject({ head: sealed.head, chain: 'ok' });
    });
  });

  describe('a restart', () => {
    it('keeps receipts and counts', async () => {
      at.box.setRules([ruleOf({})]);
      const ballots = Array.from({ length: 50 }, (_, i) =>
        ballotOf({ voter: `voter-${i}`, choice: [i % 2 ? 'a' : 'c'] }),
      );
      const answers = await submitTo(at.box, at.batch(...ballots));
      await at.restart();
      at.box.setRules([ruleOf({})]);
      expect(at.box.live(runId)).toMatchObject({ tally: { total: 50 }, acknowledged: 50 });
      expect(await submitTo(at.box, batchesOf('edge-1', 'epoch-2')(...ballots))).toEqual(answers);
      expect(await at.words(ballotOf({ voter: 'voter-7', id: 'another' }))).toEqual(['duplicate']);
      expect(at.box.live(runId)?.tally.options.map((o) => o.count)).toEqual([25, 0, 25]);
      expect(await at.box.recount(runId, null)).toMatchObject({ total: 50, live: { total: 50 }, chain: 'ok' });
    });

    it('leaves ballots unanswered for good only when the core has told of their run', async () => {
      at.box.setRules([ruleOf({})]);
      await submitTo(at.box, at.batch(ballotOf({})));
      await at.restart();
      const other = ballotOf({ voter: 'voter-2' });
      expect(await at.words(ballotOf({}), other)).toEqual(['accepted', 'unavailable']);
      at.box.setRules([ruleOf({})]);
      expect(await at.words(other)).toEqual(['accepted']);
    });
  });

  describe('destroying the salt', () => {
    it('leaves the counts to be recounted, and nobody who could be answered as before', async () => {
      at.box.setRules([ruleOf({})]);
      expect(await at.words(ballotOf({}), ballotOf({ id: 'second' }))).toEqual(['accepted', 'duplicate']);
      const sealed = await at.box.seal(runId);
      await at.box.destroySalt(runId);
      await at.box.destroySalt(runId);
      expect(await at.box.recount(runId, null)).toMatchObject({ ...sealed.tally, head: sealed.head, chain: 'ok' });
      const asked = await at.words(ballotOf({}), ballotOf({ id: 'second' }), ballotOf({ id: 'new' }));
      expect(asked).toEqual(['late', 'late', 'late']);
      await at.restart();
      at.box.setRules([ruleOf({ intake: 'archived' })]);
      expect(await at.words(ballotOf({ id: 'newer' }))).toEqual(['late']);
      expect(await at.box.recount(runId, null)).toMatchObject({ total: 1, chain: 'ok' });
    });
  });

  describe('what is read of it', () => {
    it('is what stood there at one moment, whatever is counted meanwhile', async () => {
      at.box.setRules([ruleOf({})]);
      await at.words(ballotOf({}));
      await at.read('live', (reader) =>
        reader.at(async (snapshot) => {
          const [run] = await snapshot.runs();
          expect(await at.words(ballotOf({ voter: 'voter-2' }))).toEqual(['accepted']);
          await at.box.seal(runId);
          expect(await snapshot.runs()).toEqual([run]);
          expect(run).toMatchObject({ runId, lastBatch: 1, sealedHead: null });
          expect(await allOf(snapshot.ballots(run?.id ?? 0))).toHaveLength(1);
        }),
      );
      expect(await at.ballotsIn('live')).toHaveLength(2);
    });

    it('comes in order and whole, however many there are', async () => {
      at.box.setRules([ruleOf({})]);
      const other = ruleOf({ pollId: 'other' as PollId });
      at.box.setRules([other]);
      const voters = Array.from({ length: 1_050 }, (_, i) => `voter-${i}`);
      const rows = voters.flatMap((voter) => [ballotOf({ voter }), ballotOf({ voter, poll: 'other' })]);
      for (let i = 0; i < rows.length; i += 500) await submitTo(at.box, at.batch(...rows.slice(i, i + 500)));
      const ballots = await at.ballotsIn('live');
      expect(ballots).toHaveLength(1_050);
      expect(new Set(ballots.map(({ ref }) => ref)).size).toBe(1_050);
      expect(ballots.map(({ id }) => id)).toEqual(ballots.map(({ id }) => id).sort((a, b) => a - b));
      const links = await at.read('live', (reader) =>
        reader.at(async (snapshot) => {
          const [lane] = await snapshot.lanes((await snapshot.run(other.runId))?.id ?? 0);
          return lane === undefined ? [] : allOf(snapshot.links(lane.id));
        }),
      );
      expect(links.map(({ batchNo }) => batchNo)).toEqual([1, 2, 3, 4, 5]);
      expect(links[4]?.prev).toBe(links[3]?.hash);
    });

    it('is there for the next one when the work of one fails', async () => {
      at.box.setRules([ruleOf({})]);
      const heard: string[] = [];
      await at.read('live', async (reader) => {
        const first = reader.at(async (snapshot) => {
          heard.push(`first ${(await snapshot.runs()).length}`);
        });
        const failing = reader.at(async () => {
          throw new Error('no more');
        });
        const last = reader.at(async (snapshot) => heard.push(`last ${(await snapshot.runs()).length}`));
        await expect(failing).rejects.toThrow('no more');
        await Promise.all([first, last]);
      });
      expect(heard).toHaveLength(2);
    });
  });

  describe('the box', () => {
    it('knows nothing of a run without ballots and rule', async () => {
      expect(at.box.live(runId)).toBeNull();
      expect(await at.box.recount(runId, null)).toMatchObject({
        total: 0,
        options: [],
        head: genesisOf(runId),
        chain: 'ok',
      });
    });

    it('shows a run from its rule on', () => {
      at.box.setRules([ruleOf({})]);
      expect(at.box.live(runId)?.tally.options).toHaveLength(3);
    });

    it('tells what waits in its queue, and how long', async () => {
      at.box.setRules([ruleOf({})]);
      expect(at.box.vitals()).toEqual({ queueDepth: 0, queueHeadAgeMs: 0, commits: null, writable: true, error: null });
      const answered = submitTo(at.box, at.batch(ballotOf({}), ballotOf({ voter: 'voter-2' })));
      expect(at.box.vitals().queueDepth).toBe(2);
      await answered;
      expect(at.box.vitals()).toMatchObject({ queueDepth: 0, queueHeadAgeMs: 0 });
    });

    it('answers everything before it closes, and nothing after', async () => {
      at.box.setRules([ruleOf({})]);
      const last = submitTo(at.box, at.batch(ballotOf({})));
      await at.box.close();
      expect((await last).map(wordOf)).toEqual(['accepted']);
      await expect(submitTo(at.box, at.batch(ballotOf({})))).rejects.toMatchObject({ code: 'closed' });
    });
  });

  it('decides as the model does, whatever comes in whatever order, over restarts, and the recount agrees', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 15 }), async (acts) => {
        const own = place();
        try {
          await play(acts, own);
        } finally {
          own.remove();
        }
      }),
      { numRuns },
    );
  }, 120_000);
}
