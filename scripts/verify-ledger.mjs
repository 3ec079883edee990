/** `npm run verify-ledger`: checks a ledger; its exit code tells. Runs from the sources, so that it builds nothing. */
import './lib/require-node.mjs';
import { standInFor } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bundledNode, inRoot } from './lib/paths.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { Refusal, runStarter, say, sayOnStderr } from './lib/say.mjs';

/** 1 says that the ledger does not hold, so what keeps us from looking at it is 2. */
const CANNOT_TELL = 2;

runStarter(async () => {
  sayOnStderr();
  const preparing = stopToolsOnSignal();
  try {
    await ensureInstalled();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    return CANNOT_TELL;
  }
  preparing();
  return standInFor(bundledNode, [inRoot('server/evidence/verify-ledger-main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
});
