/** `npm run server`: the server without a window. */
import './lib/require-node.mjs';
import { runServer } from './lib/child.mjs';
import { prepare } from './lib/prepare.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { runStarter, sayOnStderr } from './lib/say.mjs';

const args = process.argv.slice(2);

runStarter(async () => {
  if (args.includes('--json')) sayOnStderr();
  const preparing = stopToolsOnSignal();
  await prepare();
  preparing();
  return runServer(args);
});
