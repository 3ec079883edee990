import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BallotAnswer } from '../../shared/protocol/backplane.ts';
import type { SubmittedBatch } from './ballot-box.ts';
import { NOW_MS, wordOf } from './builders.test-part.ts';
import type { GroupItem } from './ledger-group.ts';
import { type Act, act, Model, POLLS, ruleFor } from './ledger-model.test-part.ts';
import type { LedgerReader } from './ledger-reader.ts';
import type { LedgerStore } from './ledger-store.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { Moment } from './messages.ts';
import { recountRun } from './recount.ts';

/** A store to be opened, closed and opened again, and what is read of it by others. */
export interface StorePlace {
  open: () => LedgerStore;
  /** From now on, or no more, the store can't write. */
  setFull: (isFull: boolean) => void;
  read: <T>(work: (reader: LedgerReader) => Promise<T>) => Promise<T>;
  remove: () => void;
}

/** What holds of every store that ballots are judged before. */
export function decidesAsTheModel(
  name: string,
  { place, numRuns }: { place: () => StorePlace; numRuns: number },
): void {
  it(`the writer decides as the model does on ${name}, whatever comes in whatever groups, and the recount agrees`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 25 }), async (acts) => {
        const at = place();
        try {
          await play(acts, at);
        } finally {
          at.remove();
        }
      }),
      { numRuns },
    );
  }, 120_000);
}

async function play(acts: readonly Act[], at: StorePlace): Promise<void> {
  let writer = new LedgerWriter('live', at.open());
  let model = new Model();
  const receipts = new Map<string, BallotAnswer>();
  let batchNo = 0;
  let last: SubmittedBatch | null = null;
  try {
    for (const name of Object.keys(POLLS)) {
      const rule = ruleFor(name, 'open');
      writer.apply([{ t: 'rules', rules: [rule], atMs: NOW_MS }], { touch: false });
      model.rules.set(rule.runId, rule);
    }
    for (const act of acts) {
      if (act.t === 'restart') {
        writer.close();
        writer = new LedgerWriter('live', at.open());
        model.remembered = new Map();
        writer.apply([{ t: 'rules', rules: [...model.rules.values()], atMs: NOW_MS }], { touch: false });
        continue;
      }
      const items: GroupItem[] = [];
      const expected: { item: Extract<GroupItem, { t: 'submit' }>; words: string[] }[] = [];
      const after = model.copy();
      for (const step of act.steps) {
        if (step.t === 'rule') {
          const rule = ruleFor(step.poll, step.intake);
          items.push({ t: 'rules', rules: [rule], atMs: NOW_MS });
          after.rules.set(rule.runId, rule);
        } else if (step.t === 'seal') {
          const { runId } = ruleFor(step.poll, 'open');
          items.push({ t: 'seal', ref: 0, runId, atMs: NOW_MS });
          after.sealed.add(runId);
        } else {
          const batch: SubmittedBatch | null =
            step.t === 'resend'
              ? last
              : { edgeId: 'e', edgeEpoch: 'x', batchNo: ++batchNo, ballots: step.ballots, classes: {} };
          if (batch === null) continue;
          last = batch;
          const item = { t: 'submit' as const, ref: 0, batch, atMs: NOW_MS, answers: [] };
          items.push(item);
          const again = new Set(after.links);
          const words = batch.ballots.map((row) => after.word(row, { epoch: 'x', no: batch.batchNo, again }));
          expected.push({ item, words });
        }
      }
      if (act.diskFails) at.setFull(true);
      const outcome = writer.apply(items, { touch: false });
      if (act.diskFails) at.setFull(false);
      // A group that has nothing to write doesn't notice.
      if (act.diskFails && writer.error !== null) {
        for (const { item, words } of expected) {
          expect(item.answers.map(wordOf)).toEqual(words.map(() => 'unavailable'));
        }
        expect(outcome.replies.every((reply) => reply.t === 'unavailable')).toBe(true);
        model.rules.clear();
        for (const [runId, rule] of after.rules) model.rules.set(runId, rule);
        // What it says of its disk stands until it has written again, and must not be taken for the next group's.
        writer.probe();
        expect(writer.error).toBeNull();
      } else {
        for (const { item, words } of expected) {
          expect(item.answers.map(wordOf)).toEqual(words);
          expectSameReceipts(item, receipts);
        }
        model = after;
      }
      for (const { tally, runId } of outcome.live) expect(tally.total).toBe(model.totals.get(runId) ?? 0);
    }
    await expectRecount(writer, { model, at });
  } finally {
    writer.close();
  }
}

/** An accepted ballot has one receipt for good. */
function expectSameReceipts(item: Extract<GroupItem, { t: 'submit' }>, receipts: Map<string, BallotAnswer>): void {
  item.batch.ballots.forEach(([voter, , id, pollId], i) => {
    const answer = item.answers[i];
    if (answer === undefined || wordOf(answer) !== 'accepted') return;
    const key = `${pollId} ${voter} ${id}`;
    expect(answer).toEqual(receipts.get(key) ?? answer);
    receipts.set(key, answer);
  });
}

async function expectRecount(writer: LedgerWriter, { model, at }: { model: Model; at: StorePlace }): Promise<void> {
  for (const { runId } of [ruleFor('one', 'open'), ruleFor('three', 'open')]) {
    const { replies } = writer.apply([{ t: 'moment', ref: 1, runId }], { touch: false });
    const moment = replies.flatMap((reply): Moment[] => (reply.t === 'moment' ? [reply.moment] : []))[0];
    if (moment === undefined) throw new Error('no moment came');
    const result = await at.read((reader) => recountRun(reader, { moment, known: null }));
    const { counted, ...others } = result.classes;
    expect(result).toMatchObject({
      chain: 'ok',
      total: model.totals.get(runId) ?? 0,
      live: { options: result.options },
    });
    expect(counted).toBe(result.total);
    expect(Object.values(others).reduce((a, b) => a + b)).toBe(model.attempts.get(runId) ?? 0);
  }
}
