/** A file past 300 lines usually has two purposes; one that has a single one says so at its head. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './paths.mjs';

const MOST_LINES = 300;
/** Begins the reason, in the comment at the head of the file. */
const REASON = 'Longer than 300 lines because';
const FOLDERS = ['shared', 'server', 'electron', 'renderer', 'e2e', 'bench', 'scripts'];

/** THIS LIST MUST SHRINK TO NOTHING: files that are too long and don't say why. Nothing may be added to it. */
/** @type {readonly string[]} */
const knownLongFiles = [
  'bench/audience/audience.ts',
  'e2e/keyboard.spec.ts',
  'e2e/server/api-documents.test.ts',
  'e2e/server/recode.test.ts',
  'renderer/audience/connection.test.ts',
  'renderer/audience/connection.ts',
  'renderer/audience/ladder.test.ts',
  'renderer/audience/session.test.ts',
  'renderer/audience/session.ts',
  'renderer/audience/style.css',
  'renderer/audience/view-model.test.ts',
  'renderer/desk/actions/action-specs.ts',
  'renderer/desk/actions/action-view.test.ts',
  'renderer/desk/director/live-poll.css',
  'renderer/desk/log/log-screen.css',
  'renderer/desk/testing/show-fixture.ts',
  'renderer/desk/transport/air-panel.css',
  'scripts/lib/api/audience-paths.ts',
  'server/ballotbox/ledger-writer.ts',
  'server/ballotbox/networks.test.ts',
  'server/ballotbox/open-ballot-box.test.ts',
  'server/ballotbox/open-ballot-box.ts',
  'server/core/core.ts',
  'server/desk/api-docs.ts',
  'server/desk/http.ts',
  'server/edge/edge.ts',
  'server/edge/house-buckets.test.ts',
  'server/edge/repeat-polls.test.ts',
  'server/edge/ws-gateway.ts',
  'server/evidence/verify-ledger.test.ts',
  'server/show/core-clock.test.ts',
  'server/show/engine.test.ts',
  'server/show/engine.ts',
  'server/supervisor/part.ts',
  'server/supervisor/run-server.ts',
  'server/supervisor/supervisor.ts',
  'shared/domain/evolve.ts',
  'shared/domain/guards.ts',
  'shared/domain/show.test.ts',
];

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
  const found = tooLong();
  expect(found.filter((file) => !knownLongFiles.includes(file))).toEqual([]);
  const gone = knownLongFiles.filter((file) => !found.includes(file));
  expect(gone, 'these files are short enough now; take them out of knownLongFiles').toEqual([]);
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
