/** Cues for tests: one of each kind and class that a rule treats differently. */
import { type OptionId, type PollId, PollId as PollIdSchema } from '../../protocol/ids.ts';
import { Cue } from '../../protocol/show-file.ts';

export const id = (text: string): PollId => PollIdSchema.parse(text);
export const optionIds = (...texts: string[]): OptionId[] => texts as OptionId[];
const options = (...ids: string[]) => ids.map((option) => ({ id: option, text: `Option ${option}` }));

export const FUN = Cue.parse({
  id: 'fun',
  kind: 'single',
  text: 'Best song?',
  options: options('a', 'b', 'c'),
  durationMs: 60_000,
});
export const EDITORIAL = Cue.parse({
  id: 'editorial',
  kind: 'multiple',
  text: 'Which two stay?',
  options: options('a', 'b', 'c'),
  min: 1,
  max: 2,
  durationMs: 30_000,
  graceMs: 5_000,
  class: 'editorial',
  live: { audience: 'percentages', overlay: 'turnout' },
});
export const QUIZ = Cue.parse({
  id: 'quiz',
  kind: 'quiz',
  text: 'Which year?',
  options: options('y1', 'y2'),
  answer: ['y2'],
  durationMs: 20_000,
});
export const REGULATED = Cue.parse({
  id: 'regulated',
  kind: 'single',
  text: 'Who wins?',
  options: options('a', 'b'),
  durationMs: 90_000,
  class: 'regulated',
});
export const CTA = Cue.parse({
  id: 'cta',
  kind: 'cta',
  text: 'Join now',
  link: 'https://show.example/join',
  durationMs: 30_000,
});
export const NOTE = Cue.parse({ id: 'note', kind: 'note', text: 'Walk to the sofa', durationMs: 60_000 });
/** A quiz whose right answer nobody has entered yet: it can't be ready. */
export const DRAFT = Cue.parse({
  id: 'draft',
  kind: 'quiz',
  text: 'Who was first?',
  options: options('p', 'q'),
  durationMs: 20_000,
});
export const PREDICTION = Cue.parse({
  id: 'prediction',
  kind: 'prediction',
  text: 'Who will win?',
  options: options('a', 'b'),
  durationMs: 40_000,
});
