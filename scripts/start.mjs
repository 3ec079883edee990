/** `npm start`: the app in its window; without a display or a runtime the same desk in a browser. */
import './lib/require-node.mjs';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runServer, standInFor } from './lib/child.mjs';
import { missingLibraries, resolveElectron } from './lib/electron-runtime.mjs';
import { inRoot, out, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { stopToolsOnSignal } from './lib/run.mjs';
import { runStarter, say } from './lib/say.mjs';

const args = process.argv.slice(2);

/** @returns {Promise<string | null>} the runtime's executable, or null where there can be no window */
async function windowRuntime() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    say('No display here, so there is no window: the desk is for a browser.');
    return null;
  }
  const runtime = await resolveElectron();
  if (runtime.kind === 'none') {
    say(`No Electron runtime, so there is no window: ${runtime.why}. The desk is for a browser.`);
    return null;
  }
  const missing = await missingLibraries(runtime.executable);
  if (missing.length === 0) return runtime.executable;
  say(
    `No window: Electron needs libraries that this system lacks (${missing.join(', ')}). On Debian: apt-get install libgtk-3-0 libnss3 libasound2 libgbm1 libxss1. The desk is for a browser.`,
  );
  return null;
}

/** The sample show, where the data folder holds no show and the command line names none. */
async function sampleShow() {
  if (args.some((arg) => arg === '--show' || arg.startsWith('--show='))) return [];
  const { dataFilesIn, dataFolderPath } = await import(
    pathToFileURL(join(out, 'server', 'server', 'storage', 'data-folder.js')).href
  );
  const at = args.findIndex((arg) => arg === '--data' || arg.startsWith('--data='));
  const flag = at < 0 ? null : args[at]?.includes('=') ? args[at]?.slice('--data='.length) : args[at + 1];
  const dir = dataFolderPath({ flag: flag ?? null, env: process.env, platform: process.platform, homeDir: homedir() });
  return existsSync(dataFilesIn(dir).journal) ? [] : ['--show', inRoot('resources/saturday-finale.json')];
}

runStarter(async () => {
  const preparing = stopToolsOnSignal();
  await prepare();
  const electron = await windowRuntime();
  const show = electron === null ? await sampleShow() : [];
  preparing();
  if (electron === null) return runServer([...args, ...show]);
  // Chromium's sandbox refuses to work for root.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return standInFor(electron, [...asRoot, root, ...args], { stdio: 'inherit', env });
});
