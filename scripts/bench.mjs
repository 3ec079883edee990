/** `npm run bench`: installs and builds as the other starters do, then measures what was built under the bundled Node. */
import './lib/require-node.mjs';
import { standInFor } from './lib/child.mjs';
import { bundledNode, inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { runStarter } from './lib/say.mjs';

runStarter(async () => {
  const preparing = stopToolsOnSignal();
  await prepare();
  preparing();
  return standInFor(bundledNode, [inRoot('bench/run.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, TALLYROOM_BUILT: '1' },
  });
});
