/** In which intakes each command works, and with which code it is refused in the others. */
import { describe, expect, it } from 'vitest';
import type { RefusalCode } from '../protocol/commands.ts';
import type { Intake } from '../protocol/desk-state.ts';
import type { Cue } from '../protocol/show-file.ts';
import type { CommandIntent } from './guards.ts';
import { INTAKES, showAt } from './testing/intakes.test-part.ts';
import { CTA, DRAFT, FUN, id, NOTE, optionIds, QUIZ, REGULATED } from './testing/sample-cues.test-part.ts';
import { DIRECTOR, OPERATOR, OWNER, PRODUCER, ShowDriver } from './testing/show-driver.test-part.ts';

interface Row {
  command: CommandIntent;
  works: readonly Intake[];
  refusal: RefusalCode;
}
const target = QUIZ.id;
const reason = 'a test';
const ON_AIR: readonly Intake[] = ['open', 'paused'];
const AIRED: readonly Intake[] = ['open', 'paused', 'closing', 'closed', 'verified'];
const NOT_ARMED: readonly Intake[] = ['draft', 'ready'];

const ROWS: readonly Row[] = [
  { command: { type: 'cue.edit', target, payload: { cue: { text: 'New' } } }, works: NOT_ARMED, refusal: 'frozen' },
  { command: { type: 'cue.edit', target, payload: { cue: { notes: 'New' } } }, works: INTAKES, refusal: 'frozen' },
  { command: { type: 'cue.move', target, payload: { before: null } }, works: INTAKES, refusal: 'wrong-intake' },
  { command: { type: 'cue.remove', target }, works: NOT_ARMED, refusal: 'wrong-intake' },
  { command: { type: 'cue.skip', target }, works: NOT_ARMED, refusal: 'wrong-intake' },
  {
    command: { type: 'cue.rerun', target },
    works: ['closed', 'verified', 'revoked', 'void', 'archived'],
    refusal: 'wrong-intake',
  },
  { command: { type: 'cue.arm', target }, works: ['ready'], refusal: 'wrong-intake' },
  { command: { type: 'cue.disarm', target }, works: ['armed'], refusal: 'wrong-intake' },
  { command: { type: 'cue.go', target }, works: ['armed'], refusal: 'wrong-intake' },
  { command: { type: 'poll.recall', target }, works: ON_AIR, refusal: 'wrong-intake' },
  { command: { type: 'poll.pause', target, payload: { reason } }, works: ['open'], refusal: 'wrong-intake' },
  { command: { type: 'poll.resume', target }, works: ['paused'], refusal: 'wrong-intake' },
  { command: { type: 'poll.extend', target, payload: { byMs: 10_000 } }, works: ON_AIR, refusal: 'wrong-intake' },
  { command: { type: 'poll.close', target, payload: { confirmed: true } }, works: ON_AIR, refusal: 'wrong-intake' },
  { command: { type: 'poll.verify', target }, works: ['closed'], refusal: 'wrong-intake' },
  { command: { type: 'poll.void', target, payload: { reason } }, works: AIRED, refusal: 'wrong-intake' },
  { command: { type: 'poll.revoke', target, payload: { reason } }, works: AIRED, refusal: 'wrong-intake' },
  { command: { type: 'poll.archive', target }, works: ['verified', 'revoked', 'void'], refusal: 'wrong-intake' },
  {
    command: { type: 'poll.reveal', target, payload: { surface: 'audience', visibility: 'counts' } },
    works: ['verified'],
    refusal: 'not-verified',
  },
  {
    command: { type: 'poll.answer', target, payload: { reveal: true } },
    works: ['verified'],
    refusal: 'not-verified',
  },
];

/** The quiz in any intake; as a draft it lacks a second option, so that its answer is set in every intake. */
function quizAt(intake: Intake): ShowDriver {
  return showAt(intake === 'draft' ? { ...QUIZ, options: QUIZ.options?.slice(1) } : QUIZ, intake);
}

describe('each command in each intake', () => {
  it.each(ROWS.map((row) => [`${row.command.type} ${JSON.stringify(row.command)}`, row] as const))('%s', (_, row) => {
    const answers = INTAKES.map((intake) => {
      const show = quizAt(intake);
      return [intake, show.may(row.command, OWNER)?.code ?? 'accepted'];
    });
    const expected = INTAKES.map((intake) => [intake, row.works.includes(intake) ? 'accepted' : row.refusal]);
    expect(answers).toEqual(expected);
  });

  it('makes nothing ready that is ready, and nothing that is incomplete', () => {
    expect(showAt(QUIZ, 'ready').may({ type: 'cue.ready', target }, PRODUCER)?.code).toBe('wrong-intake');
    expect(showAt(DRAFT, 'draft').may({ type: 'cue.ready', target: DRAFT.id }, PRODUCER)?.code).toBe('incomplete');
  });
});

describe('the command names something that is not there', () => {
  const show = showAt(FUN, 'ready');

  it.each(ROWS.map((row) => row.command))('$type on an unknown cue', (command) => {
    expect(show.may({ ...command, target: id('nobody') } as CommandIntent, OWNER)?.code).toBe('unknown-cue');
  });

  it('has no cue to stand before, no run for the overlay, no such switch, no such option', () => {
    const nobody = id('nobody');
    const code = (intent: CommandIntent) => show.may(intent, OWNER)?.code;
    expect(code({ type: 'cue.move', target: FUN.id, payload: { before: nobody } })).toBe('unknown-cue');
    expect(code({ type: 'cue.add', payload: { cue: CTA, before: nobody } })).toBe('unknown-cue');
    expect(code({ type: 'cue.add', payload: { cue: FUN } })).toBe('cue-exists');
    const runId = show.run(FUN.id).runId;
    expect(code({ type: 'overlay.take', payload: { surface: 'main', runId } })).toBe('not-released');
    const past = runId.replace('live', 'rehearsal') as typeof runId;
    expect(code({ type: 'overlay.take', payload: { surface: 'main', runId: past } })).toBe('unknown-run');
    const flip = { switch: 'economy', position: 'on', reason } as const;
    expect(code({ type: 'switch.set', payload: flip })).toBe('unknown-switch');
    const quiz = showAt(QUIZ, 'ready');
    const answer = { answer: optionIds('y2', 'y9') };
    expect(quiz.may({ type: 'poll.answer', target, payload: answer }, OWNER)?.code).toBe('unknown-option');
  });
});

describe('what never airs or has no result', () => {
  it('does not arm a note', () => {
    expect(showAt(NOTE, 'ready').may({ type: 'cue.arm', target: NOTE.id }, PRODUCER)?.code).toBe('not-runnable');
  });

  it('reveals no result of a call to action, and no answer of a poll without a right one', () => {
    const payload = { surface: 'audience', visibility: 'counts' } as const;
    const cta = showAt(CTA, 'verified');
    expect(cta.may({ type: 'poll.reveal', target: CTA.id, payload }, PRODUCER)?.code).toBe('not-runnable');
    const fun = showAt(FUN, 'verified');
    const reveal = { reveal: true } as const;
    expect(fun.may({ type: 'poll.answer', target: FUN.id, payload: reveal }, PRODUCER)?.code).toBe('not-runnable');
  });

  it('hides live numbers at any moment, and shows none before they are verified', () => {
    const live = new ShowDriver([{ ...FUN, live: { audience: 'percentages' } }], 'live');
    const see = (visibility: 'hidden' | 'counts') =>
      ({ type: 'poll.reveal', target: FUN.id, payload: { surface: 'audience', visibility } }) as const;
    live.air(FUN.id);
    expect(live.may(see('counts'), PRODUCER)?.code).toBe('not-verified');
    live.do(see('hidden'), PRODUCER);
    expect(live.run(FUN.id)).toMatchObject({ intake: 'open', visibility: { audience: 'hidden' } });
    expect(live.state.air.results).toBeNull();
    expect(live.may(see('hidden'), PRODUCER)?.code).toBe('not-verified');
  });

  it('takes no correction of an answer yet, revealed or not', () => {
    const correct = { type: 'poll.answer', target, payload: { answer: optionIds('y1'), correct: true } } as const;
    const show = showAt(QUIZ, 'verified');
    expect(show.may(correct, PRODUCER)?.code).toBe('wrong-intake');
    show.do({ type: 'poll.answer', target, payload: { reveal: true } }, PRODUCER);
    expect(show.may(correct, PRODUCER)?.code).toBe('already');
  });

  it('reveals an answer once', () => {
    const show = showAt(QUIZ, 'verified');
    const reveal = { type: 'poll.answer', target, payload: { reveal: true } } as const;
    show.do(reveal, PRODUCER);
    expect(show.may(reveal, PRODUCER)?.code).toBe('already');
    expect(show.may({ ...reveal, payload: { answer: optionIds('y1') } }, PRODUCER)?.code).toBe('already');
  });
});

describe('a press that saw an older cue', () => {
  it('is refused with the one who won, and passes with the present revision or none', () => {
    const show = showAt(FUN, 'armed');
    const seen = show.revision(FUN.id);
    show.do({ type: 'cue.go', target: FUN.id, expectedRevision: seen }, PRODUCER);
    const late = show.may({ type: 'cue.go', target: FUN.id, expectedRevision: seen }, OWNER);
    expect(late).toMatchObject({ code: 'stale-revision', conflict: { actor: 'Pia', atMs: show.nowMs } });
    const close = { type: 'poll.close', target: FUN.id, payload: { confirmed: true } } as const;
    expect(show.may({ ...close, expectedRevision: show.revision(FUN.id) }, OWNER)).toBeNull();
    expect(show.may(close, OWNER)).toBeNull();
  });

  it('is not refused because something else changed, and a refused press changes no revision', () => {
    const show = new ShowDriver([FUN, REGULATED], 'live');
    show.arm(FUN.id);
    const seen = show.revision(FUN.id);
    show.do({ type: 'cue.edit', target: REGULATED.id, payload: { cue: { notes: 'typed elsewhere' } } }, OWNER);
    show.give({ type: 'poll.resume', target: FUN.id }, PRODUCER);
    expect(show.revision(FUN.id)).toBe(seen);
    expect(show.may({ type: 'cue.go', target: FUN.id, expectedRevision: seen }, PRODUCER)).toBeNull();
  });

  it('is not refused for a note, a trigger or a place that somebody changes meanwhile', () => {
    const show = new ShowDriver([FUN, QUIZ], 'live');
    show.arm(FUN.id);
    const seen = show.revision(FUN.id);
    const edit = (cue: Partial<Cue>) => show.do({ type: 'cue.edit', target: FUN.id, payload: { cue } }, OWNER);
    edit({ notes: 'Slowly.' });
    edit({ contingency: 'Go on without.' });
    edit({ trigger: { offsetMs: 5_000 } });
    show.do({ type: 'cue.move', target: FUN.id, payload: { before: null } }, OWNER);
    expect(show.revision(FUN.id)).toBeGreaterThan(seen);
    expect(show.view(['owner']).cues.find((c) => c.id === FUN.id)?.airRevision).toBe(seen);
    show.do({ type: 'cue.go', target: FUN.id, expectedRevision: seen }, PRODUCER);
  });

  it.each([
    ['the text', { text: 'Another?' }],
    [
      'an option',
      {
        options: [
          { id: 'y1', text: 'Then' },
          { id: 'y2', text: 'Now' },
        ],
      },
    ],
    ['the right answer', { answer: optionIds('y1') }],
    ['the window', { durationMs: 5_000 }],
    ['the grace', { graceMs: 9_000 }],
    ['the class', { class: 'editorial' }],
    ['what is live', { live: { audience: 'counts' } }],
  ] as [string, Partial<Cue>][])('is refused where %s has been changed', (_, change) => {
    const show = new ShowDriver([QUIZ], 'live');
    const seen = show.revision(QUIZ.id);
    show.do({ type: 'cue.edit', target: QUIZ.id, payload: { cue: change } }, OWNER);
    const late = show.may({ type: 'cue.arm', target: QUIZ.id, expectedRevision: seen }, PRODUCER);
    expect(late).toMatchObject({ code: 'stale-revision', conflict: { actor: 'Olga' } });
  });

  it('is refused for a note where it changes the cue itself, unless it says on what it is based', () => {
    const show = new ShowDriver([FUN], 'live');
    const seen = show.revision(FUN.id);
    show.do({ type: 'cue.edit', target: FUN.id, payload: { cue: { notes: 'Slowly.' } } }, OWNER);
    const edit = { type: 'cue.edit', target: FUN.id, payload: { cue: { text: 'Another?' } } } as const;
    expect(show.may({ ...edit, expectedRevision: seen }, PRODUCER)?.code).toBe('stale-revision');
    expect(show.may({ ...edit, payload: { ...edit.payload, baseRevision: seen } }, PRODUCER)).toBeNull();
  });

  it('of the show, a switch or an output is refused when that has been changed, and only then', () => {
    const show = showAt(FUN, 'verified');
    const pin = {
      type: 'switch.set',
      payload: { switch: 'results-cadence', position: 'on', reason: 'a test' },
    } as const;
    const mode = { type: 'show.mode', payload: { mode: 'rehearsal' } } as const;
    const { runId } = show.run(FUN.id);
    const take = { type: 'overlay.take', payload: { surface: 'main', runId } } as const;
    const release = { surface: 'overlay', visibility: 'counts' } as const;
    show.do({ type: 'poll.reveal', target: FUN.id, payload: release }, PRODUCER);
    const seen = show.state.revision;
    const all = [
      [pin, OPERATOR],
      [mode, OWNER],
      [take, DIRECTOR],
    ] as const;
    for (const [press, who] of all) expect(show.may({ ...press, expectedRevision: seen }, who)).toBeNull();
    show.do(pin, OPERATOR);
    show.do(take, DIRECTOR);
    show.do({ type: 'show.t0', payload: { t0Ms: show.nowMs, confirmed: true } }, PRODUCER);
    for (const [press, who] of all) {
      expect(show.may({ ...press, expectedRevision: seen }, who)).toMatchObject({ code: 'stale-revision' });
      expect(show.may({ ...press, expectedRevision: show.state.revision }, who)).toBeNull();
      expect(show.may(press, who)).toBeNull();
    }
    expect(show.may({ ...pin, expectedRevision: seen }, OPERATOR)?.message).toBe(
      `The switch “Slower results” was changed by ${OPERATOR.actor} since you looked. Check it, then press again.`,
    );
    const view = show.view(['owner']);
    expect([view.switches[0]?.revision, view.show.overlay?.main?.revision, view.show.revision]).toEqual([
      ...[seen + 1, seen + 2, seen + 3],
    ]);
  });

  it('is told so in a sentence in which a Hebrew question and name keep their place', () => {
    const show = new ShowDriver([{ ...FUN, text: 'מי מנצח?' }], 'live');
    show.arm(FUN.id);
    const seen = show.revision(FUN.id);
    show.do({ type: 'cue.go', target: FUN.id }, { ...PRODUCER, actor: 'דנה' });
    const late = show.may({ type: 'cue.go', target: FUN.id, expectedRevision: seen }, OWNER);
    expect(late?.message).toContain('"\u2068מי מנצח?\u2069" was changed by \u2068דנה\u2069 since');
  });
});
