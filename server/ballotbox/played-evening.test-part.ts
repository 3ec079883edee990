import { expect } from 'vitest';
import type { BallotAnswer, RunRule } from '../../shared/protocol/backplane.ts';
import type { SubmittedBatch } from './ballot-box.ts';
import type { BoxPlace } from './box-stand.test-part.ts';
import { submitTo, wordOf } from './builders.test-part.ts';
import { type Act, Model, POLLS, ruleFor } from './ledger-model.test-part.ts';

/**
 * Plays these acts on a box and on the model, and expects one answer of both. What a group holds is submitted without waiting in
 * between.
 */
export async function play(acts: readonly Act[], at: BoxPlace): Promise<void> {
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
