/** The show engine: the single writer. Every command and every step of the core's own passes through one queue, in order, and is on disk before it is answered. */

import { randomUUID } from 'node:crypto';
import { withNumbers } from '../../shared/domain/cue-number.ts';
import { decideSystem, type SystemStep } from '../../shared/domain/decide.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { nameOf } from '../../shared/domain/persons.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { Who } from '../../shared/domain/roles.ts';
import { intentOfAct, type ScheduledAct } from '../../shared/domain/scheduled-act.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { takesAway } from '../../shared/domain/takes-away.ts';
import type { Command, CommandAnswer, CommandLookup } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { type Mode, runIdOf } from '../../shared/protocol/ids.ts';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import type { Alarm } from '../../shared/protocol/vitals.ts';
import { type Arrival, CommandJudge, type CommandJudgeOptions } from './command-judge.ts';
import { type Draft, draftOf } from './entry-draft.ts';
import type { FormerTime } from './former-times.ts';
import { scheduledId } from './scheduled-id.ts';
import { ShowBook, type ShowBookOptions } from './show-book.ts';
import { TakingAway } from './taking-away.ts';

const SERVER: Who = { actor: 'server', roles: ['owner'], source: 'server' };
/** A producer's right hand, as far as the guards know it. */
const SCHEDULE: Who = { actor: 'schedule', roles: ['producer'], source: 'server' };

export interface EngineOptions extends Omit<ShowBookOptions, 'onOpened'>, CommandJudgeOptions {
  /** Of this core's life. */
  epoch: number;
  /** What core time was before it was set, of the last seconds. */
  formerTimes: () => readonly FormerTime[];
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #judge: CommandJudge;
  readonly #book: ShowBook;
  readonly #takingAway: TakingAway;

  constructor(options: EngineOptions) {
    this.#options = options;
    const judge = new CommandJudge(options);
    this.#judge = judge;
    this.#book = new ShowBook({ ...options, onOpened: (at) => judge.opened(at) });
    this.#takingAway = new TakingAway({ ...options, book: this.#book, judge });
    const { lastGoAtMs } = this.#book.state;
    if (lastGoAtMs !== null) judge.restoreLastGo(lastGoAtMs, options.nowMs());
  }

  get state(): ShowState {
    return this.#book.state;
  }
  get journalError(): string | null {
    return this.#book.journalError;
  }
  /** Acts in force that the journal has not taken yet. */
  get orders(): readonly HeldOrder[] {
    return this.#book.orders;
  }

  /** Steps 3 to 9 of the command path. `arrivedAtMs`: core time when it came in. Never rejects for a reason a person can cause. */
  async execute(command: Command, who: Who, arrivedAtMs: number): Promise<CommandAnswer> {
    const arrived = this.#options.monotonicNow();
    const came = { command, who, arrivedAtMs, arrived, former: this.#options.formerTimes() };
    if (takesAway(command)) return this.#takingAway.take({ ...came, queued: arrived });
    for (;;) {
      // The recount reads a sealed ledger, which no later command can change: it need not hold up the queue.
      const runId = this.#judge.verifiable(command, this.#book.state);
      const recount = runId === null ? 'differs' : await this.#judge.recounted(runId);
      // Counting is no waiting: only what comes after it makes the command old.
      const arrival: Arrival = { ...came, queued: this.#options.monotonicNow() };
      const answer = await this.#book.inTurn(async () => {
        const known = await this.#book.known(who.actor, command.id);
        if (known !== null) return known;
        // The seal came meanwhile, or another run did: what would be verified now has to be counted first.
        if (this.#judge.verifiable(command, this.#book.state) !== runId) return null;
        return this.#book.record({
          ...draftOf(arrival),
          decide: (nowMs) => this.#judge.judge(arrival, { state: this.#book.state, nowMs, recount }),
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
    const answer = await this.#book.inTurn(async () => {
      const known = await this.#book.known(who.actor, commandId);
      if (known !== null) return known;
      const barred = await this.#book.record({
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
    return this.#book.inTurn(() => this.#book.known(who.actor, commandId));
  }

  /**
   * What the schedule does by itself, under the guards of a person's command. Its id follows from what it is: said again, by
   * whomever and by whichever core, it gets the answer that it got, and a refusal stays one. Only `unavailable` decides nothing.
   */
  fire(act: ScheduledAct): Promise<CommandAnswer> {
    return this.#book.inTurn(async () => {
      const { type, cueId: target, mode, round, trigger } = act;
      const commandId = scheduledId(this.#book.state.showId, act);
      const known = await this.#book
        .known(SCHEDULE.actor, commandId)
        .catch((error: unknown) => this.#unreadable(error));
      if (known !== null) return known;
      const command = { id: commandId, type, target, runId: runIdOf(target, mode, round), trigger };
      return this.#book.record({
        ...{ who: SCHEDULE, commandId, type, target, command },
        decide: (nowMs) => {
          const intent = intentOfAct(this.#book.state, act);
          if ('code' in intent) return intent;
          const ctx = { state: this.#book.state, nowMs, recount: 'differs' as const, scheduled: true };
          return this.#judge.decide(intent, SCHEDULE, ctx);
        },
      });
    });
  }

  /** A step of the core's own. Refused with `unavailable` it is to be tried again; otherwise the show has moved on. */
  step(step: SystemStep): Promise<CommandAnswer> {
    const run = 'runId' in step ? this.#book.state.runs[step.runId] : undefined;
    return this.#record$({
      who: SERVER,
      type: step.type,
      target: run?.cueId ?? null,
      command: step,
      decide: (nowMs) => decideSystem(this.#book.state, step, nowMs),
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
      decide: (nowMs) => (stands() ? decideSystem(this.#book.state, step, nowMs) : seen),
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
      decide: (nowMs) =>
        this.#judge.decide(command, SERVER, { state: this.#book.state, nowMs, recount: 'differs', scheduled: false }),
    });
  }

  /** Somebody signed in at a desk, under the name that they have now. */
  async signedIn(who: Who, name: string): Promise<void> {
    const { actor, source, roles } = who;
    const named = (): ShowEvent[] =>
      nameOf(this.state.persons, actor) === name ? [] : [{ type: 'person.named', id: actor, name }];
    await this.#record$({ who, type: 'session.open', target: null, command: { source, roles }, decide: named });
  }

  /** Something that belongs in the journal and changes nothing in the show, such as desks that were signed out. */
  async note(type: string, who: Who, facts: unknown): Promise<void> {
    await this.#record$({ who, type, target: null, command: facts, decide: () => [] });
  }

  /**
   * Takes over what others hold for a core that died: acts that are in force and that the journal may lack. Those that it has
   * after all are left alone.
   */
  takeOrders(orders: readonly HeldOrder[]): Promise<void> {
    return this.#book.inTurn(async () => {
      const missing: HeldOrder[] = [];
      for (const order of orders) {
        const { actor, command } = order;
        // A journal that can't be read may have it: it is in force all the same, and the book looks again when it writes it.
        const known = await this.#book.known(actor, command.id).catch(() => null);
        if (known === null && !this.#book.holds(order)) missing.push(order);
      }
      // Told as a whole: who holds them for the next core replaces what it held.
      if (missing.length > 0) this.#book.hold(missing);
    });
  }

  close(): Promise<void> {
    return this.#book.close();
  }

  #unreadable(error: unknown): CommandAnswer {
    const why = error instanceof Error ? error.message : String(error);
    const refusal = refuse('unavailable', `The journal can't be read (${why}).`);
    return { status: 'refused', ...refusal, serverNowMs: this.#options.nowMs() };
  }

  #record$(draft: Omit<Draft, 'commandId'>): Promise<CommandAnswer> {
    return this.#book.inTurn(() => this.#book.record({ ...draft, commandId: randomUUID() }));
  }

  async #mustRecord(fact: { type: string; command: unknown; events: ShowEvent[] }): Promise<void> {
    const { type, command, events } = fact;
    const answer = await this.#record$({ who: SERVER, type, target: null, command, decide: () => events });
    if (answer.status === 'refused') throw new Error(answer.message);
  }
}
