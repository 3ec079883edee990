/**
 * What `npm run dev` keeps running: the server from its sources, started again part by part when they change; the pages
 * from theirs, changed without a reload; and the window, which adopts that server. Runs on the bundled Node.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { createInterface } from 'node:readline';
import { serveAudience, serveDesk } from './dev-pages.mjs';
import { bundledNode, inRoot, root } from './paths.mjs';
import { build } from './prepare.mjs';
import { Refusal, runStarter, say } from './say.mjs';
import { flagValue, rootSwitches, sampleShow, windowRuntime } from './window-runtime.mjs';

const args = process.argv.slice(2);
/** Files of the window that take a new one: a page that changes is changed in place. */
const WINDOW_FOLDERS = ['electron/main', 'electron/preload'];
const SETTLED_AFTER_MS = 300;

/** @type {(import('node:child_process').ChildProcess)[]} */
const children = [];
let leaving = false;

/** Ends in order: the window first, then the server under it. */
async function leave() {
  if (leaving) return;
  leaving = true;
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** @returns {Promise<{ ready: import('../../shared/protocol/process.ts').ReadyEvent, ended: Promise<unknown> }>} */
async function startServer() {
  const flags = ['--json', '--watch', ...args, ...(await sampleShow(args))];
  const child = spawn(bundledNode, [inRoot('server/supervisor/main.ts'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, TALLYROOM_LOG_LEVEL: process.env.TALLYROOM_LOG_LEVEL ?? 'warn' },
  });
  children.push(child);
  const ended = once(child, 'exit');
  const lines = createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) });
  const ready = new Promise((resolve, reject) => {
    ended.then(() => reject(new Refusal('The server did not start; its words are above.')));
    lines.on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'ready') resolve(event);
      if (event.event === 'restarted') say(`The ${event.what} runs from its changed sources.`);
      if (event.event === 'alarm') say(`ALARM (${event.code}): ${event.message}`);
    });
  });
  return { ready: await ready, ended };
}

/** @param {string} electron @param {string} pageUrl */
function openWindow(electron, pageUrl) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const data = flagValue(args, '--data');
  const child = spawn(electron, [...rootSwitches(), root, ...(data === null ? [] : ['--data', data])], {
    stdio: 'inherit',
    env: { ...env, ELECTRON_RENDERER_URL: pageUrl },
  });
  children.push(child);
  return child;
}

/**
 * The window, opened anew after a change to its own sources: killed, because quitting would end the server as well. The
 * new one adopts it. Resolves when somebody quits it.
 * @param {string} electron
 * @param {string} pageUrl
 */
async function keepWindow(electron, pageUrl) {
  let stale = false;
  let child = openWindow(electron, pageUrl);
  let timer = setTimeout(() => {}, 0);
  const renew = async () => {
    say('The window’s own sources have changed: building them, then it opens anew.');
    const built = await build().then(
      () => true,
      () => false,
    );
    if (!built || leaving) return;
    stale = true;
    child.kill('SIGKILL');
  };
  const watchers = WINDOW_FOLDERS.map((folder) =>
    watch(inRoot(folder), (_event, file) => {
      if (file === null || !file.endsWith('.ts') || file.endsWith('.test.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(renew, SETTLED_AFTER_MS);
    }),
  );
  do {
    stale = false;
    await once(child, 'exit');
    if (stale) child = openWindow(electron, pageUrl);
  } while (stale);
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
}

runStarter(async () => {
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => void leave());
  const electron = await windowRuntime();
  const { ready, ended } = await startServer();
  const core = new URL(ready.deskUrl);
  const pages = await Promise.all([serveDesk(core.origin), serveAudience(ready.audienceUrl)]);
  const [desk, audience] = pages;
  say(
    [
      `The server runs from its sources (desk ${core.origin}, audience ${ready.audienceUrl}); a change starts the part that runs it again.`,
      `The desk in a browser, with hot reload: ${desk.url}/${core.hash} (works once)`,
      `The viewer page, with hot reload: ${audience.url}/ (in rehearsal ${audience.url}/?code=${ready.rehearsalCode})`,
      electron === null
        ? 'Ctrl-C ends everything.'
        : 'The window opens now, with hot reload; quitting it or Ctrl-C ends everything.',
    ].join('\n'),
  );
  await (electron === null ? ended : Promise.race([ended, keepWindow(electron, desk.url)]));
  await leave();
  for (const page of pages) await page.close();
  return 0;
});
