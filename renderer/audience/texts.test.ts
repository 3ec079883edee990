import { expect, test } from 'vitest';
import { AudienceErrorCode } from '../../shared/protocol/audience.ts';
import { type Note, texts } from './texts.ts';

/** Two lines on a phone of 390 px: the room that is always kept, so that no word moves the button. */
const TWO_LINES = 88;

function notes(): Note[] {
  const { notTaken, notLetIn, ...others } = texts.notes;
  const made = Object.values(others).map((note) => (typeof note === 'function' ? note(20_000) : note));
  return [...made, ...Object.values(notTaken), ...Object.values(notLetIn)].filter((note) => note !== null);
}

test('every word under the button fits the room that is kept for it', () => {
  const tooLong = notes().filter(({ strong, text }) => `${strong ?? ''} ${text}`.length > TWO_LINES);
  expect(tooLong).toEqual([]);
});

test('every code that the server can answer has its word, or says why it needs none', () => {
  for (const table of [texts.notes.notTaken, texts.notes.notLetIn]) {
    expect(Object.keys(table).sort()).toEqual([...AudienceErrorCode.options].sort());
  }
});

test('what counts seconds is read out in words that stand still', () => {
  const { door, quiet, quietSending } = texts.notes;
  for (const note of [door, quiet, quietSending]) {
    expect(note(5_000).text + note(5_000).strong).not.toBe(note(9_000).text + note(9_000).strong);
    expect(note(5_000).said).toBe(note(9_000).said);
  }
});
