/** What the audience of a mode may know, and what never reaches it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hints, PublicState } from '../protocol/audience.ts';
import type { Tally } from '../protocol/desk-state.ts';
import { Mode, type PollId } from '../protocol/ids.ts';
import { Cue, type Visibility } from '../protocol/show-file.ts';
import type { CommandIntent } from './guards.ts';
import { publicState, runRule } from './public-state.ts';
import { AUDIENCE } from './public-surface.ts';
import { COUNTS, showAt } from './testing/intakes.test-part.ts';
import { CUES, moves, play } from './testing/moves.test-part.ts';
import { CTA, EDITORIAL, FUN, QUIZ, REGULATED } from './testing/sample-cues.test-part.ts';
import { PRODUCER, SECOND_PRODUCER, ShowDriver, START_MS, tallyOf } from './testing/show-driver.test-part.ts';

const HINTS: Hints = { level: 0, cadenceMs: 1_000, jitterMs: 2_000, retryAfterMs: 1_000, transport: 'ws' };

/** As it reaches a viewer: through JSON and the schema. */
function publicOf(show: ShowDriver, mode: Mode, live: Tally | null): PublicState {
  const view = {
    surface: AUDIENCE,
    mode,
    epoch: 3,
    rev: show.state.revision,
    nowMs: show.nowMs,
    hints: HINTS,
    liveTally: () => live,
  };
  const state = publicState(show.state, view);
  expect(PublicState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  return state;
}
const reveal = (target: PollId, visibility: Visibility): CommandIntent => ({
  type: 'poll.reveal',
  target,
  payload: { surface: 'audience', visibility },
});

describe('the poll on air', () => {
  it.each(['draft', 'ready', 'armed', 'revoked', 'void'] as const)('is absent while it is %s', (intake) => {
    const cue = intake === 'draft' ? { ...FUN, options: [] } : FUN;
    expect(publicOf(showAt(cue, intake), 'live', null)).toEqual({
      v: 1,
      epoch: 3,
      show: 'show',
      rev: expect.any(Number),
      mode: 'live',
      title: 'A show',
      hints: HINTS,
    });
  });

  it.each([
    ['open', 'open'],
    ['paused', 'paused'],
    ['closing', 'closing'],
    ['closed', 'closed'],
    ['verified', 'closed'],
    ['archived', 'closed'],
  ] as const)('that is %s says %s', (intake, said) => {
    const show = showAt(FUN, intake);
    const { closesAtMs, remainingMs } = show.run(FUN.id);
    const { poll } = publicOf(show, 'live', null);
    expect(poll).toMatchObject({ id: 'fun', round: 1, intake: said, openedAtMs: START_MS, graceMs: 2_000 });
    expect(poll?.closesAtMs ?? null).toBe(closesAtMs);
    expect(poll?.remainingMs ?? null).toBe(remainingMs);
    expect(intake === 'paused').toBe(remainingMs !== null);
  });

  it('moves to `recent` when another replaces it, newest first and four at most', () => {
    const cues = [1, 2, 3, 4, 5, 6].map((n) => Cue.parse({ ...FUN, id: `p${n}` }));
    const show = new ShowDriver(cues, 'live');
    for (const cue of cues) {
      show.air(cue.id);
      show.do({ type: 'poll.close', target: cue.id, payload: { confirmed: true } }, PRODUCER);
    }
    const state = publicOf(show, 'live', null);
    expect(state.poll?.id).toBe('p6');
    expect(state.recent?.map((r) => [r.id, r.intake])).toEqual(['p5', 'p4', 'p3', 'p2'].map((id) => [id, 'closing']));
  });

  it('and a call to action stand side by side; the call leaves when its time is over', () => {
    const show = new ShowDriver([FUN, CTA], 'live');
    show.air(FUN.id);
    show.air(CTA.id);
    expect(publicOf(show, 'live', null)).toMatchObject({
      poll: { id: 'fun' },
      cta: { id: 'cta', intake: 'open', link: 'https://show.example/join' },
    });
    show.do({ type: 'poll.close', target: CTA.id, payload: { confirmed: true } }, PRODUCER);
    expect(publicOf(show, 'live', null).cta).toBeUndefined();
  });

  it('takes at most 500 bytes with four typical options', () => {
    const options = ['Brass & Bone', 'The Lanterns', 'Mara Lindqvist', 'Nobody yet'].map((text, i) => ({
      id: String(i + 1),
      text,
    }));
    const cue = Cue.parse({ ...FUN, id: 'best-performance', text: 'Best performance so far?', options });
    for (const intake of ['open', 'paused', 'closed'] as const) {
      const bytes = Buffer.byteLength(JSON.stringify(publicOf(showAt(cue, intake), 'live', null)));
      expect(bytes).toBeLessThanOrEqual(500);
    }
  });
});

describe('results', () => {
  it('show only what the surface was given', () => {
    const show = showAt(FUN, 'verified');
    expect(publicOf(show, 'live', null).results).toBeUndefined();
    const shown = (visibility: Visibility) => {
      show.do(reveal(FUN.id, visibility), PRODUCER);
      return publicOf(show, 'live', null).results;
    };
    const head = { pollId: 'fun', round: 1, final: true, atMs: show.run(FUN.id).closedAtMs };
    expect(shown('turnout')).toEqual({ ...head, visibility: 'turnout', total: 10 });
    const [a, b, c] = [0.7, 0.2, 0.1];
    const shares = [a, b, c].map((share, i) => ({ id: 'abc'[i], share }));
    expect(shown('percentages')).toEqual({ ...head, visibility: 'percentages', options: shares, leads: ['a'] });
    const all = shares.map((option, i) => ({ ...option, count: COUNTS[i] }));
    expect(shown('counts')).toEqual({ ...head, visibility: 'counts', total: 10, options: all });
    expect(shown('hidden')).toBeUndefined();
    expect(show.run(FUN.id).seenOn).toEqual(['audience']);
  });

  it('run live from GO where the cue chose so in advance, and are final only when verified', () => {
    const show = showAt(EDITORIAL, 'open');
    const live = tallyOf(show.run(EDITORIAL.id), [3, 1, 0]);
    expect(publicOf(show, 'live', live).results).toMatchObject({ visibility: 'percentages', final: false });
    expect(publicOf(show, 'live', null).results).toBeUndefined();
    expect(publicOf(showAt(EDITORIAL, 'closed'), 'live', null).results).toMatchObject({ final: false });
    expect(publicOf(showAt(EDITORIAL, 'verified'), 'live', null).results).toMatchObject({ final: true });
  });

  it.each(['poll.revoke', 'poll.void'] as const)('leave with poll, recent and answer on %s', (type) => {
    const show = new ShowDriver([QUIZ, FUN], 'live');
    show.air(QUIZ.id);
    show.seal(QUIZ.id, [1, 2]);
    show.verify(QUIZ.id);
    show.air(FUN.id);
    show.do(reveal(QUIZ.id, 'counts'), PRODUCER);
    show.do({ type: 'poll.answer', target: QUIZ.id, payload: { reveal: true } }, PRODUCER);
    expect(publicOf(show, 'live', null)).toMatchObject({
      recent: [{ id: 'quiz' }],
      results: { pollId: 'quiz' },
      answer: { pollId: 'quiz', round: 1, options: ['y2'] },
    });
    show.do({ type, target: QUIZ.id, payload: { reason: 'wrong year' } }, PRODUCER);
    if (type === 'poll.void') show.do({ type, target: QUIZ.id, payload: { reason: 'wrong year' } }, SECOND_PRODUCER);
    const { poll, recent, results, answer } = publicOf(show, 'live', null);
    expect([poll?.id, recent, results, answer]).toEqual(['fun', undefined, undefined, undefined]);
  });
});

describe('in any show', () => {
  it('nothing leaks: no other mode, no armed or pulled run, no answer and no result before its time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Mode.options), moves, (mode, all) => {
        const show = new ShowDriver(CUES, mode);
        for (const move of all) {
          play(show, move);
          for (const audience of Mode.options) expectNoLeak(show, audience);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('shares are the printed percentages, which add up', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2_000_000 }), { minLength: 2, maxLength: 2 }), (counts) => {
        const show = new ShowDriver([REGULATED, { ...FUN, live: { audience: 'counts' } }], 'live');
        show.air(FUN.id);
        const tally = tallyOf(show.run(FUN.id), counts);
        const options = publicOf(show, 'live', tally).results?.options ?? [];
        const steps = options.map(({ share }) => (share ?? 0) * 1_000);
        for (const step of steps) expect(step).toBeCloseTo(Math.round(step), 9);
        const sum = steps.reduce((all, step) => all + Math.round(step), 0);
        expect(sum).toBe(tally.total === 0 ? 0 : 1_000);
      }),
    );
  });
});

function expectNoLeak(show: ShowDriver, audience: Mode): void {
  const run = Object.values(show.state.runs)[0];
  const live = run ? tallyOf(run, [1, 1, 1]) : null;
  const { v: _v, epoch: _e, rev: _r, show: _s, title: _t, mode, hints: _h, ...shown } = publicOf(show, audience, live);
  expect(mode).toBe(audience);
  if (audience !== show.state.mode) expect(shown).toEqual({});
  const named = [shown.poll, shown.cta, shown.reaction, ...(shown.recent ?? [])].flatMap((r) =>
    r ? [[r.id, r.round]] : [],
  );
  const about = [shown.results, shown.answer].flatMap((r) => (r ? [[r.pollId, r.round]] : []));
  for (const [cueId, round] of [...named, ...about]) {
    const intake = show.past(cueId as PollId, round as number).intake;
    expect(['draft', 'ready', 'armed', 'revoked', 'void']).not.toContain(intake);
  }
  if (shown.answer) expect(show.past(shown.answer.pollId, shown.answer.round).answer.state).toBe('revealed');
  if (shown.results) {
    const { intake, visibility, text } = show.past(shown.results.pollId, shown.results.round);
    expect(visibility.audience).toBe(shown.results.visibility);
    if (intake !== 'verified' && intake !== 'archived') expect(text.live.audience).toBe(visibility.audience);
    expect(shown.results.final).toBe(intake === 'verified' || intake === 'archived');
  }
}

describe('the rule for edges and ballot box', () => {
  it('carries the times of the run, and options only where ballots are taken', () => {
    const show = showAt(EDITORIAL, 'open');
    expect(runRule(show.run(EDITORIAL.id), 'live')).toEqual({
      runId: 'editorial:live:1',
      pollId: 'editorial',
      mode: 'live',
      round: 1,
      kind: 'multiple',
      intake: 'open',
      options: ['a', 'b', 'c'],
      min: 1,
      max: 2,
      maxBallots: 1,
      graceMs: 5_000,
      openedAtMs: START_MS,
      closesAtMs: START_MS + 30_000,
      pausedAtMs: null,
      modeIsOn: true,
    });
    expect(runRule(show.run(EDITORIAL.id), 'rehearsal').modeIsOn).toBe(false);
    expect(runRule(showAt(CTA, 'open').run(CTA.id), 'live').options).toEqual([]);
  });
});
