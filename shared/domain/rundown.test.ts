/** Commands on the rundown: adding, editing, moving, skipping and removing cues, and which of them waits for which. */
import { describe, expect, it } from 'vitest';
import { Command } from '../protocol/commands.ts';
import type { PollId } from '../protocol/ids.ts';
import type { Cue } from '../protocol/show-file.ts';
import type { CommandIntent } from './guards.ts';
import { showAt } from './testing/intakes.test-part.ts';
import { CTA, DRAFT, EDITORIAL, FUN, optionIds, QUIZ } from './testing/sample-cues.test-part.ts';
import { PRODUCER, ShowDriver, START_MS } from './testing/show-driver.test-part.ts';

const order = (show: ShowDriver) => show.state.cues.map((c) => c.cue.id);

describe('the rundown', () => {
  it('takes a new cue where it is wanted', () => {
    const show = new ShowDriver([FUN, QUIZ], 'live');
    show.do({ type: 'cue.add', payload: { cue: CTA, before: QUIZ.id } }, PRODUCER);
    show.do({ type: 'cue.add', payload: { cue: DRAFT } }, PRODUCER);
    expect(order(show)).toEqual(['fun', 'cta', 'quiz', 'draft']);
    expect(show.run(CTA.id)).toMatchObject({ round: 1, mode: 'live' });
  });

  it('moves a cue before another, to the end, and nowhere before itself', () => {
    const show = new ShowDriver([FUN, QUIZ, CTA], 'live');
    const move = (target: PollId, before: PollId | null) =>
      show.do({ type: 'cue.move', target, payload: { before } }, PRODUCER);
    move(CTA.id, FUN.id);
    expect(order(show)).toEqual(['cta', 'fun', 'quiz']);
    move(CTA.id, null);
    expect(order(show)).toEqual(['fun', 'quiz', 'cta']);
    move(QUIZ.id, QUIZ.id);
    expect(order(show)).toEqual(['fun', 'quiz', 'cta']);
  });

  it('removes what was never on air, and keeps what was, in whichever mode', () => {
    const show = new ShowDriver([FUN, QUIZ], 'live');
    show.do({ type: 'cue.remove', target: QUIZ.id }, PRODUCER);
    expect(order(show)).toEqual(['fun']);
    const aired = showAt(FUN, 'verified');
    aired.do({ type: 'show.mode', payload: { mode: 'rehearsal' } }, PRODUCER);
    expect(aired.may({ type: 'cue.remove', target: FUN.id }, PRODUCER)?.code).toBe('wrong-intake');
    aired.do({ type: 'show.mode', payload: { mode: 'live' } }, PRODUCER);
    aired.do({ type: 'cue.rerun', target: FUN.id }, PRODUCER);
    expect(aired.may({ type: 'cue.remove', target: FUN.id }, PRODUCER)?.code).toBe('wrong-intake');
  });

  it('numbers a cue that it takes behind the one before it, and renames none', () => {
    const numbered = [
      { ...FUN, number: '1' },
      { ...QUIZ, number: '2' },
    ];
    const show = new ShowDriver(numbered, 'live');
    show.do({ type: 'cue.add', payload: { cue: CTA, before: QUIZ.id } }, PRODUCER);
    show.do({ type: 'cue.move', target: QUIZ.id, payload: { before: FUN.id } }, PRODUCER);
    const called = () => show.view(['owner']).cues.map(({ id, number }) => `${number} ${id}`);
    expect(called()).toEqual(['2 quiz', '1 fun', '1.1 cta']);
    expect(show.may({ type: 'cue.add', payload: { cue: { ...DRAFT, number: '1.1' } } }, PRODUCER)).toMatchObject({
      code: 'number-taken',
    });
    show.do({ type: 'cue.add', payload: { cue: { ...DRAFT, number: '12A' } } }, PRODUCER);
    expect(called().at(-1)).toBe('12A draft');
  });

  it('numbers the cues of an older show by their places, once, before the first of them changes its place', () => {
    const show = new ShowDriver([FUN, QUIZ, CTA], 'live');
    const called = () => show.view(['owner']).cues.map(({ id, number }) => `${number} ${id}`);
    expect(called()).toEqual(['1 fun', '2 quiz', '3 cta']);
    const revisions = show.state.cues.map(({ revision }) => revision);
    show.do({ type: 'cue.move', target: CTA.id, payload: { before: FUN.id } }, PRODUCER);
    show.do({ type: 'cue.remove', target: QUIZ.id }, PRODUCER);
    show.do({ type: 'cue.add', payload: { cue: DRAFT } }, PRODUCER);
    expect(called()).toEqual(['3 cta', '1 fun', '1.1 draft']);
    const events = show.entries.flatMap((entry) => entry.events);
    expect(events.filter(({ type }) => type === 'show.numbered')).toHaveLength(1);
    // Where nothing else of it is left, the journal says what it was called.
    const was = { number: '2', text: QUIZ.text };
    expect(events.find(({ type }) => type === 'cue.removed')).toEqual({ type: 'cue.removed', cueId: QUIZ.id, was });
    expect(show.state.cues.slice(0, 2).map(({ revision }) => revision)).toEqual(revisions.slice(0, 2));
  });

  it('skips by what is wanted, so that two desks can not undo one another, and turns round where nothing is said', () => {
    const show = new ShowDriver([FUN], 'live');
    const skip = (payload?: { skipped: boolean }) => {
      show.do({ type: 'cue.skip', target: FUN.id, ...(payload && { payload }) }, PRODUCER);
      return show.state.cues[0]?.skipped;
    };
    expect([skip({ skipped: true }), skip({ skipped: true }), skip({ skipped: false })]).toEqual([true, true, false]);
    expect([skip(), skip()]).toEqual([true, false]);
  });

  it('does not let an edit rename a cue', () => {
    const show = showAt(FUN, 'ready');
    const head = { id: '0198c0de-0000-7000-8000-000000000001', clientTimeMs: START_MS };
    const edit = {
      ...head,
      type: 'cue.edit',
      target: FUN.id,
      payload: { cue: { id: 'other', number: '9', text: 'Renamed?' } },
    };
    show.do(Command.parse(edit), PRODUCER);
    expect(show.view(['owner']).cues[0]).toMatchObject({ id: 'fun', number: '1', text: 'Renamed?' });
    expect(show.run(FUN.id)).toMatchObject({ runId: 'fun:live:1', text: { text: 'Renamed?' } });
  });

  it('keeps a draft a draft until the producer readies it, and readies it only when its right answer is set', () => {
    const show = showAt(DRAFT, 'draft');
    expect(show.may({ type: 'cue.ready', target: DRAFT.id }, PRODUCER)).toMatchObject({ code: 'incomplete' });
    show.do({ type: 'poll.answer', target: DRAFT.id, payload: { answer: optionIds('p') } }, PRODUCER);
    expect(show.run(DRAFT.id)).toMatchObject({ intake: 'draft', answer: { state: 'set', options: ['p'] } });
    show.do({ type: 'cue.ready', target: DRAFT.id }, PRODUCER);
    expect(show.run(DRAFT.id).intake).toBe('ready');
    show.do({ type: 'cue.edit', target: DRAFT.id, payload: { cue: { notes: 'Pause before the answer' } } }, PRODUCER);
    expect(show.run(DRAFT.id)).toMatchObject({ intake: 'ready', answer: { state: 'set', options: ['p'] } });
    const added = { ...FUN, id: 'added' as PollId };
    show.do({ type: 'cue.add', payload: { cue: added } }, PRODUCER);
    expect(show.run(added.id).intake).toBe('draft');
    show.do({ type: 'cue.ready', target: added.id }, PRODUCER);
    expect(show.run(added.id).intake).toBe('ready');
  });
});

describe('what follows what', () => {
  const follows = (cueId: PollId) => ({ trigger: { after: cueId } });
  const edit = (target: PollId, followed: PollId): CommandIntent => ({
    type: 'cue.edit',
    target,
    payload: { cue: follows(followed) },
  });

  it('never closes to a ring, and never names a cue that is not there', () => {
    const show = new ShowDriver([FUN, { ...QUIZ, ...follows(FUN.id) }, { ...EDITORIAL, ...follows(QUIZ.id) }], 'live');
    expect(show.may(edit(FUN.id, FUN.id), PRODUCER)).toMatchObject({
      code: 'trigger-ring',
      message: "That can't fire, for the cue fun would wait for itself.",
    });
    expect(show.may(edit(FUN.id, EDITORIAL.id), PRODUCER)).toMatchObject({
      code: 'trigger-ring',
      message: expect.stringContaining('fun → editorial → quiz → fun'),
    });
    expect(show.may(edit(FUN.id, 'nobody' as PollId), PRODUCER)?.code).toBe('unknown-cue');
    const add = (cue: Cue): CommandIntent => ({ type: 'cue.add', payload: { cue } });
    expect(show.may(add({ ...CTA, ...follows(CTA.id) }), PRODUCER)?.code).toBe('trigger-ring');
    expect(show.may(add({ ...CTA, ...follows('nobody' as PollId) }), PRODUCER)?.code).toBe('unknown-cue');
    expect(show.may(add({ ...CTA, ...follows(EDITORIAL.id) }), PRODUCER)).toBeNull();
  });

  it('keeps a cue in the rundown that another one waits for, and says which', () => {
    const show = new ShowDriver([FUN, { ...QUIZ, ...follows(FUN.id) }], 'live');
    expect(show.may({ type: 'cue.remove', target: FUN.id }, PRODUCER)).toMatchObject({
      code: 'followed',
      message: expect.stringContaining(QUIZ.text),
    });
    show.do({ type: 'cue.edit', target: QUIZ.id, payload: { cue: { trigger: { offsetMs: 0 } } } }, PRODUCER);
    expect(show.may({ type: 'cue.remove', target: FUN.id }, PRODUCER)).toBeNull();
  });

  it('fits into a show of 500 cues', () => {
    const show = new ShowDriver(
      Array.from({ length: 500 }, (_, i) => ({ ...FUN, id: `c${i}` as PollId })),
      'live',
    );
    expect(show.may({ type: 'cue.add', payload: { cue: CTA } }, PRODUCER)?.code).toBe('show-full');
  });
});
