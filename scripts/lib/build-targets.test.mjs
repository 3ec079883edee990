import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sourceHash } from './build-targets.mjs';
import { inRoot } from './paths.mjs';

test('a changed, an added and a removed source ask for a build; a test and an untouched tree do not', async () => {
  mkdirSync(inRoot('.cache'), { recursive: true });
  const dir = mkdtempSync(inRoot('.cache/sources-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const target = { name: 'x', sources: [join('.cache', basename(dir))], folders: [], results: [] };
  const hash = () => sourceHash(target);
  const write = (/** @type {string} */ name, /** @type {string} */ text) => writeFileSync(join(dir, name), text);

  write('a.ts', '1');
  const first = await hash();
  expect(await hash()).toBe(first);
  write('a.test.ts', 'test');
  expect(await hash()).toBe(first);
  write('a.ts', '2');
  const changed = await hash();
  expect(changed).not.toBe(first);
  write('b.ts', '');
  expect(await hash()).not.toBe(changed);
  rmSync(join(dir, 'b.ts'));
  write('a.ts', '1');
  expect(await hash()).toBe(first);
});
