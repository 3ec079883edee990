/** Answers what the desk page asks over the bridge. Every message is checked: who sends it, and whether it is what it says. */
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { z } from 'zod';
import {
  type DeskConnection,
  DeskScreen,
  type ServerStatus,
  type SwitchOutcome,
} from '../../shared/protocol/bridge.ts';
import { Role } from '../../shared/protocol/commands.ts';
import { type LogEntry, LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';
import { channels, type Reply } from '../preload/channels.ts';
import { isDeskUrl } from './desk-origin.ts';
import { log, wordsOf } from './main-log.ts';

export interface BridgeHandlers {
  connection: () => Promise<DeskConnection>;
  logIntent: (intent: LogIntent) => Promise<void>;
  logOutcome: (outcome: LogOutcome) => Promise<void>;
  logList: (afterSeq: number, limit: number) => Promise<LogEntry[]>;
  logBefore: (beforeSeq: number | null, limit: number) => Promise<LogEntry[]>;
  serverStatus: () => ServerStatus;
  quitHeard: (shown: boolean) => void;
  quitAnswer: (quit: boolean) => void;
  busyRuns: (from: WebContents, count: number) => void;
  awake: (from: WebContents, awake: boolean) => void;
  /** A page wants to be told of the app's state, now and after every change. */
  watchHost: (from: WebContents) => void;
  screen: (from: WebContents, screen: DeskScreen) => void;
  openWindow: (screen: DeskScreen) => void;
  showWindow: (id: number) => void;
  oneTimeLink: (role: Role) => Promise<string>;
  openInBrowser: (role: Role) => Promise<void>;
  connectTo: (link: string) => Promise<SwitchOutcome>;
  backToOwnServer: () => Promise<void>;
}

const Link = z.string().max(2_048);
const PageSize = z.number().int().min(1).max(10_000);
const ListRequest = z.tuple([z.number().int(), PageSize]);
const BeforeRequest = z.tuple([z.number().int().nullable(), PageSize]);
const Count = z.number().int().min(0);

export function handleBridge(handlers: BridgeHandlers): void {
  answer(channels.connection, () => handlers.connection());
  answer(channels.logIntent, (intent) => handlers.logIntent(LogIntent.parse(intent)));
  answer(channels.logOutcome, (outcome) => handlers.logOutcome(LogOutcome.parse(outcome)));
  answer(channels.logList, (...args) => handlers.logList(...ListRequest.parse(args)));
  answer(channels.logBefore, (...args) => handlers.logBefore(...BeforeRequest.parse(args)));
  hear(channels.watchServer, (from) => from.send(channels.serverStatus, handlers.serverStatus()));
  hear(channels.quitHeard, (_from, shown) => handlers.quitHeard(shown === true));
  hear(channels.quitAnswer, (_from, quit) => handlers.quitAnswer(quit === true));
  hear(channels.busyRuns, (from, count) => handlers.busyRuns(from, Count.parse(count)));
  hear(channels.awake, (from, awake) => handlers.awake(from, awake === true));
  hear(channels.watchHost, (from) => handlers.watchHost(from));
  hear(channels.screen, (from, screen) => handlers.screen(from, DeskScreen.parse(screen)));
  hear(channels.openWindow, (_from, screen) => handlers.openWindow(DeskScreen.parse(screen)));
  hear(channels.showWindow, (_from, id) => handlers.showWindow(Count.parse(id)));
  answer(channels.oneTimeLink, (role) => handlers.oneTimeLink(Role.parse(role)));
  answer(channels.openInBrowser, (role) => handlers.openInBrowser(Role.parse(role)));
  answer(channels.connectTo, (link) => handlers.connectTo(Link.parse(link)));
  answer(channels.backToOwnServer, () => handlers.backToOwnServer());
}

function answer(channel: string, handler: (...args: unknown[]) => Promise<unknown>): void {
  ipcMain.handle(channel, async (event, ...args): Promise<Reply<unknown>> => {
    if (!isFromDesk(event, channel)) return { ok: false, message: 'Only the desk page may ask this.' };
    try {
      return { ok: true, value: await handler(...args) };
    } catch (error) {
      return { ok: false, message: error instanceof z.ZodError ? z.prettifyError(error) : wordsOf(error) };
    }
  });
}

function hear(channel: string, handler: (from: WebContents, payload: unknown) => void): void {
  ipcMain.on(channel, (event, payload) => {
    if (!isFromDesk(event, channel)) return;
    try {
      handler(event.sender, payload);
    } catch (error) {
      log('error', 'A message from the desk page could not be taken.', { channel, reason: wordsOf(error) });
    }
  });
}

function isFromDesk({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent, channel: string): boolean {
  if (isDeskUrl(senderFrame?.url)) return true;
  log('warn', 'A message that is not from the desk page was refused.', { channel });
  return false;
}
