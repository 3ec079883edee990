/** `npm run bench`: installs where that is needed, then measures under the bundled Node. It runs from the sources, so nothing is built. */
import './lib/require-node.mjs';
import { standInFor } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bundledNode, inRoot } from './lib/paths.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { runStarter } from './lib/say.mjs';

runStarter(async () => {
  const preparing = stopToolsOnSignal();
  await ensureInstalled();
  preparing();
  return standInFor(bundledNode, [inRoot('bench/run.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
});
