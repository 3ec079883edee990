/** The app's line to its logbook process: starts it, starts it again, and sends again what wasn't confirmed. */
import type { ChildProcess } from 'node:child_process';
import type { LogbookReply, LogbookRequest, LogEntry, LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';
import { log, wordsOf } from './main-log.ts';
import { respawnDelayMs } from './respawn-delay.ts';

/** A child that was ready this long counts as sound again. */
const SOUND_AFTER_MS = 3_000;
/** At quitting: for the last writes, and then for the process to end. */
const CLOSE_WITHIN_MS = 2_000;

interface Pending {
  request: LogbookRequest;
  resolve: (reply: Answer) => void;
  reject: (error: Error) => void;
}
type Answer = Extract<LogbookReply, { t: 'done' | 'entries' }>;
type Unnumbered<T> = T extends LogbookRequest ? Omit<T, 'ref'> : never;

export class LogbookClient {
  readonly #start: () => ChildProcess;
  /** In the order of asking; what is in here is sent again to a new child. Writes are idempotent on their id. */
  readonly #pending = new Map<number, Pending>();
  readonly #changed = new Set<() => void>();
  readonly #respawned = new Set<() => void>();
  #child: ChildProcess | null = null;
  #isReady = false;
  #readyAtMs = 0;
  #failures = 0;
  #fatal: string | null = null;
  #closing = false;
  #nextRef = 1;
  #timer: NodeJS.Timeout | null = null;

  /** @param start spawns the logbook process with an IPC channel */
  constructor(start: () => ChildProcess) {
    this.#start = start;
    this.#spawn();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Calls back after an entry was added or got an outcome. */
  onChanged(listener: () => void): void {
    this.#changed.add(listener);
  }

  /** Calls back when a logbook that had died is back and has been sent what was open. */
  onRespawned(listener: () => void): void {
    this.#respawned.add(listener);
  }

  /** Resolves when the intent is on disk, however often the logbook has to be started for it. @throws a sentence when it never will be */
  async intent(intent: LogIntent): Promise<void> {
    await this.#ask({ t: 'intent', intent });
    this.#tellChanged();
  }

  async outcome(outcome: LogOutcome): Promise<void> {
    await this.#ask({ t: 'outcome', outcome });
    this.#tellChanged();
  }

  async list(afterSeq: number, limit: number): Promise<LogEntry[]> {
    return entriesOf(await this.#ask({ t: 'list', afterSeq, limit }));
  }

  /** The last entries before a sequence number (null: the newest), oldest first. */
  async before(beforeSeq: number | null, limit: number): Promise<LogEntry[]> {
    return entriesOf(await this.#ask({ t: 'before', beforeSeq, limit }));
  }

  /** Entries without a definite outcome, oldest first. */
  async open(): Promise<LogEntry[]> {
    return entriesOf(await this.#ask({ t: 'open' }));
  }

  /** Waits for what isn't confirmed yet, then ends the process; both bounded. */
  async close(): Promise<void> {
    const untilMs = performance.now() + CLOSE_WITHIN_MS;
    const writes = [...this.#pending.values()].map(({ request }) => request.t);
    while (this.#pending.size > 0 && this.#fatal === null && performance.now() < untilMs) await pause(20);
    if (this.#pending.size > 0) log('warn', 'The logbook did not confirm everything before the app ended.', { writes });
    this.#closing = true;
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#child;
    for (const { reject } of this.#pending.values()) reject(new Error('The app is quitting.'));
    this.#pending.clear();
    if (child === null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  #ask(question: Unnumbered<LogbookRequest>): Promise<Answer> {
    if (this.#fatal !== null) return Promise.reject(new Error(this.#fatal));
    if (this.#closing) return Promise.reject(new Error('The app is quitting.'));
    const request: LogbookRequest = { ...question, ref: this.#nextRef++ };
    return new Promise((resolve, reject) => {
      this.#pending.set(request.ref, { request, resolve, reject });
      if (this.#isReady) this.#send(request);
    });
  }

  #send(request: LogbookRequest): void {
    // A child that dies under the message is started again and gets it then.
    this.#child?.send(request, (error) => {
      if (error) log('warn', 'The logbook did not take a message; it will be sent again.', { reason: error.message });
    });
  }

  #spawn(): void {
    let child: ChildProcess;
    this.#timer = null;
    try {
      child = this.#start();
    } catch (error) {
      this.#retry(`could not be started: ${wordsOf(error)}`);
      return;
    }
    this.#child = child;
    child.on('message', (reply: LogbookReply) => {
      if (this.#child === child) this.#reply(reply);
    });
    let gone = false;
    const onGone = (how: string) => {
      if (gone) return;
      gone = true;
      this.#child = null;
      this.#isReady = false;
      this.#retry(how);
    };
    child.once('exit', (code, signal) => onGone(signal ? `was ended by ${signal}` : `ended with code ${code}`));
    child.on('error', (error) => {
      if (child.pid === undefined) onGone(`could not be started: ${error.message}`);
      else log('warn', 'The line to the logbook failed.', { reason: error.message });
    });
  }

  #retry(how: string): void {
    if (this.#closing || this.#fatal !== null) return;
    if (performance.now() - this.#readyAtMs > SOUND_AFTER_MS) this.#failures = 0;
    this.#failures += 1;
    const inMs = respawnDelayMs(this.#failures);
    log('error', `The logbook ${how}; it is started again.`, { inMs, unconfirmed: this.#pending.size });
    this.#timer = setTimeout(() => this.#spawn(), inMs);
  }

  #reply(reply: LogbookReply): void {
    switch (reply.t) {
      case 'ready': {
        const again = this.#readyAtMs !== 0;
        this.#isReady = true;
        this.#readyAtMs = performance.now();
        for (const { request } of this.#pending.values()) this.#send(request);
        if (again) for (const listener of this.#respawned) listener();
        return;
      }
      case 'fatal':
        this.#fatal = reply.message;
        log('error', reply.message, { code: reply.code });
        for (const { reject } of this.#pending.values()) reject(new Error(reply.message));
        this.#pending.clear();
        return;
      case 'failed':
        this.#pending.get(reply.ref)?.reject(new Error(reply.message));
        break;
      default:
        this.#pending.get(reply.ref)?.resolve(reply);
    }
    this.#pending.delete(reply.ref);
  }

  #tellChanged(): void {
    for (const listener of this.#changed) listener();
  }
}

function entriesOf(answer: Answer): LogEntry[] {
  if (answer.t !== 'entries') throw new Error('The logbook answered something else than entries.');
  return answer.entries;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
