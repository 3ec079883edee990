/*
 * Longer than 300 lines because a life has one state: what is said, how it ends and what comes after all hang on the same fields.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import {
  type CoreInit,
  type EdgeInit,
  FENCED,
  FENCED_EXIT,
  type PartToSupervisor,
  type SupervisorToPart,
} from '../../shared/protocol/process.ts';
import { lineSplitter } from '../process/line-splitter.ts';
import { cpuTicksOf } from '../process/process-identity.ts';
import { lastWords } from './last-words.ts';
import { RespawnPolicy } from './respawn-policy.ts';
import { limitsAfter, type SilenceLimits, SilenceWatch } from './silence-watch.ts';
import { Standby } from './standby.ts';

/** A part that ends by itself so often before it was ever ready does so every time. */
const MOST_FAILED_STARTS = 3;
const LAST_LINES = 20;
const MAX_LINE_LENGTH = 64 * 1024;
/** Output usually ends with the process; a grandchild that holds the pipe must not hold up the respawn. */
const OUTPUT_END_MS = 1_000;

/** What a part says that is no part of its life. */
export type PartNews = Exclude<PartToSupervisor, { t: 'ready' | 'fatal' | 'confirmed' | 'beat' }>;

/** About the life of a part, for people. */
export interface LifeAlarm {
  code: string;
  message: string;
  /** One of the server's events; a mere death is told by the `restarted` that follows. */
  isEvent: boolean;
  /** For the desks; false while they know already that it keeps dying. */
  isNews: boolean;
}

export interface PartOptions {
  /** Of all its processes, as `nice` counts: a higher one gives way to a lower one. */
  niceness: number;
  /** From a start until a process stands by for the next life; null: none ever does. */
  standbyAfterMs: number | null;
  name: string;
  what: 'core' | 'edge';
  /** Executable and arguments. */
  command: [string, ...string[]];
  /** Asked at every start: ports, codes and the import flags change over a part's lives. */
  init: () => CoreInit | EdgeInit;
  silence: SilenceLimits;
  onReady: (port: number) => void;
  onMessage: (message: PartNews) => void;
  /**
   * Whether the end of everything is an answer to a part that says that starting again is no use, or can't start: as long as nothing runs. In a
   * show it is started again like any other, because a disk gets room and a file is put back.
   */
  mayEnd: () => boolean;
  /** It says that starting again would fail the same way, and the end is an answer to that; or that it has been replaced. */
  onFatal: (code: string, message: string) => void;
  /** It died and nobody had ordered it, or keeps dying. */
  onAlarm: (alarm: LifeAlarm) => void;
  /** One line of its output. */
  onOutput: (line: string) => void;
  /** Something worth a log entry: started, died, hung. */
  onLife: (what: string, facts: Record<string, unknown>) => void;
  /** A new process runs, or stands by. */
  onSpawn: () => void;
}

/** One child that is started again for as long as the server runs. */
export class Part {
  readonly #options: PartOptions;
  readonly #policy = new RespawnPolicy();
  #child: ChildProcess | null = null;
  #readySinceMs: number | null = null;
  /** Lives in a row that ended by themselves before they were ready. */
  #failedStarts = 0;
  /** Starts in a row that were taken for hung. */
  #startsGivenUp = 0;
  #lastLines: string[] = [];
  #respawnTimer: NodeJS.Timeout | null = null;
  #stopping = false;
  #startsAgain = false;
  #onGone: (() => void)[] = [];
  #onFirstReady: ((ready: boolean) => void)[] = [];
  readonly #asked = new Map<number, () => void>();
  #pid = 0;
  /** Why the running process was killed by us, as in "it stood still and"; null while it was not. */
  #killedFor: string | null = null;
  /** Its own words for why starting again is no use, until a life becomes ready. */
  #fatalSaid: string | null = null;
  /** Another has its place, in its own words: it ends by itself, and for good. */
  #replacedBy: string | null = null;
  readonly #standby: Standby | null;

  constructor(options: PartOptions) {
    this.#options = options;
    const { name, command, onLife, onSpawn, standbyAfterMs: afterMs } = options;
    this.#standby = afterMs === null ? null : new Standby({ name, command, afterMs, onLife, onChange: onSpawn });
  }

  /** The running process's, or the last one's while none runs; 0 before the first. */
  get pid(): number {
    return this.#pid;
  }

  /** Every process of it: the running one and one that stands by. */
  get pids(): number[] {
    return [this.#pid, this.#standby?.pid ?? 0].filter((pid) => pid !== 0);
  }

  get ready(): boolean {
    return this.#readySinceMs !== null;
  }

  /** Never throws: what can't be started now is tried again later, for as long as it takes. */
  start(): void {
    try {
      this.#begin();
    } catch (error) {
      // No memory for another process throws at once, where a missing file is told later.
      if (this.#child === null) this.#died(`can't be started: ${(error as Error).message}`);
      else this.#child.kill('SIGKILL');
    }
  }

  #begin(): void {
    const { command, name, silence, niceness, init, onLife, onSpawn } = this.#options;
    const child =
      this.#standby?.take() ?? spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.#readySinceMs = null;
    this.#lastLines = [];
    this.#killedFor = null;
    const watch = new SilenceWatch(limitsAfter(silence, this.#startsGivenUp), performance.now());
    const watchTimer = setInterval(() => {
      if (!watch.isHung(performance.now(), child.pid === undefined ? null : cpuTicksOf(child.pid))) return;
      clearInterval(watchTimer);
      if (!this.ready) this.#startsGivenUp++;
      this.#killedFor = 'stood still';
      onLife('is silent and gets killed', { child: name, childPid: child.pid });
      child.kill('SIGKILL');
    }, silence.checkEveryMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('error', () => {});
      stream?.setEncoding('utf8').on(
        'data',
        lineSplitter(MAX_LINE_LENGTH, (line) => this.#heardLine(line)),
      );
    }
    child.on('message', (message: PartToSupervisor) => {
      watch.heard(performance.now());
      if (message.t === 'ready') watch.becameReady();
      this.#received(message);
    });
    let counted = false;
    const died = (why: string) => {
      if (counted) return;
      counted = true;
      clearInterval(watchTimer);
      this.#died(why);
    };
    child.on('error', (error) => {
      // Also raised when a message can't be delivered to a process that is dying; its exit follows then.
      if (child.pid === undefined) died(`can't be started: ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      const why = this.#killedFor === null ? how : `${this.#killedFor} and ${how}`;
      if (signal === null && !this.ready) this.#failedStarts++;
      if (code === FENCED_EXIT)
        this.#replacedBy ??= `Another server has taken the place of this one's ${this.#options.name}.`;
      child.on('close', () => died(why));
      setTimeout(() => died(why), OUTPUT_END_MS);
    });
    if (child.pid !== undefined) {
      this.#pid = child.pid;
      giveWay(child.pid, niceness);
      onSpawn();
    }
    onLife('started', { child: name, childPid: child.pid });
    this.send(init());
  }

  /** Reaches the present life only; a part between two lives learns the same from its next init. */
  send(message: SupervisorToPart): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** Sends, and resolves once the present life has confirmed it or has ended: the next one learns the same from its init. */
  ask(message: SupervisorToPart & { ref: number }): Promise<void> {
    if (!this.#child?.connected) return Promise.resolve();
    return new Promise((resolve) => {
      this.#asked.set(message.ref, resolve);
      this.send(message);
    });
  }

  /** Whether it has become ready within this time; a stop ends the wait. */
  becomesReady(withinMs: number): Promise<boolean> {
    if (this.ready) return Promise.resolve(true);
    if (this.#stopping) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs);
      this.#onFirstReady.push((ready) => {
        clearTimeout(timer);
        resolve(ready);
      });
    });
  }

  /** Its place is taken: it takes nobody new, and is not started again should it die before it is stopped. */
  retire(): void {
    this.#end();
    this.send({ t: 'retire' });
  }

  /** Asks it to leave and kills it after the grace; resolves once it is gone for good. */
  stop(graceMs: number): Promise<void> {
    this.#startsAgain = false;
    return this.#leave(graceMs);
  }

  /** Another life from the same command, on purpose: its end counts as no failure. A stop meanwhile wins. */
  async restart(graceMs: number): Promise<void> {
    this.#startsAgain = true;
    await this.#leave(graceMs);
    if (!this.#startsAgain) return;
    this.#stopping = false;
    this.start();
  }

  async #leave(graceMs: number): Promise<void> {
    this.#end();
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => this.#onGone.push(resolve));
    this.send({ t: 'stop' });
    const timer = setTimeout(() => {
      this.#options.onLife("doesn't leave and gets killed", { child: this.#options.name, childPid: child.pid });
      child.kill('SIGKILL');
    }, graceMs);
    await gone;
    clearTimeout(timer);
  }

  #end(): void {
    this.#stopping = true;
    this.#standby?.drop();
    if (this.#respawnTimer !== null) clearTimeout(this.#respawnTimer);
    this.#tellReady(false);
  }

  #tellReady(ready: boolean): void {
    for (const tell of this.#onFirstReady.splice(0)) tell(ready);
  }

  #heardLine(line: string): void {
    this.#lastLines = [...this.#lastLines.slice(1 - LAST_LINES), line];
    this.#options.onOutput(line);
  }

  #received(message: PartToSupervisor): void {
    switch (message.t) {
      case 'ready':
        this.#readySinceMs = performance.now();
        this.#startsGivenUp = 0;
        this.#failedStarts = 0;
        this.#fatalSaid = null;
        if (!this.#stopping) this.#standby?.prepare();
        this.#tellReady(true);
        this.#options.onReady(message.port);
        break;
      case 'fatal':
        this.#heardFatal(message.code, message.message);
        break;
      case 'confirmed':
        this.#asked.get(message.ref)?.();
        this.#asked.delete(message.ref);
        break;
      case 'beat':
        break;
      default:
        this.#options.onMessage(message);
        break;
    }
  }

  #heardFatal(code: string, message: string): void {
    const { mayEnd, onFatal, onAlarm, name } = this.#options;
    if (code === FENCED) {
      this.#replacedBy = message;
      return;
    }
    if (mayEnd()) {
      this.#end();
      onFatal(code, message);
      return;
    }
    this.#killedFor = "said that it can't go on";
    this.#child?.kill('SIGKILL');
    if (this.#fatalSaid === message) return;
    this.#fatalSaid = message;
    onAlarm({ code, message: `The ${name} can't start, and is tried again: ${message}`, isEvent: true, isNews: true });
  }

  #died(why: string): void {
    const { name, what, mayEnd, onLife, onAlarm, onFatal } = this.#options;
    const nowMs = performance.now();
    const readyForMs = this.#readySinceMs === null ? null : nowMs - this.#readySinceMs;
    this.#child = null;
    this.#readySinceMs = null;
    onLife(why, { child: name, childPid: this.#pid, readyForMs });
    for (const done of this.#asked.values()) done();
    this.#asked.clear();
    for (const gone of this.#onGone.splice(0)) gone();
    if (this.#stopping) return;
    if (this.#replacedBy !== null) {
      // Another life would find the other one's entries, and take the show from under it in turn.
      this.#end();
      onFatal(FENCED, this.#replacedBy);
      return;
    }
    if (this.#failedStarts >= MOST_FAILED_STARTS && mayEnd()) {
      this.#end();
      const words = `The ${name} can't start: ${MOST_FAILED_STARTS} times in a row it ended before it was ready, the last time it ${why}.`;
      onFatal(`${what}-cannot-start`, `${words} Its last words:\n${lastWords(this.#lastLines)}`);
      return;
    }
    const { delayMs, alarm, news } = this.#policy.died({ nowMs, readyForMs });
    // Before anybody is told: whatever comes of that, the part is started again.
    this.#respawnTimer = setTimeout(() => this.start(), delayMs);
    if (alarm) {
      const message = `The ${name} died three times within 30 s, the last time it ${why}. It is started again. Its last words:\n${lastWords(this.#lastLines)}`;
      onAlarm({ code: `${what}-keeps-dying`, message, isEvent: true, isNews: news !== null });
    } else if (news !== null) {
      const message = `The ${name} ${why}. It is started again.`;
      onAlarm({ code: `${what}-died`, message, isEvent: false, isNews: true });
    }
  }
}

/** Systems that know no priorities, or don't let them be set, run everything alike. */
function giveWay(pid: number, niceness: number): void {
  try {
    if (niceness !== 0) setPriority(pid, niceness);
  } catch {}
}
