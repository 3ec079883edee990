/** Electron main: puts the parts together and nothing else. What is on air is decided in the core, never here. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, session } from 'electron';
import { type DataFolder, openDataFolder } from '../../server/storage/data-folder.ts';
import { channels } from '../preload/channels.ts';
import { parseAppArgv } from './app-argv.ts';
import { setAppMenu } from './app-menu.ts';
import { appPaths } from './app-paths.ts';
import { handleBridge } from './bridge-handlers.ts';
import { CoreClient } from './core-client.ts';
import { registerDeskScheme, serveDeskPage } from './desk-scheme.ts';
import { DeskWindows } from './desk-windows.ts';
import { denyNavigation, denyPermissions } from './lock-down.ts';
import { LogbookClient } from './logbook-client.ts';
import { log, wordsOf } from './main-log.ts';
import { askToQuit } from './native-question.ts';
import { QuitGuard } from './quit-guard.ts';
import { serverArgs } from './server-args.ts';
import { ServerLink } from './server-link.ts';
import { startServer } from './server-process.ts';
import { Settlement } from './settlement.ts';

/** A server that takes longer to start (1 to 2 s on a free machine) is shown starting; one that doesn't spares its page a second load. */
const SHOW_STARTING_AFTER_MS = 10_000;
const STOP_WITHIN_MS = 10_000;

// A fault in this shell must not take the window off the screen in the middle of a show; it holds no state of the show.
process.on('uncaughtException', (error) =>
  log('error', 'An unexpected error in the window shell.', { stack: error.stack }),
);
process.on('unhandledRejection', (reason) =>
  log('error', 'An unexpected error in the window shell.', { reason: wordsOf(reason) }),
);

const flags = parseAppArgv(process.argv, process.cwd());
const data = dataFolderOrExit();
// Electron's own files and its single-instance lock: one app a data folder, several folders side by side.
app.setPath('userData', join(data.dir, 'window'));

if (app.requestSingleInstanceLock()) {
  registerDeskScheme();
  app.whenReady().then(start);
} else {
  log('info', 'The app already runs on this data folder; its window was brought to the front.', { data: data.dir });
  app.exit(0);
}

function dataFolderOrExit(): DataFolder {
  try {
    return openDataFolder(flags.data);
  } catch (error) {
    log('error', wordsOf(error), {});
    dialog.showErrorBox('Tallyroom', wordsOf(error));
    process.exit(1);
  }
}

function start(): void {
  const paths = appPaths({
    packaged: app.isPackaged,
    appPath: app.getAppPath(),
    resourcesPath: process.resourcesPath,
    platform: process.platform,
  });
  const link = new ServerLink({
    dataDir: data.dir,
    startServer: (ports) => {
      const args = serverArgs({
        dataDir: data.dir,
        hasShow: existsSync(data.journal),
        showFile: flags.showFile,
        newShow: flags.newShow,
        sampleShow: paths.sampleShow,
        serverFlags: flags.serverFlags,
        ports,
      });
      return startServer(paths.node, [paths.supervisor, ...args], (line) => process.stderr.write(`${line}\n`));
    },
  });
  const logbook = new LogbookClient(() =>
    spawn(paths.node, [paths.logbook, '--data', data.dir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  const core = new CoreClient(() => link.connection());
  const settlement = new Settlement({
    open: (olderThanMs) => logbook.open(olderThanMs),
    write: (outcome) => logbook.outcome(outcome),
    lookUp: (id) => core.lookUp(id),
  });
  const deskUrl = () => (link.status.kind === 'running' ? link.status.deskUrl : null);
  const windows = new DeskWindows({
    preload: paths.preload,
    deskUrl,
    mayCloseLast: () => {
      if (guard.left || process.platform === 'darwin') return true;
      guard.want(false);
      return false;
    },
    onPageLost: () => guard.pageLost(),
  });
  const guard = new QuitGuard({
    serverRunning: () => link.status.kind === 'running',
    windows: () => windows.reports(),
    askPage: () => {
      const front = windows.front;
      if (front === null || front.webContents.isCrashed()) return false;
      windows.focus();
      front.webContents.send(channels.quitAsked);
      return true;
    },
    askNatively: (why) => askToQuit(windows.front, why),
    leave: () => {
      leave({ link, logbook, settlement }).catch((error) =>
        log('error', 'Quitting failed.', { reason: wordsOf(error) }),
      );
    },
  });

  serveDeskPage(session.defaultSession, paths.deskPageDir, deskUrl);
  denyPermissions(session.defaultSession);
  denyNavigation(app);
  handleBridge({
    connection: () => link.connection(),
    logIntent: async (intent) => {
      await logbook.intent(intent);
      settlement.wake();
    },
    logOutcome: (outcome) => logbook.outcome(outcome),
    logList: (afterSeq, limit) => logbook.list(afterSeq, limit),
    serverStatus: () => link.status,
    quitHeard: (shown) => guard.heard(shown),
    quitAnswer: (quit) => guard.answer(quit),
    busyRuns: (from, count) => windows.setBusyRuns(from, count),
  });
  setAppMenu({
    platform: process.platform,
    packaged: app.isPackaged,
    onNewWindow: () => windows.open(),
    onQuit: () => guard.want(false),
  });

  // The first window waits for the server's address, of which its page's policy is built, or for the news that there is none.
  let firstWindowAsked = false;
  const openFirstWindow = () => {
    if (!firstWindowAsked) windows.openFirst();
    firstWindowAsked = true;
  };
  setTimeout(openFirstWindow, SHOW_STARTING_AFTER_MS);
  logbook.onChanged(() => windows.tell(channels.logChanged, null));
  logbook.onRespawned(() => settlement.wake());
  link.onStatus((status) => {
    core.forget();
    openFirstWindow();
    windows.tellServerStatus(status);
    if (status.kind === 'running') settlement.wake();
  });
  app.on('before-quit', (event) => {
    // Never Electron's own way out: the server and the logbook end first, then `app.exit`.
    event.preventDefault();
    guard.want(false);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') guard.want(false);
  });
  app.on('activate', () => windows.focus());
  app.on('second-instance', () => windows.focus());
  // After `ready`, because Electron sets its own handlers while it starts.
  process.on('SIGTERM', () => guard.want(true));
  process.on('SIGINT', () => guard.want(true));

  link.run().catch((error) => log('error', 'The line to the server failed.', { reason: wordsOf(error) }));
}

interface Children {
  link: ServerLink;
  logbook: LogbookClient;
  settlement: Settlement;
}

async function leave({ link, logbook, settlement }: Children): Promise<void> {
  settlement.stop();
  const ended = await link.stop(STOP_WITHIN_MS);
  if (!ended)
    log('error', 'The server has not ended in time; it goes on ending by itself.', { waitedMs: STOP_WITHIN_MS });
  await logbook.close();
  app.exit(0);
}
