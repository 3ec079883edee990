/** The show and its journal, one entry after the other: what is on disk, what is in force though it is not there yet, and the one queue. */
import { changedRules } from '../../shared/domain/changed-rules.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { isAirClear } from '../../shared/domain/takes-away.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { type CommandAnswer, targetOf } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { Fenced, type Journal, Unstorable } from '../journal/journal.ts';
import type { StoredEntry } from '../journal/journal-messages.ts';
import { replay } from '../journal/journal-show.ts';
import { AnswerMemory } from './answer-memory.ts';
import { type Draft, entryOf, metaOf } from './entry-draft.ts';
import { eventsOf, HeldOrders } from './held-orders.ts';

/** How soon a disk that took no write is tried again with what it owes. */
const RETRY_MS = 500;
const SNAPSHOT_EVERY = 200;

/** What happened, after it is on disk and folded in. */
export interface Applied {
  before: ShowState;
  after: ShowState;
  entry: StoredEntry;
}

export interface ShowBookOptions {
  journal: Journal;
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  onApplied: (applied: Applied) => void;
  /** The acts in force that the journal could not take have changed; told before what they do is published. */
  onOrders: (orders: readonly HeldOrder[]) => void;
  /** Such an act took effect; no journal entry tells it yet. */
  onHeld: (change: { before: ShowState; after: ShowState }) => void;
  /** Another core writes the journal: this one has to end. Told once, with the sentence for people. */
  onFenced: (message: string) => void;
  /** A run was opened, and the GO judged at this moment; told before it is applied. */
  onOpened: (at: MonotonicMs) => void;
}

export class ShowBook {
  readonly #options: ShowBookOptions;
  readonly #answers = new AnswerMemory();
  readonly #orders = new HeldOrders();
  /** The fold of the journal. */
  #journaled: ShowState;
  /** The same with the orders on top. */
  #state: ShowState;
  #queue: Promise<unknown> = Promise.resolve();
  /** Sentence of the last failed write, or null. */
  #journalError: string | null = null;
  #retry: NodeJS.Timeout | null = null;
  /** Somebody else writes the journal. From then on nothing is done here, nor taken away. */
  #isFenced = false;
  /** What the disk has been given and not confirmed. */
  #onItsWay: StoredEntry | null = null;

  constructor(options: ShowBookOptions) {
    this.#options = options;
    const { entries } = options.journal.loaded;
    this.#journaled = replay(options.journal.loaded);
    this.#state = this.#journaled;
    for (const { actor, commandId, answer } of entries) this.#answers.keep(actor, commandId, answer);
  }

  get state(): ShowState {
    return this.#state;
  }
  /** Of the last entry on disk. */
  get revision(): number {
    return this.#journaled.revision;
  }
  get isFenced(): boolean {
    return this.#isFenced;
  }
  get journalError(): string | null {
    return this.#journalError;
  }
  /** Acts in force that the journal has not taken yet. */
  get orders(): readonly HeldOrder[] {
    return this.#orders.list;
  }
  /** The show with the entry that is on its way to the disk and may land or not; null where none is. */
  get coming(): ShowState | null {
    if (this.#onItsWay === null) return null;
    const { events } = this.#onItsWay;
    return this.#orders.over(evolveEntry(this.#journaled, events, metaOf(this.#onItsWay)));
  }

  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    // A failure is the caller's; the queue goes on.
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** The stored answer, or null. Rejects where the journal can't be read. */
  async known(actor: string, commandId: string): Promise<CommandAnswer | null> {
    return this.remembered(actor, commandId) ?? (await this.#stored(actor, commandId));
  }

  /**
   * An entry beyond the last that was read here is none of this show yet, whoever wrote it: a disk that refused it may hold it all
   * the same. Whoever writes the next one finds out.
   */
  async #stored(actor: string, commandId: string): Promise<CommandAnswer | null> {
    const answer = await this.#options.journal.answerTo(actor, commandId);
    return answer?.status === 'accepted' && answer.revision > this.revision ? null : answer;
  }

  /** The same, as far as no disk has to be asked. */
  remembered(actor: string, commandId: string): CommandAnswer | null {
    return this.#answers.get(actor, commandId);
  }

  /** An answer that no entry keeps. */
  remember({ actor, commandId }: { actor: string; commandId: string }, answer: CommandAnswer): void {
    this.#answers.keep(actor, commandId, answer);
  }

  /** Decides, appends to the journal with fsync, applies, publishes. In the queue only. */
  async record(draft: Draft): Promise<CommandAnswer> {
    // What was done unjournaled comes first.
    const isFlushed = await this.flush();
    const at = this.#options.monotonicNow();
    const entry = this.entry(draft);
    const written = isFlushed ? await this.append(entry) : 'not-written';
    if (written === 'unstorable') {
      const refusal = refuse('malformed', 'The command holds something that can’t be stored; nothing was changed.');
      return { status: 'refused', ...refusal, serverNowMs: entry.atMs };
    }
    if (written === 'not-written') return this.notWritten(entry.atMs);
    if (entry.events.some(({ type }) => type === 'run.opened')) this.#options.onOpened(at);
    this.apply(entry, null);
    if (entry.seq % SNAPSHOT_EVERY === 0) {
      // A snapshot only shortens the next start; the entries are there all the same.
      await this.#options.journal.saveSnapshot(this.#journaled).catch(() => undefined);
    }
    return entry.answer;
  }

  /** The answer to what could not be journaled, nor done without. */
  notWritten(serverNowMs: number): CommandAnswer {
    const why = this.#isFenced ? this.#journalError : `The journal can't be written (${this.#journalError}).`;
    return { status: 'refused', ...refuse('unavailable', why ?? ''), serverNowMs };
  }

  /** What is to be journaled next, decided now. */
  entry(draft: Draft): StoredEntry {
    return entryOf(draft, { state: this.#state, after: this.revision, atMs: this.#options.nowMs() });
  }

  /** @returns whether it is on disk; `unstorable`: that is its own fault, and the next one may be written */
  async append(entry: StoredEntry): Promise<'written' | 'not-written' | 'unstorable'> {
    if (this.#isFenced) return 'not-written';
    // What it makes of runs becomes durable with it: worked out before it is written, and in force after.
    const rules = changedRules(
      this.#state,
      this.#orders.over(evolveEntry(this.#journaled, entry.events, metaOf(entry))),
    );
    this.#onItsWay = entry;
    try {
      await this.#options.journal.append(entry, rules);
      this.#journalError = null;
      return 'written';
    } catch (error) {
      if (error instanceof Unstorable) return 'unstorable';
      this.#journalError = error instanceof Error ? error.message : String(error);
      if (error instanceof Fenced && !this.#isFenced) {
        this.#isFenced = true;
        this.#options.onFenced(error.message);
      }
      return 'not-written';
    } finally {
      this.#onItsWay = null;
    }
  }

  /** An entry is on disk. `order`: the act that was in force without it until now, or null. */
  apply(entry: StoredEntry, order: HeldOrder | null): void {
    if (order !== null) this.#orders.remove(order);
    const before = this.#state;
    this.#journaled = evolveEntry(this.#journaled, entry.events, metaOf(entry));
    this.#state = this.#orders.over(this.#journaled);
    this.#answers.keep(entry.actor, entry.commandId, entry.answer);
    this.#options.onApplied({ before, after: this.#state, entry });
  }

  holds(order: HeldOrder): boolean {
    return this.#orders.has(order);
  }

  /** They are in force from here on; those who outlive this core hear of them before anybody else. */
  hold(orders: readonly HeldOrder[]): void {
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
  async flush(): Promise<boolean> {
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
    const stored = await this.#stored(actor, command.id);
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
    const entry = this.entry({
      ...{ who: { actor, roles, source }, commandId: command.id, type: command.type, target: targetOf(command) },
      command,
      decide: () => eventsOf(this.#journaled, order),
    });
    const answer = { status: 'accepted' as const, revision: entry.seq, atMs };
    const own: StoredEntry = { ...entry, atMs, runId: order.runId, answer };
    const written = await this.append(own);
    if (written === 'not-written') return false;
    if (written === 'written') {
      this.apply(own, order);
      return true;
    }
    // Nothing is stored of what can't be, and nothing may wait for it.
    this.#orders.remove(order);
    this.#state = this.#orders.over(this.#journaled);
    return true;
  }

  #tryAgainLater(): void {
    if (this.#isFenced) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      void this.inTurn(() => this.flush());
    }, RETRY_MS);
  }

  async close(): Promise<void> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.inTurn(() => this.flush());
    if (this.#retry !== null) clearTimeout(this.#retry);
    // It only shortens the next start.
    if (this.revision > 0) await this.#options.journal.saveSnapshot(this.#journaled).catch(() => undefined);
    await this.#options.journal.close();
  }
}

/** To an act that is in force and that the journal has not taken yet. */
export function heldAnswer({ atMs }: HeldOrder, revision: number): CommandAnswer {
  return { status: 'accepted', revision, atMs, journaled: false };
}
