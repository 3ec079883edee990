/** The show engine: the single writer. Every command and every step of the core's own passes through one queue, in order, and is on disk before it is answered. */

import { randomUUID } from 'node:crypto';
import { withNumbers } from '../../shared/domain/cue-number.ts';
import { decideSystem, type SystemStep } from '../../shared/domain/decide.ts';
import { runOfEntry } from '../../shared/domain/entry-run.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { type Refusal, refuse } from '../../shared/domain/refusal.ts';
import type { Who } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { isAirClear, runTakenFrom, takesAway } from '../../shared/domain/takes-away.ts';
import { type Command, type CommandAnswer, type CommandLookup, targetOf } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import type { Alarm } from '../../shared/protocol/vitals.ts';
import { type Journal, Unstorable } from '../journal/journal.ts';
import type { StoredEntry } from '../journal/journal-messages.ts';
import { replay } from '../journal/journal-show.ts';
import { AnswerMemory } from './answer-memory.ts';
import { type Arrival, CommandJudge, type CommandJudgeOptions } from './command-judge.ts';
import type { FormerTime } from './former-times.ts';
import { eventsOf, HeldOrders } from './held-orders.ts';

/** What takes away waits for the journal no longer than this; then it is done first and journaled after. */
const STALLED_MS = 300;
/** How soon a disk that took no write is tried again with what it owes. */
const RETRY_MS = 500;
const SNAPSHOT_EVERY = 200;

const SERVER: Who = { actor: 'server', roles: ['owner'], source: 'server' };

/** What happened, after it is on disk and folded in. */
export interface Applied {
  before: ShowState;
  after: ShowState;
  entry: StoredEntry;
}

export interface EngineOptions extends CommandJudgeOptions {
  journal: Journal;
  /** Of this core's life. */
  epoch: number;
  nowMs: () => number;
  /** What core time was before it was set, of the last seconds. */
  formerTimes: () => readonly FormerTime[];
  onApplied: (applied: Applied) => void;
  /** The acts in force that the journal could not take have changed; told before what they do is published. */
  onOrders: (orders: readonly HeldOrder[]) => void;
  /** Such an act took effect; no journal entry tells it yet. */
  onHeld: (change: { before: ShowState; after: ShowState }) => void;
}

interface Draft {
  who: Who;
  commandId: string;
  type: string;
  target: string | null;
  command: unknown;
  /** Called in the queue: the events to append, or why not. */
  decide: (nowMs: number) => ShowEvent[] | Refusal;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #answers = new AnswerMemory();
  readonly #judge: CommandJudge;
  readonly #orders = new HeldOrders();
  /** The fold of the journal. */
  #journaled: ShowState;
  /** The same with the orders on top. */
  #state: ShowState;
  #queue: Promise<unknown> = Promise.resolve();
  /** Sentence of the last failed write, or null. */
  #journalError: string | null = null;
  #retry: NodeJS.Timeout | null = null;
  /** What the disk has been given and not confirmed. */
  #onItsWay: StoredEntry | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#judge = new CommandJudge(options);
    const { entries } = options.journal.loaded;
    this.#journaled = replay(options.journal.loaded);
    this.#state = this.#journaled;
    for (const { actor, commandId, answer } of entries) this.#answers.keep(actor, commandId, answer);
    const { lastGoAtMs } = this.#state;
    if (lastGoAtMs !== null) this.#judge.restoreLastGo(lastGoAtMs, options.nowMs());
  }

  get state(): ShowState {
    return this.#state;
  }
  get journalError(): string | null {
    return this.#journalError;
  }
  /** Acts in force that the journal has not taken yet. */
  get orders(): readonly HeldOrder[] {
    return this.#orders.list;
  }

  /** Steps 3 to 9 of the command path. `arrivedAtMs`: core time when it came in. Never rejects for a reason a person can cause. */
  async execute(command: Command, who: Who, arrivedAtMs: number): Promise<CommandAnswer> {
    const arrived = this.#options.monotonicNow();
    const came = { command, who, arrivedAtMs, arrived, former: this.#options.formerTimes() };
    if (takesAway(command)) return this.#takeAway({ ...came, queued: arrived });
    for (;;) {
      // The recount reads a sealed ledger, which no later command can change: it need not hold up the queue.
      const runId = this.#judge.verifiable(command, this.#state);
      const recount = runId === null ? 'differs' : await this.#judge.recounted(runId);
      // Counting is no waiting: only what comes after it makes the command old.
      const arrival: Arrival = { ...came, queued: this.#options.monotonicNow() };
      const answer = await this.#inTurn(async () => {
        const known = await this.#known(who.actor, command.id);
        if (known !== null) return known;
        // The seal came meanwhile, or another run did: what would be verified now has to be counted first.
        if (this.#judge.verifiable(command, this.#state) !== runId) return null;
        return this.#record({
          ...draftOf(arrival),
          decide: (nowMs) => this.#judge.judge(arrival, { state: this.#state, nowMs, recount }),
        });
      });
      if (answer !== null) return answer;
    }
  }

  /**
   * The stored answer to a command of this actor; an id that was never seen is barred for good. `unavailable`: the journal,
   * which can't be written, would have to bar it, so nothing is known yet.
   */
  async lookup(who: Who, commandId: string): Promise<CommandLookup | 'unavailable'> {
    const answer = await this.#inTurn(async () => {
      const known = await this.#known(who.actor, commandId);
      if (known !== null) return known;
      const barred = await this.#record({
        who,
        commandId,
        type: 'command.barred',
        target: null,
        command: null,
        decide: () =>
          refuse('barred', 'This id was asked about before the command came; it is not carried out any more.'),
      });
      return barred.status === 'refused' && barred.code === 'unavailable' ? 'unavailable' : barred;
    });
    if (answer === 'unavailable') return answer;
    return answer.status === 'refused' && answer.code === 'barred' ? { status: 'never-seen' } : answer;
  }

  /** The stored answer to a command of this actor; null where it has none. Bars nothing. */
  answerTo(who: Who, commandId: string): Promise<CommandAnswer | null> {
    return this.#inTurn(() => this.#known(who.actor, commandId));
  }

  /** A step of the core's own. Refused with `unavailable` it is to be tried again; otherwise the show has moved on. */
  step(step: SystemStep): Promise<CommandAnswer> {
    const run = 'runId' in step ? this.#state.runs[step.runId] : undefined;
    return this.#record$({
      who: SERVER,
      type: step.type,
      target: run?.cueId ?? null,
      command: step,
      decide: (nowMs) => decideSystem(this.#state, step, nowMs),
    });
  }

  /** An alarm is raised, unless by its turn it does not stand any more: somebody may have acknowledged it meanwhile. */
  raise(alarm: Alarm, stands: () => boolean): Promise<CommandAnswer> {
    const step: SystemStep = { type: 'system.alarm', ...alarm };
    const seen = refuse('unknown-alarm', 'Somebody has acknowledged it before it could be journaled.');
    return this.#record$({
      who: SERVER,
      type: step.type,
      target: null,
      command: step,
      decide: (nowMs) => (stands() ? decideSystem(this.#state, step, nowMs) : seen),
    });
  }

  async importShow(show: ShowFile, mode: Mode): Promise<void> {
    await this.#mustRecord({
      type: 'show.import',
      command: { title: show.title, mode },
      events: [{ type: 'show.imported', show: { ...show, cues: withNumbers(show.cues) }, mode, showId: randomUUID() }],
    });
  }

  async setMode(mode: Mode): Promise<CommandAnswer> {
    const command = { type: 'show.mode' as const, payload: { mode } };
    return this.#record$({
      who: SERVER,
      type: command.type,
      target: null,
      command,
      decide: (nowMs) => this.#judge.decide(command, SERVER, { state: this.#state, nowMs, recount: 'differs' }),
    });
  }

  /** Something that belongs in the journal and changes nothing in the show, such as a desk that came in. */
  async note(type: string, who: Who, facts: unknown): Promise<void> {
    await this.#record$({ who, type, target: null, command: facts, decide: () => [] });
  }

  /**
   * Takes over what others hold for a core that died: acts that are in force and that the journal may lack. Those that it has
   * after all are left alone.
   */
  takeOrders(orders: readonly HeldOrder[]): Promise<void> {
    return this.#inTurn(async () => {
      const missing: HeldOrder[] = [];
      for (const order of orders) {
        const { actor, command } = order;
        // A journal that can't be read may have it: it is in force all the same, and `#flush` looks again.
        const known = await this.#known(actor, command.id).catch(() => null);
        if (known === null && !this.#orders.has(order)) missing.push(order);
      }
      // Told as a whole: who holds them for the next core replaces what it held.
      if (missing.length > 0) this.#hold(missing);
    });
  }

  async close(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#inTurn(() => this.#flush());
    if (this.#retry !== null) clearTimeout(this.#retry);
    // It only shortens the next start.
    if (this.#journaled.revision > 0) await this.#options.journal.saveSnapshot(this.#journaled).catch(() => undefined);
    await this.#options.journal.close();
  }

  /**
   * In its turn and journaled first, as everything; where that takes too long or fails, at once, and journaled after. It is judged
   * once: what it was answered is what becomes of it.
   */
  #takeAway(arrival: Arrival): Promise<CommandAnswer> {
    const { command, who } = arrival;
    return new Promise((resolve, reject) => {
      let entry: StoredEntry | null = null;
      let order: HeldOrder | null = null;
      let isAnswered = false;
      const answerWith = (answer: CommandAnswer) => {
        clearTimeout(stalled);
        isAnswered = true;
        resolve(answer);
      };
      const actAtOnce = () => {
        const known = this.#answers.get(who.actor, command.id);
        const answer = known ?? entry?.answer ?? this.#verdictOnWhatIsComing(arrival);
        if (known !== null || answer.status === 'refused') {
          answerWith(answer);
          return;
        }
        order = this.#orderOf(arrival, answer.atMs);
        this.#hold([order]);
        answerWith(heldAnswer(order, this.#journaled.revision));
      };
      const stalled = setTimeout(actAtOnce, STALLED_MS);
      this.#inTurn(async () => {
        const isFlushed = await this.#flush();
        const known = isAnswered ? null : await this.#known(who.actor, command.id);
        if (known !== null && !isAnswered) answerWith(known);
        if (isAnswered) return;
        entry = this.#entry({
          ...draftOf(arrival),
          decide: (nowMs) => this.#judge.judge(arrival, { state: this.#state, nowMs, recount: 'differs' }),
        });
        const { answer } = entry;
        if (command.type === 'show.clear' && answer.status === 'accepted' && isAirClear(this.#state)) {
          this.#nothingToClear(arrival, answer.atMs, answerWith);
          return;
        }
        // Never before what was done earlier.
        const isWritten = isFlushed && (await this.#append(entry)) === 'written';
        if (isWritten && order !== null) this.#orders.remove(order);
        if (isWritten) this.#apply(entry);
        if (isWritten && order !== null) this.#options.onOrders(this.#orders.list);
        if (isAnswered) return;
        if (isWritten || answer.status === 'refused') answerWith(answer);
        else actAtOnce();
      })
        // A journal that can't even be read keeps nothing on the air.
        .catch(() => isAnswered || actAtOnce())
        .catch(reject);
    });
  }

  #nothingToClear({ command, who }: Arrival, atMs: number, answerWith: (answer: CommandAnswer) => void): void {
    const answer: CommandAnswer = { status: 'accepted', revision: this.#state.revision, atMs };
    this.#answers.keep(who.actor, command.id, answer);
    answerWith(answer);
  }

  /**
   * The verdict on an act that can't wait for its turn. An entry may be on its way to the disk, and land or not: what could be
   * taken away then counts as much as what can be now, else a HIDE would be refused a moment before the result appears.
   */
  #verdictOnWhatIsComing(arrival: Arrival): CommandAnswer {
    const atMs = this.#options.nowMs();
    const judgedOn = (state: ShowState) => this.#judge.judge(arrival, { state, nowMs: atMs, recount: 'differs' });
    const now = judgedOn(this.#state);
    const then = Array.isArray(now) || this.#onItsWay === null ? now : judgedOn(this.#with(this.#onItsWay));
    if (Array.isArray(then)) return { status: 'accepted', revision: this.#journaled.revision, atMs };
    return { status: 'refused', ...(Array.isArray(now) ? then : now), serverNowMs: atMs };
  }

  #with(entry: StoredEntry): ShowState {
    return this.#orders.over(evolveEntry(this.#journaled, entry.events, metaOf(entry)));
  }

  #orderOf({ command, who }: Arrival, atMs: number): HeldOrder {
    const { epoch } = this.#options;
    const runId = runTakenFrom(this.#state, command)?.runId ?? null;
    return { epoch, command, runId, actor: who.actor, roles: [...who.roles], source: who.source, atMs };
  }

  /** They are in force from here on; those who outlive this core hear of them before anybody else. */
  #hold(orders: readonly HeldOrder[]): void {
    const before = this.#state;
    for (const order of orders) {
      this.#orders.add(order);
      this.#answers.keep(order.actor, order.command.id, heldAnswer(order, this.#journaled.revision));
    }
    this.#state = this.#orders.over(this.#journaled);
    this.#options.onOrders(this.#orders.list);
    this.#options.onHeld({ before, after: this.#state });
    this.#tryAgainLater();
  }

  /** Journals what was done before it could be, oldest first. In the queue only. @returns whether nothing is left */
  async #flush(): Promise<boolean> {
    for (let next = this.#orders.first; next !== null; next = this.#orders.first) {
      const isDone = await this.#journalOrder(next).catch(() => false);
      if (!isDone) {
        this.#tryAgainLater();
        return false;
      }
      this.#options.onOrders(this.#orders.list);
    }
    return true;
  }

  async #journalOrder(order: HeldOrder): Promise<boolean> {
    const { actor, roles, source, command, atMs } = order;
    // The journal may have this id already: the entry stands, and its answer.
    const stored = await this.#options.journal.answerTo(actor, command.id);
    const isNothing = stored === null && command.type === 'show.clear' && isAirClear(this.#journaled);
    if (stored !== null || isNothing) {
      const before = this.#state;
      this.#orders.remove(order);
      this.#state = this.#orders.over(this.#journaled);
      const { revision } = this.#journaled;
      this.#answers.keep(actor, command.id, stored ?? { status: 'accepted', revision, atMs });
      this.#options.onHeld({ before, after: this.#state });
      return true;
    }
    const entry = this.#entry({
      ...{ who: { actor, roles, source }, commandId: command.id, type: command.type, target: targetOf(command) },
      command,
      decide: () => eventsOf(this.#journaled, order),
    });
    const answer = { status: 'accepted' as const, revision: entry.seq, atMs };
    const own: StoredEntry = { ...entry, atMs, runId: order.runId, answer };
    const written = await this.#append(own);
    if (written === 'not-written') return false;
    this.#orders.remove(order);
    // Nothing is stored of what can't be, and nothing may wait for it.
    if (written === 'unstorable') this.#state = this.#orders.over(this.#journaled);
    if (written === 'unstorable') return true;
    this.#apply(own);
    return true;
  }

  #tryAgainLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      void this.#inTurn(() => this.#flush());
    }, RETRY_MS);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    // A failure is the caller's; the queue goes on.
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #known(actor: string, commandId: string): Promise<CommandAnswer | null> {
    return this.#answers.get(actor, commandId) ?? (await this.#options.journal.answerTo(actor, commandId));
  }

  #record$(draft: Omit<Draft, 'commandId'>): Promise<CommandAnswer> {
    return this.#inTurn(() => this.#record({ ...draft, commandId: randomUUID() }));
  }

  async #mustRecord(fact: { type: string; command: unknown; events: ShowEvent[] }): Promise<void> {
    const { type, command, events } = fact;
    const answer = await this.#record$({ who: SERVER, type, target: null, command, decide: () => events });
    if (answer.status === 'refused') throw new Error(answer.message);
  }

  /** Decides, appends to the journal with fsync, applies, publishes. In the queue only. */
  async #record(draft: Draft): Promise<CommandAnswer> {
    // What was done unjournaled comes first.
    const isFlushed = await this.#flush();
    const at = this.#options.monotonicNow();
    const entry = this.#entry(draft);
    const written = isFlushed ? await this.#append(entry) : 'not-written';
    if (written === 'unstorable') {
      const refusal = refuse('malformed', 'The command holds something that can’t be stored; nothing was changed.');
      return { status: 'refused', ...refusal, serverNowMs: entry.atMs };
    }
    if (written === 'not-written') {
      const refusal = refuse('unavailable', `The journal can't be written (${this.#journalError}).`);
      return { status: 'refused', ...refusal, serverNowMs: entry.atMs };
    }
    if (entry.events.some(({ type }) => type === 'run.opened')) this.#judge.opened(at);
    this.#apply(entry);
    if (entry.seq % SNAPSHOT_EVERY === 0) {
      // A snapshot only shortens the next start; the entries are there all the same.
      await this.#options.journal.saveSnapshot(this.#journaled).catch(() => undefined);
    }
    return entry.answer;
  }

  /** What is to be journaled next. */
  #entry({ who, commandId, type, target, command, decide: decideNow }: Draft): StoredEntry {
    const atMs = this.#options.nowMs();
    const decided = decideNow(atMs);
    const seq = this.#journaled.revision + 1;
    const answer: CommandAnswer = Array.isArray(decided)
      ? { status: 'accepted', revision: seq, atMs }
      : { status: 'refused', ...decided, serverNowMs: atMs };
    const events = Array.isArray(decided) ? decided : [];
    const runId = runOfEntry(this.#state, { target, command });
    const { actor, source } = who;
    const kept = answer.status === 'refused' ? withoutTexts(command) : command;
    return { seq, atMs, actor, source, commandId, type, target, runId, command: kept, answer, events };
  }

  /** @returns whether it is on disk; `unstorable`: that is its own fault, and the next one may be written */
  async #append(entry: StoredEntry): Promise<'written' | 'not-written' | 'unstorable'> {
    this.#onItsWay = entry;
    try {
      await this.#options.journal.append(entry);
      this.#journalError = null;
      return 'written';
    } catch (error) {
      if (error instanceof Unstorable) return 'unstorable';
      this.#journalError = error instanceof Error ? error.message : String(error);
      return 'not-written';
    } finally {
      this.#onItsWay = null;
    }
  }

  #apply(entry: StoredEntry): void {
    const before = this.#state;
    this.#journaled = evolveEntry(this.#journaled, entry.events, metaOf(entry));
    this.#state = this.#orders.over(this.#journaled);
    this.#answers.keep(entry.actor, entry.commandId, entry.answer);
    this.#options.onApplied({ before, after: this.#state, entry });
  }
}

function heldAnswer({ atMs }: HeldOrder, revision: number): CommandAnswer {
  return { status: 'accepted', revision, atMs, journaled: false };
}

function draftOf({ command, who }: Arrival): Omit<Draft, 'decide'> {
  const { id: commandId, type } = command;
  return { who, commandId, type, target: targetOf(command), command };
}

/** Commands whose payload is as long as their sender likes; all others are bounded by their own fields. */
const WITH_TEXTS: ReadonlySet<string> = new Set<Command['type']>(['cue.add', 'cue.edit', 'poll.answer']);

/**
 * What a refused command leaves in the journal: who may do nothing could otherwise fill the disk, and everybody's log. Its target,
 * its type and the reason stand in the entry itself.
 */
function withoutTexts(command: unknown): unknown {
  if (typeof command !== 'object' || command === null || !('type' in command)) return command;
  const { id, type, target } = command as Pick<Command, 'id' | 'type'> & { target?: unknown };
  return WITH_TEXTS.has(type) ? { id, type, ...(target === undefined ? {} : { target }) } : command;
}

function metaOf({ seq, actor, source, commandId, atMs }: StoredEntry) {
  return { seq, act: { actor, source, commandId, atMs } };
}
