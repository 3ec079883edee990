import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const PAGE = fileURLToPath(new URL('../out/audience/', import.meta.url));
/** It comes over a full stadium's mobile network. */
const MOST_BYTES = 25_000;

test('the built viewer page weighs less than 25 kB gzipped, and nothing is fetched beside its one script and one style', () => {
  const files = readdirSync(PAGE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.map((file) => file.replace(/.*\./, '')).sort()).toEqual(['css', 'html', 'js']);
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
  expect(bytes).toBeLessThan(MOST_BYTES);
});

test('the built viewer page goes by the direction of a text, and never by its language, which nobody says', () => {
  const [style = ''] = readdirSync(PAGE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
  expect(readFileSync(join(PAGE, style), 'utf8')).toContain('inline-start');
  expect(readFileSync(join(PAGE, style), 'utf8')).not.toContain(':lang(');
});
