/** The life of a run: what each transition does, and the moments at which it is too early, too late or too soon. */
import { describe, expect, it } from 'vitest';
import type { RunId } from '../protocol/ids.ts';
import type { SystemStep } from './decide.ts';
import type { CommandIntent } from './guards.ts';
import { COUNTS, showAt } from './testing/intakes.test-part.ts';
import { CTA, EDITORIAL, FUN, optionIds, PREDICTION, QUIZ } from './testing/sample-cues.test-part.ts';
import { OPERATOR, OWNER, PRODUCER, SECOND_PRODUCER, ShowDriver, START_MS } from './testing/show-driver.test-part.ts';

const target = FUN.id;
const reason = 'the band is not ready';
const go = (cueId = target): CommandIntent => ({ type: 'cue.go', target: cueId });
const close = (confirmed: boolean): CommandIntent => ({ type: 'poll.close', target, payload: { confirmed } });
const extend = (byMs: number): CommandIntent => ({ type: 'poll.extend', target, payload: { byMs } });
const recall: CommandIntent = { type: 'poll.recall', target };
const pause: CommandIntent = { type: 'poll.pause', target, payload: { reason } };
const resume: CommandIntent = { type: 'poll.resume', target };

describe('ARM', () => {
  it('freezes the text, remembers who and when, and disarms itself after five minutes', () => {
    const show = showAt(FUN, 'armed');
    const { runId } = show.run(target);
    expect(show.run(target)).toMatchObject({ armedBy: 'Pia', armedAtMs: START_MS });
    expect(show.view(['owner']).cues[0]?.disarmsAtMs).toBe(START_MS + 300_000);
    show.pass(299_999);
    expect(show.step({ type: 'system.disarm', runId })?.code).toBe('wrong-intake');
    show.pass(1);
    expect(show.step({ type: 'system.disarm', runId })).toBeNull();
    expect(show.run(target)).toMatchObject({ intake: 'ready', armedAtMs: null, armedBy: null });
  });

  it('is not undone by the five minutes of an earlier ARM', () => {
    const show = showAt(FUN, 'armed');
    show.do({ type: 'cue.disarm', target }, PRODUCER);
    show.pass(299_000);
    show.arm(target);
    show.pass(1_000);
    expect(show.step({ type: 'system.disarm', runId: show.run(target).runId })?.code).toBe('wrong-intake');
    expect(show.run(target).intake).toBe('armed');
  });

  it('waits for the pre-flight, of which forecast and ledger can be overridden with a reason', () => {
    const show = showAt(FUN, 'ready');
    const good = { ok: true, text: 'fine' };
    const well = { storage: good, clock: good, edges: good, forecast: good, ledger: good, atMs: START_MS };
    const arm = (override: boolean): CommandIntent => ({
      type: 'cue.arm',
      target,
      payload: override ? { override: 'we know' } : {},
    });
    for (const check of ['storage', 'clock', 'edges', 'forecast', 'ledger'] as const) {
      const preflight = { ...well, [check]: { ok: false, text: `${check} is off` } };
      expect(show.may(arm(false), PRODUCER, { preflight })).toMatchObject({
        code: `preflight-${check}`,
        message: `${check} is off`,
      });
      const overridden = show.may(arm(true), PRODUCER, { preflight })?.code ?? null;
      expect(overridden).toBe(check === 'forecast' || check === 'ledger' ? null : `preflight-${check}`);
    }
    expect(show.may(arm(false), PRODUCER, { preflight: well })).toBeNull();
  });

  it('passes over a skipped cue', () => {
    const show = showAt(FUN, 'ready');
    show.do({ type: 'cue.skip', target }, PRODUCER);
    expect(show.may({ type: 'cue.arm', target }, PRODUCER)?.code).toBe('wrong-intake');
    show.do({ type: 'cue.skip', target }, PRODUCER);
    expect(show.may({ type: 'cue.arm', target }, PRODUCER)).toBeNull();
  });
});

describe('GO', () => {
  it('stamps when the run opened and when it closes', () => {
    const show = showAt(FUN, 'open');
    expect(show.run(target)).toMatchObject({ openedAtMs: START_MS, closesAtMs: START_MS + 60_000, windowMs: 60_000 });
    expect(show.state.lastGoAtMs).toBe(START_MS);
  });

  it('is too soon for 999 ms after a person’s last GO and fires at 1,000 ms', () => {
    const show = new ShowDriver([FUN, CTA], 'live');
    show.arm(target);
    show.arm(CTA.id);
    show.do(go(), PRODUCER);
    show.pass(999);
    expect(show.may(go(CTA.id), SECOND_PRODUCER)).toMatchObject({
      code: 'too-soon',
      nextAllowedAtMs: START_MS + 1_000,
    });
    expect(show.may(go(CTA.id), OWNER, { scheduled: true })).toBeNull();
    show.pass(1);
    expect(show.may(go(CTA.id), SECOND_PRODUCER)).toBeNull();
  });

  it('of a person waits a second after the schedule’s, which itself waits for nobody', () => {
    const show = new ShowDriver([FUN, CTA], 'live');
    show.arm(target);
    show.arm(CTA.id);
    show.do(go(), OWNER, { scheduled: true });
    expect(show.may(go(CTA.id), PRODUCER)).toMatchObject({ code: 'too-soon' });
    expect(show.may(go(CTA.id), OWNER, { scheduled: true })).toBeNull();
    show.pass(1_000);
    expect(show.may(go(CTA.id), PRODUCER)).toBeNull();
  });

  it('waits until its lane is free, which closing makes it, and other lanes don’t matter', () => {
    const show = new ShowDriver([FUN, QUIZ, CTA], 'live');
    show.air(target);
    show.arm(QUIZ.id);
    show.arm(CTA.id);
    show.pass(1_000);
    expect(show.may(go(QUIZ.id), PRODUCER)).toMatchObject({
      code: 'lane-busy',
      nextAllowedAtMs: show.run(target).closesAtMs,
      conflict: { actor: 'Pia' },
    });
    expect(show.may(go(CTA.id), PRODUCER)).toBeNull();
    show.do(pause, PRODUCER);
    expect(show.may(go(QUIZ.id), PRODUCER)?.code).toBe('lane-busy');
    show.do(close(true), PRODUCER);
    expect(show.run(target).intake).toBe('closing');
    expect(show.may(go(QUIZ.id), PRODUCER)).toBeNull();
  });
});

describe('RECALL', () => {
  it('works up to exactly 5,000 ms after GO', () => {
    const show = showAt(FUN, 'open');
    show.pass(5_000);
    expect(show.may(recall, PRODUCER)).toBeNull();
    show.pass(1);
    expect(show.may(recall, PRODUCER)?.code).toBe('recall-expired');
  });

  it('revokes the round, keeps it, and leaves the cue ready for the next one', () => {
    const show = showAt(FUN, 'open');
    show.do(recall, PRODUCER);
    expect(show.past(target, 1)).toMatchObject({ intake: 'revoked', openedAtMs: START_MS });
    expect(show.run(target)).toMatchObject({ intake: 'ready', round: 2, openedAtMs: null });
    show.air(target);
    expect(show.run(target)).toMatchObject({ intake: 'open', round: 2 });
  });

  it('burns no quiz whose answer was set or corrected by hand', () => {
    const show = new ShowDriver([QUIZ], 'live');
    show.arm(QUIZ.id);
    show.do({ type: 'poll.answer', target: QUIZ.id, payload: { answer: optionIds('y1') } }, PRODUCER);
    show.do(go(QUIZ.id), PRODUCER);
    show.do({ type: 'poll.recall', target: QUIZ.id }, PRODUCER);
    expect(show.run(QUIZ.id)).toMatchObject({ intake: 'ready', answer: { state: 'set', options: ['y1'] } });
  });
});

describe('the answer of a prediction', () => {
  it('is settled for the round that was aired, and open again in the next', () => {
    const show = showAt(PREDICTION, 'verified');
    const settle: CommandIntent = { type: 'poll.answer', target: PREDICTION.id, payload: { answer: optionIds('b') } };
    show.do(settle, PRODUCER);
    expect(show.run(PREDICTION.id).answer).toEqual({ state: 'set', options: ['b'] });
    show.do({ type: 'cue.rerun', target: PREDICTION.id }, PRODUCER);
    expect(show.past(PREDICTION.id, 1).answer).toEqual({ state: 'set', options: ['b'] });
    expect(show.run(PREDICTION.id)).toMatchObject({ intake: 'ready', answer: { state: 'unset', options: [] } });
  });
});

describe('HOLD', () => {
  it('keeps what is left of the window to the millisecond, however long it lasts', () => {
    const show = showAt(FUN, 'open');
    show.pass(12_345);
    show.do(pause, OPERATOR);
    expect(show.run(target)).toMatchObject({ intake: 'paused', remainingMs: 47_655, closesAtMs: null, reason });
    show.pass(3_600_000);
    show.do(resume, OPERATOR);
    expect(show.run(target)).toMatchObject({ intake: 'open', remainingMs: null, closesAtMs: show.nowMs + 47_655 });
  });

  it('is not ended by the clock, and takes an extension', () => {
    const show = showAt(FUN, 'paused');
    const { runId } = show.run(target);
    show.pass(3_600_000);
    expect(show.step({ type: 'system.close', runId })?.code).toBe('wrong-intake');
    show.do(extend(15_000), PRODUCER);
    expect(show.run(target)).toMatchObject({ remainingMs: 75_000, windowMs: 75_000 });
  });
});

describe('the window', () => {
  it('grows as asked and shrinks to ten seconds left, not less', () => {
    const show = showAt(FUN, 'open');
    show.pass(20_000);
    expect(show.may(extend(-30_001), PRODUCER)?.code).toBe('too-short');
    show.do(extend(-30_000), PRODUCER);
    expect(show.run(target)).toMatchObject({ closesAtMs: show.nowMs + 10_000, windowMs: 30_000 });
    show.do(extend(45_000), PRODUCER);
    expect(show.run(target)).toMatchObject({ closesAtMs: show.nowMs + 55_000, windowMs: 75_000 });
  });

  it('wants a hold to be closed while more than a fifth of it is left', () => {
    const show = showAt(FUN, 'open');
    show.pass(47_999);
    expect(show.may(close(false), PRODUCER)?.code).toBe('needs-confirmation');
    expect(show.may(close(true), PRODUCER)).toBeNull();
    show.pass(1);
    expect(show.may(close(false), PRODUCER)).toBeNull();
  });

  it('measures the fifth against the extended window', () => {
    const show = showAt(FUN, 'open');
    show.do(extend(40_000), PRODUCER);
    show.pass(79_999);
    expect(show.may(close(false), PRODUCER)?.code).toBe('needs-confirmation');
    show.pass(1);
    expect(show.may(close(false), PRODUCER)).toBeNull();
  });

  it('ends at the moment of an early close, and never later than it was to', () => {
    const show = showAt(FUN, 'open');
    show.pass(50_000);
    show.do(close(false), PRODUCER);
    expect(show.run(target)).toMatchObject({ intake: 'closing', closesAtMs: START_MS + 50_000 });
    const late = showAt(FUN, 'open');
    late.pass(60_040);
    late.do(close(false), PRODUCER);
    expect(late.run(target).closesAtMs).toBe(START_MS + 60_000);
  });

  it('is closed by the core when its time is over, not before, and not when it was extended', () => {
    const show = showAt(FUN, 'open');
    const step = { type: 'system.close', runId: show.run(target).runId } as const;
    show.pass(59_999);
    expect(show.step(step)?.code).toBe('wrong-intake');
    show.do(extend(1_000), PRODUCER);
    show.pass(1);
    expect(show.step(step)?.code).toBe('wrong-intake');
    show.pass(1_000);
    expect(show.step(step)).toBeNull();
    expect(show.run(target)).toMatchObject({ intake: 'closing', closesAtMs: START_MS + 61_000 });
  });
});

describe('the seal', () => {
  it('makes a closing run closed with its head and tally, once', () => {
    const show = showAt(FUN, 'closing');
    const { runId } = show.run(target);
    show.seal(target, COUNTS);
    const sealed = show.run(target);
    expect(sealed).toMatchObject({ intake: 'closed', head: 'ab12', tally: { total: 10 } });
    const again: SystemStep = { type: 'system.seal', runId, head: 'other', tally: { total: 0, options: [] } };
    expect(show.step(again)?.code).toBe('wrong-intake');
    expect(show.run(target)).toBe(sealed);
  });

  const sealing = (runId: string): SystemStep => {
    return { type: 'system.seal', runId: runId as RunId, head: 'x', tally: { total: 3, options: [] } };
  };

  it.each(['revoked', 'void', 'archived'] as const)('of a %s run keeps its votes, and leaves it what it is', (end) => {
    const show = showAt(FUN, 'closing');
    const { runId } = show.run(target);
    show.do({ type: 'poll.revoke', target, payload: { reason } }, PRODUCER);
    show.state = { ...show.state, runs: { [runId]: { ...show.run(target), intake: end } } };
    const cue = show.state.cues[0];
    expect(show.step(sealing(runId))).toBeNull();
    expect(show.run(target)).toMatchObject({ intake: end, head: 'x', tally: { total: 3 } });
    // Nobody did anything to the cue: what a desk has in hand of it is not stale.
    expect(show.state.cues[0]).toBe(cue);
    expect(show.step(sealing(runId))?.code).toBe('wrong-intake');
  });

  it('does not touch a run that never opened, nor one that is not there', () => {
    const show = showAt(FUN, 'armed');
    expect(show.step(sealing(show.run(target).runId))?.code).toBe('wrong-intake');
    expect(show.step(sealing('x:live:1'))?.code).toBe('unknown-run');
  });
});

describe('a rerun', () => {
  it.each(['closed', 'verified', 'revoked', 'void', 'archived'] as const)(
    'of a %s run keeps it and starts ready',
    (at) => {
      const show = showAt(EDITORIAL, at);
      const before = show.run(EDITORIAL.id);
      show.do({ type: 'cue.rerun', target: EDITORIAL.id }, PRODUCER);
      expect(show.past(EDITORIAL.id, 1)).toBe(before);
      expect(show.run(EDITORIAL.id)).toMatchObject({ round: 2, intake: 'ready', tally: null, seenOn: [] });
    },
  );
});
