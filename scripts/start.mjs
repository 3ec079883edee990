/** `npm start`: the app in its window; without a display or a runtime the same desk in a browser. */
import './lib/require-node.mjs';
import { runServer, standInFor } from './lib/child.mjs';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { runStarter } from './lib/say.mjs';
import { rootSwitches, sampleShow, windowRuntime } from './lib/window-runtime.mjs';

const args = process.argv.slice(2);

runStarter(async () => {
  const preparing = stopToolsOnSignal();
  await prepare();
  const electron = await windowRuntime();
  const show = electron === null ? await sampleShow(args) : [];
  preparing();
  if (electron === null) return runServer([...args, ...show]);
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return standInFor(electron, [...rootSwitches(), root, ...args], { stdio: 'inherit', env });
});
