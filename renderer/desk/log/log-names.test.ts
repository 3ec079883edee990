import { expect, test } from 'vitest';
import { cueId, SHOW } from '../testing/show-fixture.ts';
import { namesOf, removedCues, type SaidNames, saidNames } from './log-names.ts';
import { cueWords, deskRow, journalRow } from './log-row.ts';

const removed = { number: '7.1', text: 'Who sings?' };
const about = (target: string) => ({
  ...{ revision: 3, atMs: 0, actor: 'Mara L.', source: 'desk:1', commandId: 'c', type: 'cue.edit', target },
  ...{ command: null, answer: { status: 'accepted', revision: 3, atMs: 0 } as const },
});
const pressed = (target: string) => ({
  ...{ seq: 1, id: 'c', atMs: 0, actor: 'Mara L.', source: 'key', type: 'cue.ready', target, command: null },
  ...{ outcome: null, code: null, message: null, latencyMs: null, answer: null, loggedLate: false, settled: false },
});
const names = (journal: SaidNames[0]) => namesOf(saidNames(SHOW, journal));

test('a line about a cue that was taken off keeps its number, in both logs, as soon as the journal was read', () => {
  const read = [about('gone'), { ...about('gone'), type: 'cue.remove', removed }];
  const known = names(removedCues(read));
  expect(cueWords(journalRow(about('gone'), known))).toBe('7.1 Who sings?');
  expect(cueWords(deskRow(pressed('gone'), known))).toBe('7.1 Who sings?');
});

test('without its number where the entry is of an earlier version, or not read yet', () => {
  expect(cueWords(journalRow(about('gone'), names(removedCues([about('gone')]))))).toBe('gone');
});

test('a cue that is back in the rundown goes by what it is called there, one that was taken off twice by the last', () => {
  const [first] = SHOW.cues;
  const journal: SaidNames[0] = [
    [cueId(1), '99', 'Before'],
    ['gone', '7', 'First'],
    ['gone', '8', 'Last'],
  ];
  expect(names(journal).cues.get(cueId(1))).toEqual({ number: first?.number, text: first?.text });
  expect(names(journal).cues.get('gone')).toEqual({ number: '8', text: 'Last' });
});
