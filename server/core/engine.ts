/** The show engine: the single writer. Every command and every step of the core's own passes through one queue, in order, and is on disk before it is answered. */
import { randomUUID } from 'node:crypto';
import { decide, decideSystem, type SystemStep } from '../../shared/domain/decide.ts';
import { deskState, NO_CORE_FACTS } from '../../shared/domain/desk-view.ts';
import { runOfEntry } from '../../shared/domain/entry-run.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { type GuardContext, mayCommand } from '../../shared/domain/guards.ts';
import { type Refusal, refuse } from '../../shared/domain/refusal.ts';
import { currentRun, EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandLookup,
  type Role,
  targetOf,
} from '../../shared/protocol/desk.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import type { Journal } from './journal/journal.ts';
import type { StoredEntry } from './journal/journal-messages.ts';

/** A command older than this on arrival is refused: nothing fires late. */
export const MAX_COMMAND_AGE_MS = 2_000;
const SNAPSHOT_EVERY = 200;
const REMEMBERED_ANSWERS = 5_000;

/** From the token, never from the body. */
export interface Who {
  actor: string;
  roles: readonly Role[];
  source: string;
}
const SERVER: Who = { actor: 'server', roles: ['owner'], source: 'server' };

/** What happened, after it is on disk and folded in. */
export interface Applied {
  before: ShowState;
  after: ShowState;
  entry: StoredEntry;
}

export interface EngineOptions {
  journal: Journal;
  nowMs: () => number;
  /** The world's part of the guards, at this moment. */
  world: () => Pick<GuardContext, 'preflight' | 'identityConnected' | 'edgesRestarting' | 'alarms'>;
  /** Whether a closed run's recount equals its live count. */
  recountMatches: (runId: RunId) => Promise<boolean>;
  onApplied: (applied: Applied) => void;
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
  readonly #answers = new Map<string, CommandAnswer>();
  #state: ShowState;
  #queue: Promise<unknown> = Promise.resolve();
  /** Sentence of the last failed write, or null. */
  #journalError: string | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { snapshot, entries } = options.journal.loaded;
    this.#state = entries.reduce(
      (state, entry) => evolveEntry(state, entry.events, metaOf(entry)),
      snapshot ?? EMPTY_SHOW,
    );
    for (const entry of entries) this.#remember(entry);
  }

  get state(): ShowState {
    return this.#state;
  }
  get journalError(): string | null {
    return this.#journalError;
  }

  /** Steps 3 to 9 of the command path. `arrivedAtMs`: core time when it came in. Never rejects for a reason a person can cause. */
  async execute(command: Command, who: Who, arrivedAtMs: number): Promise<CommandAnswer> {
    // The recount reads a sealed ledger, which no later command can change: it need not hold up the queue.
    const recountMatches = await this.#recountFor(command);
    const queuedAtMs = this.#options.nowMs();
    return this.#inTurn(() =>
      this.#once(who.actor, command.id, () => {
        const { id: commandId, type } = command;
        const decideNow = (nowMs: number) => {
          // Behind a disk that stalls it grows old here as well, and nothing fires late.
          const ageMs = arrivedAtMs - command.clientTimeMs + (nowMs - queuedAtMs);
          if (Math.abs(ageMs) > MAX_COMMAND_AGE_MS) return refuse('too-old', ageSentence(ageMs));
          return this.#decide(command, who, { nowMs, recountMatches });
        };
        return this.#record({ who, commandId, type, target: targetOf(command), command, decide: decideNow });
      }),
    );
  }

  /** The stored answer to a command of this actor; an id that was never seen is barred for good. */
  async lookup(who: Who, commandId: string): Promise<CommandLookup> {
    const answer = await this.#inTurn(() =>
      this.#once(who.actor, commandId, () =>
        this.#record({
          who,
          commandId,
          type: 'command.barred',
          target: null,
          command: null,
          decide: () =>
            refuse('barred', 'This id was asked about before the command came; it is not carried out any more.'),
        }),
      ),
    );
    return answer.status === 'refused' && answer.code === 'barred' ? { status: 'never-seen' } : answer;
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

  async importShow(show: ShowFile, mode: Mode): Promise<void> {
    await this.#mustRecord({
      type: 'show.import',
      command: { title: show.title, mode },
      events: [{ type: 'show.imported', show, mode, showId: randomUUID() }],
    });
  }

  async setMode(mode: Mode): Promise<CommandAnswer> {
    const command = { type: 'show.mode' as const, payload: { mode } };
    return this.#record$({
      who: SERVER,
      type: command.type,
      target: null,
      command,
      decide: (nowMs) => this.#decide(command, SERVER, { nowMs, recountMatches: null }),
    });
  }

  /** Something that belongs in the journal and changes nothing in the show, such as a desk that came in. */
  async note(type: string, who: Who, facts: unknown): Promise<void> {
    await this.#record$({ who, type, target: null, command: facts, decide: () => [] });
  }

  async close(): Promise<void> {
    await this.#queue;
    // A full disk takes no snapshot, which only shortens the next start.
    if (this.#state.revision > 0) await this.#options.journal.saveSnapshot(this.#state).catch(() => undefined);
    await this.#options.journal.close();
  }

  #decide(
    intent: Parameters<typeof decide>[1],
    who: Who,
    ctx: { nowMs: number; recountMatches: boolean | null },
  ): ShowEvent[] | Refusal {
    const { nowMs, recountMatches } = ctx;
    const view = deskState(this.#state, { roles: ['owner'], serverNowMs: nowMs, facts: NO_CORE_FACTS });
    const world = this.#options.world();
    const guard = { nowMs, actor: who.actor, roles: who.roles, scheduled: false, recountMatches, ...world };
    return (
      mayCommand(view, intent, guard) ?? decide(this.#state, intent, { nowMs, actor: who.actor, scheduled: false })
    );
  }

  async #recountFor(command: Command): Promise<boolean | null> {
    if (command.type !== 'poll.verify') return null;
    const run = currentRun(this.#state, command.target);
    return run?.intake === 'closed' ? this.#options.recountMatches(run.runId) : null;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    // A failure is the caller's; the queue goes on.
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #once(actor: string, commandId: string, act: () => Promise<CommandAnswer>): Promise<CommandAnswer> {
    const known = this.#answers.get(key(actor, commandId));
    return known ?? (await this.#options.journal.answerTo(actor, commandId)) ?? (await act());
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
    const { who, commandId, type, target, command } = draft;
    const atMs = this.#options.nowMs();
    const decided = draft.decide(atMs);
    const seq = this.#state.revision + 1;
    const events = Array.isArray(decided) ? decided : [];
    const answer: CommandAnswer = Array.isArray(decided)
      ? { status: 'accepted', revision: seq, atMs }
      : { status: 'refused', ...decided, serverNowMs: atMs };
    const entry: StoredEntry = {
      seq,
      atMs,
      ...{ actor: who.actor, source: who.source },
      commandId,
      type,
      target,
      runId: runOfEntry(this.#state, { target, command }),
      command,
      answer,
      events,
    };
    try {
      await this.#options.journal.append(entry);
      this.#journalError = null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#journalError = message;
      return {
        status: 'refused',
        ...refuse('unavailable', `The journal can't be written (${message}).`),
        serverNowMs: atMs,
      };
    }
    const before = this.#state;
    this.#state = evolveEntry(before, events, metaOf(entry));
    this.#remember(entry);
    this.#options.onApplied({ before, after: this.#state, entry });
    if (seq % SNAPSHOT_EVERY === 0) {
      // A snapshot only shortens the next start; the entries are there all the same.
      await this.#options.journal.saveSnapshot(this.#state).catch(() => undefined);
    }
    return answer;
  }

  #remember({ actor, commandId, answer }: StoredEntry): void {
    this.#answers.set(key(actor, commandId), answer);
    const oldest = this.#answers.size > REMEMBERED_ANSWERS ? this.#answers.keys().next().value : undefined;
    if (oldest !== undefined) this.#answers.delete(oldest);
  }
}

function key(actor: string, commandId: string): string {
  return `${actor} ${commandId}`;
}

function metaOf({ seq, actor, source, commandId, atMs }: StoredEntry) {
  return { seq, act: { actor, source, commandId, atMs } };
}

function ageSentence(ageMs: number): string {
  if (ageMs > 0) return `It took ${(ageMs / 1000).toFixed(1)} s to get here; after 2 s nothing is carried out.`;
  return `Its time is ${(-ageMs / 1000).toFixed(1)} s ahead of the server's; the desk's clock estimate is off.`;
}
