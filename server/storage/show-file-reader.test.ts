import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { linesOf } from './json-lines.ts';
import { nearest } from './misspelt-fields.ts';
import { readShowFile } from './show-file-reader.ts';

function read(file: unknown) {
  const dir = mkdtempSync(join(tmpdir(), 'show-file-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'show.json');
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file, null, 1));
  return readShowFile(path);
}
const cue = { id: 'a', kind: 'single', text: 'Who?', options: [], durationMs: 5_000 };

test('a key given twice and a field that is nearly another are told with their lines, and the show is taken', () => {
  const reading = read(`{
 "title": "Finale",
 "title": "Grand finale",
 "studio": "B",
 "cues": [
  { "id": "a", "kind": "single", "text": "Who?", "durationMs": 5000, "text": "Who wins?",
    "optoins": [],
    "grace_ms": 1,
    "trigger": { "offset": 5, "offsetMs": 0 },
    "camera": 4 }
 ]
}`);
  expect(reading).toMatchObject({
    kind: 'show',
    show: { title: 'Grand finale', cues: [{ text: 'Who wins?', camera: 4 }] },
    warnings: [
      'line 3: title is given twice. The last one counts.',
      'line 6: cues[0].text is given twice. The last one counts.',
      'line 7: cues[0].optoins is no field that Tallyroom knows. Was options meant?',
      'line 8: cues[0].grace_ms is no field that Tallyroom knows. Was graceMs meant?',
      'line 9: cues[0].trigger.offset is no field that Tallyroom knows. Was offsetMs meant?',
    ],
  });
});

test('a field that is missing because it is misspelt is refused together with what it may be', () => {
  const { durationMs: _durationMs, ...rest } = cue;
  const reading = read({ title: 'Finale', cues: [{ ...rest, duration: 5_000 }] });
  expect(reading).toMatchObject({ kind: 'refused' });
  expect(reading.kind === 'refused' && reading.message).toMatch(
    /cues\[0\]\.durationMs: [\s\S]*duration is no field .* durationMs/,
  );
});

test.each([
  ['duration', 'durationMs'],
  ['Text', 'text'],
  ['max_ballots', 'maxBallots'],
  ['classs', 'class'],
  ['contingancy', 'contingency'],
  ['tirgger', 'trigger'],
  ['text', null],
  ['lamp', null],
  ['mix', null],
  ['studio', null],
  ['x'.repeat(100_000), null],
])('%.12s is nearly %s', (name, meant) => {
  const known = ['id', 'text', 'max', 'durationMs', 'maxBallots', 'class', 'contingency', 'trigger'];
  expect(nearest(name, known)).toBe(meant);
});

test('a file that is wrong in thousands of places is told in twenty lines, and read once for all of them', () => {
  const file = {
    title: 'Many',
    cues: Array.from({ length: 500 }, (_, i) => ({
      ...cue,
      id: `c${i}`,
      options: Array.from({ length: 50 }, () => ({ id: '', text: '' })),
    })),
  };
  const reading = read(file);
  expect(reading.kind).toBe('refused');
  const lines = reading.kind === 'refused' ? reading.message.split('\n') : [];
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('  and 24,980 more');
});

test('the lines of many places cost one reading of the text, not one for each', () => {
  const textOf = (cues: number) =>
    JSON.stringify(
      Array.from({ length: cues }, () => Array.from({ length: 50 }, () => ({ text: '' }))),
      null,
      1,
    );
  /** How often the reader looks at a character, counted by a text that counts. */
  const looksAt = (cues: number) => {
    const text = textOf(cues);
    const paths = Array.from({ length: cues * 50 }, (_, i) => [Math.floor(i / 50), i % 50, 'text']);
    let looks = 0;
    const counting = new Proxy(Object(text), {
      get(target, key) {
        looks++;
        const value = target[key];
        return typeof value === 'function' ? value.bind(text) : value;
      },
    });
    expect(linesOf(counting, paths).lines.at(-1)).toBe(text.split('\n').length - 3);
    return looks / text.length;
  };
  expect(looksAt(40)).toBeLessThan(looksAt(4) * 1.5);
});
