/** What a starter needs to know before it opens a window, or instead of it. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { missingLibraries, resolveElectron } from './electron-runtime.mjs';
import { inRoot, out } from './paths.mjs';
import { say } from './say.mjs';

/** @returns {Promise<string | null>} the runtime's executable, or null where there can be no window */
export async function windowRuntime() {
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

/** Chromium's sandbox refuses to work for root. */
export const rootSwitches = () => (process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []);

/**
 * The value of a flag on a command line, or null.
 * @param {string[]} args
 * @param {string} flag with its dashes
 */
export function flagValue(args, flag) {
  const at = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  if (at < 0) return null;
  const arg = args[at] ?? '';
  return arg.includes('=') ? arg.slice(flag.length + 1) : (args[at + 1] ?? null);
}

/**
 * The flags for the sample show, where the data folder holds no show and the command line names none.
 * @param {string[]} args
 */
export async function sampleShow(args) {
  if (flagValue(args, '--show') !== null) return [];
  const { dataFilesIn, dataFolderPath } = await import(
    pathToFileURL(join(out, 'server', 'server', 'storage', 'data-folder.js')).href
  );
  const flag = flagValue(args, '--data');
  const dir = dataFolderPath({ flag, env: process.env, platform: process.platform, homeDir: homedir() });
  return existsSync(dataFilesIn(dir).journal) ? [] : ['--show', inRoot('resources/saturday-finale.json')];
}
