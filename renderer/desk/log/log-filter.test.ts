import { expect, test } from 'vitest';
import { type LogFilter, NO_FILTER } from '../store/log-window.ts';
import { at } from '../testing/show-fixture.ts';
import { facetsOf, matcher, minutesOf, PEOPLE, SERVER } from './log-filter.ts';
import { deskRow, journalRow } from './log-row.ts';

const CUES = new Map([
  ['cue-2', { number: '2', text: 'Who makes the final two?' }],
  ['cue-10', { number: '10', text: 'Who wins the finale?' }],
]);
const NAMES = { cues: CUES, people: {} };
const late = { ...{ code: null, message: null, latencyMs: null, answer: null }, loggedLate: false, settled: false };
const go = deskRow(
  {
    ...{ seq: 1, id: 'aaaa', atMs: at(22, 50, 9), actor: 'Mara L.', source: 'key', type: 'cue.go', target: 'cue-2' },
    ...{ command: null, outcome: 'refused', ...late, code: 'lane-busy', message: 'Cue 7 is on air.' },
  },
  NAMES,
);
const arm = deskRow(
  {
    ...{
      seq: 2,
      id: 'bbbb',
      atMs: at(23, 10, 0),
      actor: 'Tom W.',
      source: 'button',
      type: 'cue.arm',
      target: 'cue-10',
    },
    ...{ command: null, outcome: null, ...late },
  },
  NAMES,
);
const closed = journalRow(
  {
    ...{
      revision: 3,
      atMs: at(23, 59, 30),
      actor: 'server',
      source: 'server',
      commandId: 'cccc',
      type: 'system.close',
    },
    ...{ target: 'cue-10', command: null, answer: { status: 'accepted', revision: 3, atMs: 0 } },
  },
  NAMES,
);
const ROWS = [closed, arm, go];
const found = (filter: Partial<LogFilter>) => ROWS.filter(matcher({ ...NO_FILTER, ...filter }));

test('every word of a search has to stand in the line, in any column and any order', () => {
  expect(found({ query: '' })).toEqual(ROWS);
  expect(found({ query: 'GO mara' })).toEqual([go]);
  expect(found({ query: 'final two' })).toEqual([go]);
  expect(found({ query: '22:50' })).toEqual([go]);
  expect(found({ query: 'lane-busy' })).toEqual([go]);
  expect(found({ query: 'cue 10' })).toEqual([closed, arm]);
  expect(found({ query: 'bbbb' })).toEqual([arm]);
  expect(found({ query: 'mara tom' })).toEqual([]);
});

test('outcome, action, who, cue and day narrow it down together', () => {
  expect(found({ outcome: 'refused' })).toEqual([go]);
  expect(found({ outcome: 'no-answer' })).toEqual([arm]);
  expect(found({ action: 'ARM' })).toEqual([arm]);
  expect(found({ who: 'Tom W.' })).toEqual([arm]);
  expect(found({ who: PEOPLE })).toEqual([arm, go]);
  expect(found({ who: SERVER })).toEqual([closed]);
  expect(found({ cue: 'cue-10', who: PEOPLE })).toEqual([arm]);
  expect(found({ day: '22 Nov' })).toEqual([]);
});

test('both minutes of a time range belong to it, and it may go over midnight', () => {
  expect(found({ from: '22:50', to: '22:50' })).toEqual([go]);
  expect(found({ from: '23:10' })).toEqual([closed, arm]);
  expect(found({ to: '2310' })).toEqual([arm, go]);
  expect(found({ from: '23:30', to: '01:00' })).toEqual([closed]);
});

test('a time is written with or without its colon; half a time filters nothing yet', () => {
  expect(['21:05', '2105', '21', '9:30', ' 00:00 '].map(minutesOf)).toEqual([1_265, 1_265, 1_260, 570, 0]);
  expect(['', '2', '21:', '21:7', '24:00', '2160', 'soon'].map(minutesOf)).toEqual([null, 120, ...Array(5).fill(null)]);
  expect(found({ from: '21:' })).toEqual(ROWS);
});

test('what there is to choose from is counted over all lines', () => {
  expect(facetsOf(ROWS)).toEqual({
    total: 3,
    outcomes: { accepted: 1, refused: 1, 'no-answer': 1, lost: 0 },
    actions: ['ARM', 'CLOSED', 'GO'],
    people: [
      { id: 'Mara L.', name: 'Mara L.' },
      { id: 'Tom W.', name: 'Tom W.' },
    ],
    hasServer: true,
    cues: [
      { id: 'cue-2', words: '2 Who makes the final two?', number: '2' },
      { id: 'cue-10', words: '10 Who wins the finale?', number: '10' },
    ],
    days: ['21 Nov'],
  });
});

test('a search finds accents typed the other way, dotted capitals, and Hebrew inside its isolates', () => {
  const cues = new Map([['cue-3', { number: '3', text: 'Beyonc\u00e9 in İstanbul, שלום?' }]]);
  const base = { seq: 3, id: 'dddd', atMs: at(22, 0, 0), actor: 'Zoe\u0308', source: 'key', type: 'cue.go' };
  const row = deskRow({ ...base, target: 'cue-3', command: null, outcome: null, ...late }, { cues, people: {} });
  for (const query of ['beyonce\u0301', 'BEYONCE', 'istanbul', 'İSTANBUL', 'zo\u00eb', 'שלום?']) {
    expect(matcher({ ...NO_FILTER, query })(row), query).toBe(true);
  }
});
