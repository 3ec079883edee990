/** `npm run check`: lint, format, types, floors and file lengths. */
import './lib/require-node.mjs';
import { checks, houseRules, runCheck } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { runStarter } from './lib/say.mjs';

runStarter(async () => {
  stopToolsOnSignal();
  await ensureInstalled();
  let failed = 0;
  for (const check of [...checks, houseRules]) if (!(await runCheck(check))) failed++;
  return failed === 0 ? 0 : 1;
});
