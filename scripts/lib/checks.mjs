/** Lint, format and types: what `npm run check` runs, and `npm test` before the tests. */
import { bundledNode, inRoot, root } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const tsc = (/** @type {string} */ project) => ['typescript/bin/tsc', '-p', project];

/** @type {{ name: string, args: string[] }[]} */
export const checks = [
  { name: 'biome', args: ['@biomejs/biome/bin/biome', 'check', '--diagnostic-level=error', '--max-diagnostics=50'] },
  { name: 'types of server, shared and tests', args: tsc('tsconfig.json') },
  { name: 'types of the pages', args: tsc('renderer') },
  { name: 'types of the window', args: tsc('electron') },
];

/** For `npm run check` alone: `npm test` runs them among its tests. */
export const houseRules = {
  name: 'floors of the imports, lengths of the files',
  args: ['vitest/vitest.mjs', 'run', 'scripts/lib/import-graph.test.mjs', 'scripts/lib/file-lengths.test.mjs'],
};

/**
 * Runs one check; its words are shown when it fails.
 * @param {{ name: string, args: string[] }} check
 * @returns {Promise<boolean>} whether it passed
 */
export async function runCheck({ name, args: [script = '', ...args] }) {
  const { code, output } = await run(bundledNode, [inRoot(`node_modules/${script}`), ...args], {
    quiet: true,
    cwd: root,
  });
  say(code === 0 ? `ok      ${name}` : `FAILED  ${name}\n${output.trim()}`);
  return code === 0;
}
