import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BallotAnswer, BallotRow, RunRule } from '../../shared/protocol/backplane.ts';
import type { Intake } from '../../shared/protocol/desk-state.ts';
import type { SubmittedBatch } from './ballot-box.ts';
import { ballotOf, NOW_MS, ruleOf, wordOf } from './builders.test-part.ts';
import type { GroupItem } from './ledger-group.ts';
import type { LedgerReader } from './ledger-reader.ts';
import type { LedgerStore } from './ledger-store.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { Moment } from './messages.ts';
import { recountRun } from './recount.ts';

/** What people and cores do, as plain data. A group is what one commit takes together. */
type Step =
  | { t: 'rule'; poll: string; intake: Intake }
  | { t: 'ballots'; ballots: BallotRow[] }
  | { t: 'resend' }
  | { t: 'seal'; poll: string };
type Act = { t: 'group'; steps: Step[]; diskFails: boolean } | { t: 'restart' };

const CLOSES_MS = NOW_MS + 60_000;
const POLLS: Record<string, { maxBallots: number }> = { one: { maxBallots: 1 }, three: { maxBallots: 3 } };

function ruleFor(poll: string, intake: Intake): RunRule {
  const paused = intake === 'paused';
  return ruleOf({
    ...POLLS[poll],
    pollId: ballotOf({ poll })[3],
    intake,
    closesAtMs: paused ? null : CLOSES_MS,
    pausedAtMs: paused ? NOW_MS + 1_000 : null,
  });
}

/** The box in a few lines: what it must say, without a ledger, a group or a hash. */
class Model {
  readonly rules = new Map<string, RunRule>();
  readonly sealed = new Set<string>();
  readonly accepted = new Map<string, string[]>();
  readonly totals = new Map<string, number>();
  readonly attempts = new Map<string, number>();
  remembered = new Map<string, string>();
  readonly links = new Set<string>();

  copy(): Model {
    return structuredCloneInto(new Model(), this);
  }

  word([voter, mode, id, poll, round, choice, , atMs]: BallotRow, { epoch, no, again }: Named): string {
    const run = `${poll}:${mode}:${round}`;
    const key = `${run} ${voter}`;
    const used = this.accepted.get(key) ?? [];
    const told = this.remembered.get(`${key} ${id}`);
    if (told !== undefined) return told;
    if (used.includes(id)) return 'accepted';
    const rule = this.rules.get(run);
    const link = `${epoch} ${no} ${run}`;
    const refuse = (word: string): string => {
      if (word !== 'malformed') this.remembered.set(`${key} ${id}`, word);
      if (rule !== undefined && !again.has(link)) this.attempts.set(run, (this.attempts.get(run) ?? 0) + 1);
      if (rule !== undefined) this.links.add(link);
      return word;
    };
    if (rule === undefined || ['draft', 'ready', 'armed'].includes(rule.intake)) return refuse('not-eligible');
    if (choice.length !== 1 || !['a', 'b', 'c'].includes(choice[0] ?? '')) return refuse('malformed');
    const over = this.sealed.has(run) || !['open', 'paused', 'closing'].includes(rule.intake);
    if (over || (rule.intake !== 'paused' && atMs > CLOSES_MS + 2_000)) return refuse('late');
    if (rule.intake === 'paused' && atMs >= NOW_MS + 1_000) return 'paused';
    if (used.length >= rule.maxBallots) return refuse(rule.maxBallots === 1 ? 'duplicate' : 'over-limit');
    if (again.has(link)) return 'unavailable';
    this.links.add(link);
    this.accepted.set(key, [...used, id]);
    this.totals.set(run, (this.totals.get(run) ?? 0) + 1);
    return 'accepted';
  }
}
/** A batch by name; `again`: the links that were there before it came. */
interface Named {
  epoch: string;
  no: number;
  again: ReadonlySet<string>;
}
function structuredCloneInto(target: Model, source: Model): Model {
  return Object.assign(target, structuredClone({ ...source }));
}

const poll = fc.constantFrom('one', 'three');
const intake = fc.constantFrom<Intake>('armed', 'open', 'open', 'open', 'paused', 'closing', 'closed', 'void');
const ballot = fc
  .record({
    poll: fc.constantFrom('one', 'one', 'three', 'three', 'nowhere'),
    voter: fc.constantFrom('ann', 'bob', 'cyd'),
    id: fc.constantFrom('b1', 'b2', 'b3', 'b4', 'b5'),
    choice: fc.constantFrom(['a'], ['b'], ['c'], ['z'], []),
    receivedAtMs: fc.constantFrom(NOW_MS + 999, NOW_MS + 1_000, CLOSES_MS + 2_000, CLOSES_MS + 2_001),
  })
  .map((parts) => ballotOf({ ...parts, choice: [...parts.choice] }));
const step = fc.oneof<[fc.Arbitrary<Step>, ...{ arbitrary: fc.Arbitrary<Step>; weight: number }[]]>(
  fc.record({ t: fc.constant('rule' as const), poll, intake }),
  {
    weight: 5,
    arbitrary: fc.record({
      t: fc.constant('ballots' as const),
      ballots: fc.array(ballot, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ t: 'resend' }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('seal' as const), poll }) },
);
const act = fc.oneof<
  [{ arbitrary: fc.Arbitrary<Act>; weight: number }, { arbitrary: fc.Arbitrary<Act>; weight: number }]
>(
  {
    weight: 12,
    arbitrary: fc.record({
      t: fc.constant('group' as const),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
      diskFails: fc.nat(19).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Act>({ t: 'restart' }) },
);

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
