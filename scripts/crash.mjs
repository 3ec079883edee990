/** `npm run crash -- --rounds N --seed S`: breaks a real server N times while people vote, and checks the ledger after each. */
import './lib/require-node.mjs';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { standInFor } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bundledNode, inRoot, root } from './lib/paths.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { Refusal, runStarter, say } from './lib/say.mjs';

const DEFAULT_ROUNDS = '300';

/** @param {string} flag @param {string} text */
function wholeNumber(flag, text) {
  if (!/^\d{1,10}$/.test(text)) throw new Refusal(`--${flag} is a whole number, not ${text}.`);
  return text;
}

runStarter(async () => {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
  const rounds = wholeNumber('rounds', values.rounds ?? DEFAULT_ROUNDS);
  const seed = wholeNumber('seed', values.seed ?? String(randomInt(2 ** 31)));
  const preparing = stopToolsOnSignal();
  await ensureInstalled();
  preparing();
  say(`${rounds} rounds from seed ${seed}: npm run crash -- --rounds ${rounds} --seed ${seed}`);
  const env = { ...process.env, TALLYROOM_CRASH_ROUNDS: rounds, TALLYROOM_SEED: seed };
  const args = ['run', '--silent', '--reporter=dot', 'e2e/server/crash.test.ts'];
  return standInFor(bundledNode, [inRoot('node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
});
