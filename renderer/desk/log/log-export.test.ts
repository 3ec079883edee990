import { expect, test } from 'vitest';
import { at } from '../testing/show-fixture.ts';
import { asCsv, asJson, EXPORT_FIELDS, exportName, exportRecord } from './log-export.ts';
import { deskRow } from './log-row.ts';

const CUES = new Map([['cue-8', { number: '8', text: '=HYPERLINK("http://bad.example")' }]]);
const NAMES = { cues: CUES, people: { 'p-2': 'Tom W.' } };

function record(reason: string) {
  const conflict = { actor: 'p-2', source: 'desk:1', commandId: 'c-9', atMs: 5 };
  return exportRecord(
    'desk',
    deskRow(
      {
        ...{ seq: 4, id: 'c-1', atMs: Date.UTC(2026, 10, 21, 20, 14, 22, 7), actor: '-Mara', source: 'key' },
        ...{ type: 'poll.void', target: 'cue-8', command: { payload: { reason } }, outcome: 'refused' },
        ...{ code: 'stale-revision', message: 'Tom, “faster”\nby "40 ms".', latencyMs: 18.4 },
        answer: { status: 'refused', code: 'stale-revision', message: 'x', conflict, serverNowMs: 1 },
        ...{ loggedLate: true, settled: true },
      },
      NAMES,
    ),
  );
}

/** As RFC 4180 has it: the rows of a file with quoted cells. */
function parsed(csv: string): string[][] {
  const rows: string[][] = [];
  for (const [, cell = '', end = ''] of csv.matchAll(/((?:"(?:[^"]|"")*")|[^,\r]*)(,|\r\n)/g)) {
    const row = rows.at(-1);
    const text = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    if (row === undefined) rows.push([text]);
    else row.push(text);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('a CSV is RFC 4180 with a byte order mark, and its fields are the documented ones', () => {
  const csv = asCsv([record('a test')]);
  expect(csv.startsWith('\uFEFFlog,seq,time,')).toBe(true);
  expect(csv.endsWith('\r\n')).toBe(true);
  const [head, row] = parsed(csv.slice(1));
  expect(head).toEqual([...EXPORT_FIELDS]);
  const cell = (name: (typeof EXPORT_FIELDS)[number]) => row?.[EXPORT_FIELDS.indexOf(name)];
  expect(row).toHaveLength(EXPORT_FIELDS.length);
  expect(cell('time')).toBe('2026-11-21T20:14:22.007Z');
  expect(cell('message')).toBe('Tom, “faster”\nby "40 ms".');
  expect(cell('latencyMs')).toBe('18.4');
  expect(cell('marks')).toBe('logged late; asked afterwards');
  expect([cell('wonBy'), cell('wonByActor'), cell('wonById')]).toEqual(['Tom W.', 'p-2', 'c-9']);
  expect(JSON.parse(cell('command') ?? '')).toEqual({ payload: { reason: 'a test' } });
});

test('nothing that somebody typed becomes a formula in a spreadsheet', () => {
  for (const typed of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    const [, row] = parsed(asCsv([record(typed)]).slice(1));
    expect(row?.[EXPORT_FIELDS.indexOf('said')]).toBe(`'${typed}`);
    expect(row?.[EXPORT_FIELDS.indexOf('who')]).toBe("'-Mara");
    expect(row?.[EXPORT_FIELDS.indexOf('cueText')]).toMatch(/^'=HYPERLINK/);
  }
});

test('a JSON file holds every entry exactly as it was logged', () => {
  const whole = JSON.parse(asJson([record('=1+1')], 0));
  expect(whole).toMatchObject({ format: 'tallyroom-log', version: 1, exportedAt: '1970-01-01T00:00:00.000Z' });
  expect(whole.entries[0]).toMatchObject({ said: '=1+1', who: '-Mara', marks: ['logged late', 'asked afterwards'] });
  expect(Object.keys(whole.entries[0])).toEqual([...EXPORT_FIELDS]);
});

test('a file is named for its log and its minute', () => {
  expect(exportName('show', 'csv', at(22, 50, 9))).toBe('tallyroom-whole-show-2026-11-21-2250.csv');
});
