/** What the desk page may ask of Electron main: named functions only, no generic send or invoke. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type {
  DeskBridge,
  DeskConnection,
  HostState,
  ServerStatus,
  SwitchOutcome,
} from '../../shared/protocol/bridge.ts';
import type { LogEntry } from '../../shared/protocol/logbook.ts';
import { channels, type Reply } from './channels.ts';

async function ask<T>(channel: string, ...args: unknown[]): Promise<T> {
  const reply: Reply<T> = await ipcRenderer.invoke(channel, ...args);
  if (!reply.ok) throw new Error(reply.message);
  return reply.value;
}

/** The event object holds the sender and stays on this side; the page gets the payload alone. */
function subscribe<T>(channel: string, listener: (payload: T) => void): () => void {
  const forward = (_event: IpcRendererEvent, payload: T) => listener(payload);
  ipcRenderer.on(channel, forward);
  return () => ipcRenderer.removeListener(channel, forward);
}

let quitListeners = 0;
// Answered here and not by the page, so that main learns at once whether this page's thread still turns and somebody in it shows the question.
ipcRenderer.on(channels.quitAsked, () => ipcRenderer.send(channels.quitHeard, quitListeners > 0));

const bridge: DeskBridge = {
  connection: () => ask<DeskConnection>(channels.connection),
  logIntent: (intent) => ask<void>(channels.logIntent, intent),
  logOutcome: (outcome) => ask<void>(channels.logOutcome, outcome),
  logList: (afterSeq, limit) => ask<LogEntry[]>(channels.logList, afterSeq, limit),
  logBefore: (beforeSeq, limit) => ask<LogEntry[]>(channels.logBefore, beforeSeq, limit),
  onLogChanged: (listener) => subscribe<void>(channels.logChanged, () => listener()),
  onServerStatus: (listener) => {
    const unsubscribe = subscribe<ServerStatus>(channels.serverStatus, listener);
    // Main answers with the status of this moment: a page that subscribes late must not wait for the next change.
    ipcRenderer.send(channels.watchServer);
    return unsubscribe;
  },
  onQuitAsked: (listener) => {
    quitListeners += 1;
    const unsubscribe = subscribe<void>(channels.quitAsked, () => listener());
    let subscribed = true;
    return () => {
      if (subscribed) quitListeners -= 1;
      subscribed = false;
      unsubscribe();
    };
  },
  quitAnswer: (quit) => ipcRenderer.send(channels.quitAnswer, quit),
  setBusyRuns: (count) => ipcRenderer.send(channels.busyRuns, count),
  setAwake: (awake) => ipcRenderer.send(channels.awake, awake),
  onHostState: (listener) => {
    const unsubscribe = subscribe<HostState>(channels.hostState, listener);
    ipcRenderer.send(channels.watchHost);
    return unsubscribe;
  },
  setScreen: (screen) => ipcRenderer.send(channels.screen, screen),
  openWindow: (screen) => ipcRenderer.send(channels.openWindow, screen),
  showWindow: (id) => ipcRenderer.send(channels.showWindow, id),
  oneTimeLink: (role) => ask<string>(channels.oneTimeLink, role),
  openInBrowser: (role) => ask<void>(channels.openInBrowser, role),
  connectTo: (link) => ask<SwitchOutcome>(channels.connectTo, link),
  backToOwnServer: () => ask<void>(channels.backToOwnServer),
};

contextBridge.exposeInMainWorld('tallyroom', bridge);
