/** What holds of every ballot box, whatever it keeps its ballots in: told through its port alone. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BallotAnswer, RunRule } from '../../shared/protocol/backplane.ts';
import type { Mode, PollId } from '../../shared/protocol/ids.ts';
import type { BallotBox, SubmittedBatch } from './ballot-box.ts';
import { ballotOf, batchesOf, NOW_MS, ruleOf, submitTo, wordOf } from './builders.test-part.ts';
import { genesisOf } from './ledger-chain.ts';
import { type Act, act, Model, POLLS, ruleFor } from './ledger-model.test-part.ts';
import type { LedgerReader, StoredBallot } from './ledger-reader.ts';

/** A place for one test's ledgers. */
export interface BoxPlace {
  /** On what was kept there before. */
  open: () => Promise<BallotBox>;
  /** Reads a ledger beside the box. */
  read: <T>(mode: Mode, work: (reader: LedgerReader) => Promise<T>) => Promise<T>;
  remove: () => void;
}

async function allOf<T>(chunks: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const some of chunks) all.push(...some);
  return all;
}

/** @param numRuns evenings that are compared with the model */
export function ballotBoxContract({ place, numRuns }: { place: () => BoxPlace; numRuns: number }): void {
  let at: BoxPlace;
  let box: BallotBox;
  let batch: ReturnType<typeof batchesOf>;

  async function restart(): Promise<void> {
    await box.close();
    box = await at.open();
  }
  async function words(...ballots: Parameters<typeof batch>): Promise<string[]> {
    return (await submitTo(box, batch(...ballots))).map(wordOf);
  }
  /** Of the mode's first run. */
  function ballotsIn(mode: Mode): Promise<StoredBallot[]> {
    return at.read(mode, (reader) =>
      reader.at(async (snapshot) => {
        const [run] = await snapshot.runs();
        const [lane] = await snapshot.lanes(run?.id ?? 0);
        return lane === undefined ? [] : allOf(snapshot.ballots(lane.id));
      }),
    );
  }

  beforeEach(async () => {
    at = place();
    batch = batchesOf('edge-1', 'epoch-1');
    box = await at.open();
  });
  afterEach(async () => {
    await box.close();
    at.remove();
  });

  const { runId } = ruleOf({});

  describe('a ballot', () => {
    it('is accepted with a reference and the time it was received, and counted at once', async () => {
      box.setRules([ruleOf({})]);
      const [answer] = await submitTo(box, batch(ballotOf({ choice: ['b'] })));
      expect(answer).toEqual({
        status: 'accepted',
        ref: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/),
        atMs: NOW_MS + 1_000,
      });
      expect(box.live(runId)).toMatchObject({
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
      box.setRules([ruleOf({})]);
      const [first] = await submitTo(box, batch(ballotOf({})));
      const [again] = await submitTo(
        box,
        batchesOf('edge-2', 'epoch-9')(ballotOf({ choice: ['c'], receivedAtMs: NOW_MS + 9 })),
      );
      expect(again).toEqual(first);
      expect(box.live(runId)).toMatchObject({ tally: { total: 1 }, acknowledged: 1 });
    });

    it('twice in one batch is one ballot', async () => {
      box.setRules([ruleOf({})]);
      const [first, second] = await submitTo(box, batch(ballotOf({}), ballotOf({})));
      expect(wordOf(first)).toBe('accepted');
      expect(second).toEqual(first);
      expect(await box.recount(runId, null)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 0 } });
    });

    it('beside another one of the same voter in one batch: the first counts', async () => {
      box.setRules([ruleOf({})]);
      expect(await words(ballotOf({ id: 'x' }), ballotOf({ id: 'y', choice: ['b'] }))).toEqual([
        'accepted',
        'duplicate',
      ]);
      expect(await box.recount(runId, null)).toMatchObject({ total: 1, classes: { counted: 1, duplicate: 1 } });
    });

    it('of a voter with three to cast is accepted three times, then over the limit', async () => {
      box.setRules([ruleOf({ maxBallots: 3 })]);
      const four = ['w', 'x', 'y', 'z'].map((id) => ballotOf({ id }));
      expect(await words(...four)).toEqual(['accepted', 'accepted', 'accepted', 'over-limit']);
      expect(await words(ballotOf({ id: 'y' }), ballotOf({ id: 'q' }))).toEqual(['accepted', 'over-limit']);
      expect(box.live(runId)?.tally.total).toBe(3);
    });

    it('with several choices counts once in the total and once for each', async () => {
      box.setRules([ruleOf({ kind: 'multiple', max: 2 })]);
      expect(await words(ballotOf({ choice: ['c', 'a'] }), ballotOf({ voter: 'voter-2' }))).toEqual([
        'accepted',
        'accepted',
      ]);
      const options = [
        { id: 'a', count: 2 },
        { id: 'b', count: 0 },
        { id: 'c', count: 1 },
      ];
      expect(box.live(runId)?.tally).toEqual({ total: 2, options });
      expect(await box.recount(runId, null)).toMatchObject({
        total: 2,
        options,
        live: { total: 2, options },
        chain: 'ok',
      });
    });

    it('that did not count hears the same again, even when the run has changed since', async () => {
      box.setRules([ruleOf({ intake: 'armed' })]);
      const [first] = await submitTo(box, batch(ballotOf({})));
      expect(wordOf(first)).toBe('not-eligible');
      box.setRules([ruleOf({})]);
      expect(await submitTo(box, batch(ballotOf({ receivedAtMs: NOW_MS + 5_000 })))).toEqual([first]);
      expect(await words(ballotOf({ id: 'new' }))).toEqual(['accepted']);
      expect(await box.recount(runId, null)).toMatchObject({ classes: { 'not-eligible': 1, counted: 1 } });
    });

    it('is judged by the rule that was set before it was submitted', async () => {
      box.setRules([ruleOf({})]);
      const inTime = submitTo(box, batch(ballotOf({})));
      box.setRules([ruleOf({ intake: 'closed' })]);
      const afterwards = submitTo(box, batch(ballotOf({ voter: 'voter-2' })));
      expect([(await inTime).map(wordOf), (await afterwards).map(wordOf)]).toEqual([['accepted'], ['late']]);
    });

    it('for a paused run waits, is in no class, and counts once the run goes on', async () => {
      const pausedAtMs = NOW_MS + 1_000;
      box.setRules([ruleOf({ intake: 'paused', closesAtMs: null, pausedAtMs })]);
      expect(await submitTo(box, batch(ballotOf({})))).toEqual([{ error: 'paused', retryAfterMs: expect.any(Number) }]);
      expect(await words(ballotOf({ voter: 'voter-2', receivedAtMs: pausedAtMs - 1 }))).toEqual(['accepted']);
      box.setRules([ruleOf({})]);
      expect(await words(ballotOf({}))).toEqual(['accepted']);
      const { classes } = await box.recount(runId, null);
      expect(Object.values(classes).reduce((a, b) => a + b)).toBe(2);
    });

    it('of the other mode or another round is not eligible; the modes never meet', async () => {
      const rehearsal = ruleOf({ mode: 'rehearsal' });
      box.setRules([ruleOf({}), rehearsal]);
      expect(await words(ballotOf({ round: 2 }), ballotOf({ poll: 'other' }))).toEqual([
        'not-eligible',
        'not-eligible',
      ]);
      expect(await words(ballotOf({}), ballotOf({ mode: 'rehearsal', choice: ['c'] }))).toEqual([
        'accepted',
        'accepted',
      ]);
      expect(box.live(runId)?.tally.options.map((o) => o.count)).toEqual([1, 0, 0]);
      expect(box.live(rehearsal.runId)?.tally.options.map((o) => o.count)).toEqual([0, 0, 1]);
      expect(await box.recount(rehearsal.runId, null)).toMatchObject({ total: 1, chain: 'ok' });
      for (const mode of ['live', 'rehearsal'] as const) expect(await ballotsIn(mode)).toHaveLength(1);
    });

    it('for a run that nobody told of leaves nothing in the ledger', async () => {
      expect(await words(ballotOf({ poll: 'made-up' }))).toEqual(['not-eligible']);
      expect(await at.read('live', (reader) => reader.at((snapshot) => snapshot.runs()))).toEqual([]);
    });
  });

  describe('a batch', () => {
    it('sent again counts nothing twice and is answered as before', async () => {
      box.setRules([ruleOf({})]);
      const sent = batch(ballotOf({}), ballotOf({ id: 'second' }), ballotOf({ voter: 'voter-2', choice: ['nobody'] }));
      sent.classes = { [runId]: { malformed: 2, 'rate-limited': 3 } };
      const first = await submitTo(box, sent);
      const counted = await box.recount(runId, null);
      expect(counted.classes).toMatchObject({ counted: 1, duplicate: 1, malformed: 3, 'rate-limited': 3 });
      expect(await submitTo(box, sent)).toEqual(first);
      expect(await box.recount(runId, null)).toEqual(counted);

      await restart();
      box.setRules([ruleOf({})]);
      expect((await submitTo(box, sent))[0]).toEqual(first[0]);
      expect(await box.recount(runId, null)).toEqual(counted);
    });

    it('sent again with a ballot that would count only now leaves that one for another batch', async () => {
      const ballots = [ballotOf({ receivedAtMs: NOW_MS }), ballotOf({ voter: 'voter-2' })];
      const sent = batch(...ballots);
      box.setRules([ruleOf({ intake: 'paused', closesAtMs: null, pausedAtMs: NOW_MS + 1 })]);
      expect((await submitTo(box, sent)).map(wordOf)).toEqual(['accepted', 'paused']);
      box.setRules([ruleOf({})]);
      expect((await submitTo(box, sent)).map(wordOf)).toEqual(['accepted', 'unavailable']);
      expect(await words(...ballots)).toEqual(['accepted', 'accepted']);
      expect(await box.recount(runId, null)).toMatchObject({ total: 2, chain: 'ok' });
    });

    it('of refusals alone is counted too; those for unknown runs are not', async () => {
      box.setRules([ruleOf({})]);
      const sent = batch();
      sent.classes = { [runId]: { malformed: 1 }, 'made-up:live:1': { malformed: 9 }, nonsense: { malformed: 9 } };
      expect(await submitTo(box, sent)).toEqual([]);
      expect(await box.recount(runId, null)).toMatchObject({ total: 0, classes: { malformed: 1 }, chain: 'ok' });
    });
  });

  describe('what a dead edge had not told', () => {
    it('stands as unknown, once, also over a restart', async () => {
      box.setRules([ruleOf({})]);
      box.noteUnknown('edge-1', 'epoch-1', { [runId]: { malformed: 2, 'rate-limited': 1 } });
      box.noteUnknown('edge-1', 'epoch-1', { [runId]: { malformed: 2, 'rate-limited': 1 } });
      expect(await box.recount(runId, null)).toMatchObject({ classes: { unknown: 3, malformed: 0 }, chain: 'ok' });
      await restart();
      expect(await box.recount(runId, null)).toMatchObject({ classes: { unknown: 3 } });
    });
  });

  describe('a seal', () => {
    it('holds what was submitted before it, and nothing after', async () => {
      box.setRules([ruleOf({})]);
      const before = submitTo(box, batch(ballotOf({})));
      const sealing = box.seal(runId);
      const after = submitTo(box, batch(ballotOf({ voter: 'voter-2' })));
      expect((await before).map(wordOf)).toEqual(['accepted']);
      const sealed = await sealing;
      expect(sealed.tally.total).toBe(1);
      expect((await after).map(wordOf)).toEqual(['late']);
      expect(await box.recount(runId, null)).toMatchObject({
        total: 1,
        head: sealed.head,
        classes: { counted: 1, late: 1 },
        live: sealed.tally,
        chain: 'ok',
      });
    });

    it('repeated is the same, also after a restart, and repeats of its ballots keep their receipts', async () => {
      box.setRules([ruleOf({})]);
      const [receipt] = await submitTo(box, batch(ballotOf({})));
      const sealed = await box.seal(runId);
      await submitTo(box, batch(ballotOf({ voter: 'late-comer' })));
      expect(await box.seal(runId)).toEqual(sealed);
      await restart();
      expect(await words(ballotOf({ voter: 'voter-3' }))).toEqual(['late']);
      expect(await box.seal(runId)).toEqual(sealed);
      expect(await submitTo(box, batchesOf('edge-2', 'x')(ballotOf({})))).toEqual([receipt]);
      expect(box.live(runId)?.tally).toEqual(sealed.tally);
      expect(await box.recount(runId, null)).toMatchObject({
        head: sealed.head,
        total: 1,
        classes: { late: 2 },
        chain: 'ok',
      });
    });

    it('of a run without ballots is its genesis', async () => {
      box.setRules([ruleOf({ intake: 'closing' })]);
      const sealed = await box.seal(runId);
      expect(sealed.head).toBe(genesisOf(runId));
      expect(sealed.tally).toEqual({ total: 0, options: ['a', 'b', 'c'].map((id) => ({ id, count: 0 })) });
      expect(await box.recount(runId, null)).toMatchObject({ head: sealed.head, chain: 'ok' });
    });
  });

  describe('a restart', () => {
    it('keeps receipts and counts', async () => {
      box.setRules([ruleOf({})]);
      const ballots = Array.from({ length: 50 }, (_, i) =>
        ballotOf({ voter: `voter-${i}`, choice: [i % 2 ? 'a' : 'c'] }),
      );
      const answers = await submitTo(box, batch(...ballots));
      await restart();
      box.setRules([ruleOf({})]);
      expect(box.live(runId)).toMatchObject({ tally: { total: 50 }, acknowledged: 50 });
      expect(await submitTo(box, batchesOf('edge-1', 'epoch-2')(...ballots))).toEqual(answers);
      expect(await words(ballotOf({ voter: 'voter-7', id: 'another' }))).toEqual(['duplicate']);
      expect(box.live(runId)?.tally.options.map((o) => o.count)).toEqual([25, 0, 25]);
      expect(await box.recount(runId, null)).toMatchObject({ total: 50, live: { total: 50 }, chain: 'ok' });
    });

    it('leaves ballots unanswered for good only when the core has told of their run', async () => {
      box.setRules([ruleOf({})]);
      await submitTo(box, batch(ballotOf({})));
      await restart();
      const other = ballotOf({ voter: 'voter-2' });
      expect(await words(ballotOf({}), other)).toEqual(['accepted', 'unavailable']);
      box.setRules([ruleOf({})]);
      expect(await words(other)).toEqual(['accepted']);
    });
  });

  describe('destroying the salt', () => {
    it('leaves the counts to be recounted, and nobody who could be answered as before', async () => {
      box.setRules([ruleOf({})]);
      expect(await words(ballotOf({}), ballotOf({ id: 'second' }))).toEqual(['accepted', 'duplicate']);
      const sealed = await box.seal(runId);
      await box.destroySalt(runId);
      await box.destroySalt(runId);
      expect(await box.recount(runId, null)).toMatchObject({ ...sealed.tally, head: sealed.head, chain: 'ok' });
      const asked = await words(ballotOf({}), ballotOf({ id: 'second' }), ballotOf({ id: 'new' }));
      expect(asked).toEqual(['late', 'late', 'late']);
      await restart();
      box.setRules([ruleOf({ intake: 'archived' })]);
      expect(await words(ballotOf({ id: 'newer' }))).toEqual(['late']);
      expect(await box.recount(runId, null)).toMatchObject({ total: 1, chain: 'ok' });
    });
  });

  describe('what is read of it', () => {
    it('is what stood there at one moment, whatever is counted meanwhile', async () => {
      box.setRules([ruleOf({})]);
      await words(ballotOf({}));
      await at.read('live', (reader) =>
        reader.at(async (snapshot) => {
          const [run] = await snapshot.runs();
          expect(await words(ballotOf({ voter: 'voter-2' }))).toEqual(['accepted']);
          await box.seal(runId);
          expect(await snapshot.runs()).toEqual([run]);
          expect(run).toMatchObject({ runId, lastBatch: 1, sealedHead: null });
          expect(await allOf(snapshot.ballots(run?.id ?? 0))).toHaveLength(1);
        }),
      );
      expect(await ballotsIn('live')).toHaveLength(2);
    });

    it('comes in order and whole, however many there are', async () => {
      box.setRules([ruleOf({})]);
      const other = ruleOf({ pollId: 'other' as PollId });
      box.setRules([other]);
      const voters = Array.from({ length: 1_050 }, (_, i) => `voter-${i}`);
      const rows = voters.flatMap((voter) => [ballotOf({ voter }), ballotOf({ voter, poll: 'other' })]);
      for (let i = 0; i < rows.length; i += 500) await submitTo(box, batch(...rows.slice(i, i + 500)));
      const ballots = await ballotsIn('live');
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
      box.setRules([ruleOf({})]);
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
      expect(box.live(runId)).toBeNull();
      expect(await box.recount(runId, null)).toMatchObject({
        total: 0,
        options: [],
        head: genesisOf(runId),
        chain: 'ok',
      });
    });

    it('shows a run from its rule on', () => {
      box.setRules([ruleOf({})]);
      expect(box.live(runId)?.tally.options).toHaveLength(3);
    });

    it('tells what waits in its queue, and how long', async () => {
      box.setRules([ruleOf({})]);
      expect(box.vitals()).toEqual({ queueDepth: 0, queueHeadAgeMs: 0, commits: null, writable: true, error: null });
      const answered = submitTo(box, batch(ballotOf({}), ballotOf({ voter: 'voter-2' })));
      expect(box.vitals().queueDepth).toBe(2);
      await answered;
      expect(box.vitals()).toMatchObject({ queueDepth: 0, queueHeadAgeMs: 0 });
    });

    it('answers everything before it closes, and nothing after', async () => {
      box.setRules([ruleOf({})]);
      const last = submitTo(box, batch(ballotOf({})));
      await box.close();
      expect((await last).map(wordOf)).toEqual(['accepted']);
      await expect(submitTo(box, batch(ballotOf({})))).rejects.toMatchObject({ code: 'closed' });
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

/** What a group holds is submitted without waiting in between. */
async function play(acts: readonly Act[], at: BoxPlace): Promise<void> {
  let box = await at.open();
  const model = new Model();
  let batchNo = 0;
  let last: SubmittedBatch | null = null;
  const learn = (rule: RunRule): void => {
    box.setRules([rule]);
    model.rules.set(rule.runId, rule);
  };
  for (const name of Object.keys(POLLS)) learn(ruleFor(name, 'open'));
  for (const act of acts) {
    if (act.t === 'restart') {
      await box.close();
      box = await at.open();
      model.remembered = new Map();
      for (const rule of model.rules.values()) learn(rule);
      continue;
    }
    const told: Promise<{ answers: BallotAnswer[]; words: string[] }>[] = [];
    const seals: Promise<unknown>[] = [];
    for (const step of act.steps) {
      if (step.t === 'rule') {
        learn(ruleFor(step.poll, step.intake));
      } else if (step.t === 'seal') {
        const { runId } = ruleFor(step.poll, 'open');
        seals.push(box.seal(runId));
        model.sealed.add(runId);
      } else {
        const batch: SubmittedBatch | null =
          step.t === 'resend'
            ? last
            : { edgeId: 'e', edgeEpoch: 'x', batchNo: ++batchNo, ballots: step.ballots, classes: {} };
        if (batch === null) continue;
        last = batch;
        const again = new Set(model.links);
        const words = batch.ballots.map((row) => model.word(row, { epoch: 'x', no: batch.batchNo, again }));
        told.push(submitTo(box, batch).then((answers) => ({ answers, words })));
      }
    }
    for (const { answers, words } of await Promise.all(told)) expect(answers.map(wordOf)).toEqual(words);
    await Promise.all(seals);
  }
  for (const name of Object.keys(POLLS)) {
    const { runId } = ruleFor(name, 'open');
    const total = model.totals.get(runId) ?? 0;
    expect(box.live(runId)?.tally.total).toBe(total);
    const { classes, ...recount } = await box.recount(runId, null);
    expect(recount).toMatchObject({ chain: 'ok', total, live: { total, options: recount.options } });
    const { counted, ...others } = classes;
    expect(counted).toBe(total);
    expect(Object.values(others).reduce((a, b) => a + b)).toBe(model.attempts.get(runId) ?? 0);
  }
  await box.close();
}
