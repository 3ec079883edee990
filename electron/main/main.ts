/** Electron main: puts the parts together and nothing else. What is on air is decided in the core, never here. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, powerSaveBlocker, safeStorage, screen, session, shell } from 'electron';
import { type DataFolder, openDataFolder } from '../../server/storage/data-folder.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import { channels } from '../preload/channels.ts';
import { parseAppArgv } from './app-argv.ts';
import { setAppMenu } from './app-menu.ts';
import { appPaths } from './app-paths.ts';
import { handleBridge } from './bridge-handlers.ts';
import { CoreClient } from './core-client.ts';
import { deskCsp } from './desk-csp.ts';
import { registerDeskScheme, serveDeskPage } from './desk-scheme.ts';
import { DeskWindows } from './desk-windows.ts';
import { devServerOf } from './dev-server.ts';
import { HostTeller } from './host-teller.ts';
import { LayoutKeeper } from './layout-keeper.ts';
import { denyNavigation, denyPermissions } from './lock-down.ts';
import { LogbookClient } from './logbook-client.ts';
import { Lookups } from './lookups.ts';
import { log, wordsOf } from './main-log.ts';
import { askToQuit } from './native-question.ts';
import { QuitGuard } from './quit-guard.ts';
import { RemoteMemory } from './remote-memory.ts';
import { sealer } from './sealer.ts';
import { serverArgs } from './server-args.ts';
import { ServerChoice } from './server-choice.ts';
import { ServerLink } from './server-link.ts';
import { startServer } from './server-process.ts';
import { Settlement } from './settlement.ts';
import { UnseenRuns } from './unseen-runs.ts';
import { WakeLock } from './wake-lock.ts';
import { readWindowFile } from './window-file.ts';
import { WindowLayout } from './window-layout.ts';

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
const windowDir = join(data.dir, 'window');
app.setPath('userData', windowDir);

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
  const dev = devServerOf(process.env, app.isPackaged);
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
  const ownCore = new CoreClient(() => link.connection());
  const memory = new RemoteMemory(join(windowDir, 'servers.json'), sealer(safeStorage, process.platform));
  const servers = new ServerChoice({
    own: { status: () => link.status, connection: () => link.connection(), busyRuns: () => ownCore.busyRuns() },
    memory,
    onSwitched: () => {
      lookups.forget();
      windows.reload();
      teller.changed();
      settlement.wake();
    },
  });
  const lookups = new Lookups({
    own: ownCore,
    other: new CoreClient(() => servers.connection()),
    remote: () => servers.remote,
  });
  const settlement = new Settlement({
    open: async () => (await logbook.open()).filter((entry) => lookups.canAsk(entry)),
    write: (outcome) => logbook.outcome(outcome),
    lookUp: (entry) => lookups.lookUp(entry),
  });
  const policy = () => deskCsp(servers.deskUrl, dev);
  const wakeLock = new WakeLock({
    start: () => powerSaveBlocker.start('prevent-display-sleep'),
    stop: (id) => powerSaveBlocker.stop(id),
  });
  const layoutPath = join(windowDir, 'layout.json');
  const windows = new DeskWindows({
    preload: paths.preload,
    policy,
    mayCloseLast: () => {
      if (guard.left || process.platform === 'darwin') return true;
      guard.want(false);
      return false;
    },
    onPageLost: () => guard.pageLost(),
    onChanged: () => {
      if (!guard.left) keeper.changed();
      wakeLock.set(windows.awake);
      teller.changed();
    },
  });
  const unseen = new UnseenRuns({
    looking: () => servers.remote !== null && link.status.kind === 'running',
    busyRuns: () => ownCore.busyRuns(),
  });
  const keeper = new LayoutKeeper(layoutPath, () => windows.layout());
  const teller: HostTeller = new HostTeller({
    windows,
    facts: () => ({
      versions: {
        app: app.getVersion(),
        electron: process.versions.electron ?? '',
        chromium: process.versions.chrome ?? '',
        node: process.versions.node,
      },
      dataDir: data.dir,
      server: {
        remote: servers.remote,
        local: link.status,
        coreTrouble: link.coreTrouble,
        network: link.networkUrl,
        lastRemote: memory.lastRemote,
        keepsSession: memory.keepsSession,
      },
      awake: wakeLock.held,
    }),
    onWindows: (list) =>
      setAppMenu({
        platform: process.platform,
        packaged: app.isPackaged,
        windows: list,
        onNewWindow: (screen) => windows.open(screen, null),
        onShowWindow: (id) => windows.show(id),
        onOpenInBrowser: () => {
          openInBrowser('owner').catch((error) => dialog.showErrorBox('Tallyroom', wordsOf(error)));
        },
        onQuit: () => guard.want(false),
      }),
  });
  /** Only ever the desk of this machine's own server. */
  const openInBrowser = async (role: Role) => {
    const { here } = await link.oneTimeLink(role);
    if (!/^https?:$/.test(new URL(here).protocol)) throw new Error('The desk’s address is none that a browser opens.');
    await shell.openExternal(here);
  };
  const guard = new QuitGuard({
    serverRunning: () => link.status.kind === 'running',
    windows: () => windows.reports(),
    unseenBusyRuns: () => unseen.busyRuns,
    askPage: () => {
      const front = windows.front;
      if (front === null || front.webContents.isCrashed()) return false;
      windows.focus();
      front.webContents.send(channels.quitAsked);
      return true;
    },
    askNatively: (why) => askToQuit(windows.front, why),
    leave: () => {
      keeper.flush();
      leave({ link, logbook, settlement }).catch((error) =>
        log('error', 'Quitting failed.', { reason: wordsOf(error) }),
      );
    },
  });

  serveDeskPage(session.defaultSession, { pageDir: paths.deskPageDir, dev, policy });
  denyPermissions(session.defaultSession);
  denyNavigation(app);
  handleBridge({
    connection: () => servers.connection(),
    logIntent: async ({ server: _, ...intent }) => {
      const server = servers.remote;
      await logbook.intent(server === null ? intent : { ...intent, server });
      settlement.wake();
    },
    logOutcome: (outcome) => logbook.outcome(outcome),
    logList: (afterSeq, limit) => logbook.list(afterSeq, limit),
    logBefore: (beforeSeq, limit) => logbook.before(beforeSeq, limit),
    serverStatus: () => servers.status,
    quitHeard: (shown) => guard.heard(shown),
    quitAnswer: (quit) => guard.answer(quit),
    busyRuns: (from, count) => windows.setBusyRuns(from, count),
    awake: (from, awake) => {
      windows.setAwake(from, awake);
      if (wakeLock.set(windows.awake)) teller.changed();
    },
    watchHost: (from) => teller.tell(from),
    screen: (from, screen) => windows.setScreen(from, screen),
    openWindow: (screen) => windows.open(screen, null),
    showWindow: (id) => windows.show(id),
    oneTimeLink: async (role) => (await link.oneTimeLink(role)).shared,
    openInBrowser,
    connectTo: (text) => servers.connectTo(text),
    backToOwnServer: async () => servers.useOwn(),
  });

  screen.on('display-added', () => teller.changed());
  screen.on('display-removed', () => teller.changed());
  // The first window waits for the server's address, of which its page's policy is built, or for the news that there is none.
  let firstWindowAsked = false;
  const openFirstWindow = () => {
    if (!firstWindowAsked) windows.openFirst(readWindowFile(layoutPath, WindowLayout));
    firstWindowAsked = true;
  };
  setTimeout(openFirstWindow, SHOW_STARTING_AFTER_MS);
  logbook.onChanged(() => windows.tell(channels.logChanged, null));
  logbook.onRespawned(() => settlement.wake());
  link.onStatus((status) => {
    ownCore.forget();
    openFirstWindow();
    // While another server is in use, this machine's is a line in Settings and nothing else.
    if (servers.remote === null) windows.tellServerStatus(status);
    teller.changed();
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
