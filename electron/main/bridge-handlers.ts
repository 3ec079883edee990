/** Answers what the desk page asks over the bridge. Every message is checked: who sends it, and whether it is what it says. */
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { z } from 'zod';
import type { DeskConnection, ServerStatus } from '../../shared/protocol/bridge.ts';
import { type LogEntry, LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';
import { channels, type Reply } from '../preload/channels.ts';
import { isDeskUrl } from './desk-origin.ts';
import { log, wordsOf } from './main-log.ts';

export interface BridgeHandlers {
  connection: () => Promise<DeskConnection>;
  logIntent: (intent: LogIntent) => Promise<void>;
  logOutcome: (outcome: LogOutcome) => Promise<void>;
  logList: (afterSeq: number, limit: number) => Promise<LogEntry[]>;
  serverStatus: () => ServerStatus;
  quitHeard: (shown: boolean) => void;
  quitAnswer: (quit: boolean) => void;
  busyRuns: (from: WebContents, count: number) => void;
}

const ListRequest = z.tuple([z.number().int(), z.number().int().min(1).max(10_000)]);
const Count = z.number().int().min(0);

export function handleBridge(handlers: BridgeHandlers): void {
  answer(channels.connection, () => handlers.connection());
  answer(channels.logIntent, (intent) => handlers.logIntent(LogIntent.parse(intent)));
  answer(channels.logOutcome, (outcome) => handlers.logOutcome(LogOutcome.parse(outcome)));
  answer(channels.logList, (...args) => handlers.logList(...ListRequest.parse(args)));
  hear(channels.watchServer, (from) => from.send(channels.serverStatus, handlers.serverStatus()));
  hear(channels.quitHeard, (_from, shown) => handlers.quitHeard(shown === true));
  hear(channels.quitAnswer, (_from, quit) => handlers.quitAnswer(quit === true));
  hear(channels.busyRuns, (from, count) => handlers.busyRuns(from, Count.parse(count)));
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
