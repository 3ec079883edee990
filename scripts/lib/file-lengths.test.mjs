/** A file past 300 lines usually has two purposes; one that has a single one says so at its head. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './paths.mjs';

const MOST_LINES = 300;
/** Begins the reason, in the comment at the head of the file. */
const REASON = 'Longer than 300 lines because';
const FOLDERS = ['shared', 'server', 'electron', 'renderer', 'e2e', 'bench', 'scripts'];

/**
 * Whether the comment at the very beginning says why the file is so long.
 * @param {string} text
 */
function saysWhy(text) {
  const head = /^(\/\*[\s\S]*?\*\/|(\/\/.*\n)+)/.exec(text.replace(/^#!.*\n/, ''));
  return head?.[0].replaceAll(/\s*\n\s*(\*|\/\/)?\s*/g, ' ').includes(REASON) === true;
}

function tooLong() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|css)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => {
        const text = readFileSync(path, 'utf8');
        return text.trimEnd().split('\n').length > MOST_LINES && !saysWhy(text);
      })
      .map((path) => path.slice(root.length + 1).replaceAll('\\', '/')),
  ).sort();
}

test(`no file has more than ${MOST_LINES} lines without a reason at its head (“${REASON} …”)`, () => {
  expect(tooLong()).toEqual([]);
});

test.each([
  ['/** What it does. Longer than 300 lines because it is one table. */\nimport x;\n', true],
  ['/**\n * What it does. Longer than 300\n * lines because it is one table.\n */\n', true],
  ['// Longer than 300 lines\n// because it is one table.\nimport x;\n', true],
  ['/** What it does. */\n/* Longer than 300 lines because it is one table. */\n', false],
  ['import x;\n', false],
])('the reason is looked for in the comment at the head: %j', (text, isThere) => {
  expect(saysWhy(text)).toBe(isThere);
});
