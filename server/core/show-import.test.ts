import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importNoticeOf, readShow } from './show-import.ts';

test('a show file that was changed since it was checked is a refusal with a sentence, and no death', () => {
  const dir = mkdtempSync(join(tmpdir(), 'show-import-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'show.json');
  writeFileSync(path, '{ "title": "Finale", "cues": [] }');
  expect(readShow(path).show.title).toBe('Finale');
  writeFileSync(path, Buffer.from('{ "title": "Gr\u00fc\u00dfe", "cues": [] }', 'latin1'));
  expect(() => readShow(path)).toThrow(
    expect.objectContaining({ code: 'show-file', message: expect.stringContaining('line 1: not UTF-8') }),
  );
  rmSync(path);
  expect(() => readShow(path)).toThrow(expect.objectContaining({ code: 'show-file' }));
});

test('desks are told three warnings of an import and how many more there are, or nothing', () => {
  expect(importNoticeOf([], 1)).toBeNull();
  const five = [1, 2, 3, 4, 5].map((line) => `line ${line}: x is given twice. The last one counts.`);
  expect(importNoticeOf(five.slice(0, 3), 1)?.message).not.toContain('more');
  expect(importNoticeOf(five, 7)).toMatchObject({
    level: 'warn',
    atMs: 7,
    message: expect.stringMatching(/line 3: .* And 2 more are in the server's log\.$/),
  });
});
