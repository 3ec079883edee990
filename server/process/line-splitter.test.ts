import { expect, test } from 'vitest';
import { lineSplitter } from './line-splitter.ts';

function linesOf(pieces: string[], maxLength: number): string[] {
  const lines: string[] = [];
  const split = lineSplitter(maxLength, (line) => lines.push(line));
  for (const piece of pieces) split(piece);
  return lines;
}

test('puts lines together from pieces that end anywhere', () => {
  expect(linesOf(['a', 'b\nc', '\n\nd\ne'], 100)).toEqual(['ab', 'c', 'd']);
});

test('hands on a line that never ends in pieces', () => {
  expect(linesOf(['aaaa', 'aaaa', 'a\n'], 3)).toEqual(['aaa', 'aaa', 'aaa']);
});
