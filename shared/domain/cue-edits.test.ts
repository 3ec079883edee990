/** What the journal keeps of edits, and that it makes the same cue as they did. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cue } from '../protocol/show-file.ts';
import type { ShowEvent } from './events.ts';
import { FUN, optionIds, QUIZ } from './testing/sample-cues.test-part.ts';
import { fold, PRODUCER, ShowDriver } from './testing/show-driver.test-part.ts';

const editsIn = (show: ShowDriver) =>
  show.entries.flatMap(({ events }) => events).filter((event) => event.type === 'cue.edited');

const edits: fc.Arbitrary<Partial<Cue>> = fc.record(
  {
    text: fc.constantFrom('One?', 'Two?', FUN.text),
    notes: fc.constantFrom('', 'Slowly.', 'Quickly.'),
    durationMs: fc.constantFrom(10_000, 60_000),
    class: fc.constantFrom('fun' as const, 'editorial' as const),
    live: fc.constantFrom({}, { audience: 'percentages' as const }),
    options: fc.constantFrom(
      [...optionIds('x', 'y')].map((id) => ({ id, text: id })),
      FUN.options ?? [],
    ),
    camera: fc.nat(3),
  },
  { requiredKeys: [] },
);

test('whatever edits follow each other, their fields make what the whole cues made', () => {
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 12 }), (all) => {
      const show = new ShowDriver([FUN, QUIZ], 'live');
      let whole: Cue = FUN;
      for (const edit of all) {
        show.do({ type: 'cue.edit', target: FUN.id, payload: { cue: edit } }, PRODUCER);
        whole = { ...whole, ...edit };
        expect(show.state.cues[0]?.cue).toEqual(whole);
      }
      expect(fold(show.entries)).toEqual(show.state);
    }),
  );
});

test('an edit is kept by the fields that it changes, and the rest of the cue is not written again', () => {
  const show = new ShowDriver([FUN, QUIZ], 'live');
  const edit = (cue: Partial<Cue>) => show.do({ type: 'cue.edit', target: FUN.id, payload: { cue } }, PRODUCER);
  edit({ text: 'Renamed?', durationMs: FUN.durationMs });
  edit({ ...FUN, text: 'Renamed?', notes: 'Slowly.' });
  show.do({ type: 'poll.answer', target: QUIZ.id, payload: { answer: optionIds('y2') } }, PRODUCER);
  expect(editsIn(show)).toEqual([
    { type: 'cue.edited', cueId: FUN.id, set: { text: 'Renamed?' } },
    { type: 'cue.edited', cueId: FUN.id, set: { notes: 'Slowly.' } },
    { type: 'cue.edited', cueId: QUIZ.id, set: { answer: optionIds('y2') } },
  ] satisfies ShowEvent[]);
});
