/** A show under a clock of its own, driven as the core drives it: guard, decide, journal, fold. */
import type { Role } from '../../protocol/commands.ts';
import type { Act, Tally } from '../../protocol/desk-state.ts';
import { type Mode, type PollId, type RunId, runIdOf } from '../../protocol/ids.ts';
import type { Cue } from '../../protocol/show-file.ts';
import { decide, decideSystem, type SystemStep } from '../decide.ts';
import { deskState, NO_CORE_FACTS } from '../desk-view.ts';
import type { ShowEvent } from '../events.ts';
import { evolveEntry } from '../evolve.ts';
import { type CommandIntent, type GuardContext, mayCommand } from '../guards.ts';
import type { Refusal } from '../refusal.ts';
import { currentRun, EMPTY_SHOW, type Run, type ShowState } from '../show-state.ts';

export interface Person {
  actor: string;
  roles: readonly Role[];
}
export const OWNER: Person = { actor: 'Olga', roles: ['owner'] };
export const PRODUCER: Person = { actor: 'Pia', roles: ['producer'] };
export const SECOND_PRODUCER: Person = { actor: 'Paul', roles: ['producer'] };
export const DIRECTOR: Person = { actor: 'Dirk', roles: ['director'] };
export const OPERATOR: Person = { actor: 'Otto', roles: ['operator'] };
export const VERIFIER: Person = { actor: 'Vera', roles: ['verifier'] };

export const START_MS = 1_790_000_000_000;

export interface Entry {
  seq: number;
  act: Act;
  events: ShowEvent[];
}

export function fold(entries: readonly Entry[]): ShowState {
  return entries.reduce((state, { events, seq, act }) => evolveEntry(state, events, { seq, act }), EMPTY_SHOW);
}

/** What the core knows besides the show. */
export type Surroundings = Pick<
  GuardContext,
  'preflight' | 'identityConnected' | 'edgesRestarting' | 'alarms' | 'recount' | 'scheduled'
>;
export const ALL_WELL: Surroundings = {
  preflight: null,
  identityConnected: true,
  edgesRestarting: false,
  alarms: null,
  recount: 'matches',
  scheduled: false,
};

export class ShowDriver {
  nowMs = START_MS;
  state: ShowState = EMPTY_SHOW;
  readonly entries: Entry[] = [];

  constructor(cues: readonly Cue[], mode: Mode) {
    const show = { title: 'A show', cues: [...cues] };
    this.#append('Olga', [{ type: 'show.imported', show, mode, showId: 'show' }]);
  }

  #append(actor: string, events: ShowEvent[]): void {
    const seq = this.state.revision + 1;
    const act = { actor, source: 'test', commandId: `command-${seq}`, atMs: this.nowMs };
    this.entries.push({ seq, act, events });
    this.state = evolveEntry(this.state, events, { seq, act });
  }

  context(person: Person, around: Partial<Surroundings> = {}): GuardContext {
    const { lastGoAtMs } = this.state;
    const sinceGoMs = lastGoAtMs === null ? Number.POSITIVE_INFINITY : this.nowMs - lastGoAtMs;
    return { ...ALL_WELL, ...around, ...person, nowMs: this.nowMs, sinceGoMs };
  }

  view(roles: readonly Role[]) {
    return deskState(this.state, { roles, serverNowMs: this.nowMs, facts: NO_CORE_FACTS });
  }

  may(intent: CommandIntent, person: Person, around: Partial<Surroundings> = {}): Refusal | null {
    return mayCommand(this.view(['owner']), intent, this.context(person, around));
  }

  /** Gives a command; a refused one is journaled too, without events. */
  give(intent: CommandIntent, person: Person, around: Partial<Surroundings> = {}): Refusal | null {
    const refusal = this.may(intent, person, around);
    const ctx = this.context(person, around);
    this.#append(person.actor, refusal ? [] : decide(this.state, intent, ctx));
    return refusal;
  }

  /** Gives a command that has to be accepted. */
  do(intent: CommandIntent, person: Person, around: Partial<Surroundings> = {}): void {
    const refusal = this.give(intent, person, around);
    if (refusal) throw new Error(`${intent.type} was refused: ${refusal.code}, ${refusal.message}`);
  }

  /** A step of the core's own. */
  step(step: SystemStep): Refusal | null {
    const made = decideSystem(this.state, step, this.nowMs);
    if (!Array.isArray(made)) return made;
    this.#append('core', made);
    // The core sets its clock with the entry.
    if (step.type === 'system.clock') this.nowMs += step.byMs;
    return null;
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  run(cueId: PollId): Run {
    const run = currentRun(this.state, cueId);
    if (!run) throw new Error(`${cueId} has no run`);
    return run;
  }

  past(cueId: PollId, round: number): Run {
    const run = this.state.runs[runIdOf(cueId, this.state.mode, round)];
    if (!run) throw new Error(`${cueId} had no round ${round}`);
    return run;
  }

  revision(cueId: PollId): number {
    const cue = this.state.cues.find((c) => c.cue.id === cueId);
    if (!cue) throw new Error(`there is no cue ${cueId}`);
    return cue.revision;
  }

  arm(cueId: PollId): void {
    this.do({ type: 'cue.arm', target: cueId }, PRODUCER);
  }

  /** Arms and opens; a second passes first, so that no earlier GO is in the way. */
  air(cueId: PollId): void {
    this.pass(1_000);
    this.arm(cueId);
    this.do({ type: 'cue.go', target: cueId }, PRODUCER);
  }

  /** Lets the window of the run end and seals it with this many votes per option. */
  seal(cueId: PollId, counts: readonly number[]): void {
    const run = this.run(cueId);
    if (run.intake === 'open') {
      this.nowMs = Math.max(this.nowMs, run.closesAtMs ?? this.nowMs);
      this.#must({ type: 'system.close', runId: run.runId });
    }
    this.pass(run.text.graceMs);
    this.#must({ type: 'system.seal', runId: run.runId, head: 'ab12', tally: tallyOf(run, counts) });
  }

  verify(cueId: PollId): void {
    this.#must({ type: 'system.verify', runId: this.run(cueId).runId, recountMatches: true });
  }

  #must(step: SystemStep): void {
    const refusal = this.step(step);
    if (refusal) throw new Error(`${step.type} was refused: ${refusal.code}, ${refusal.message}`);
  }
}

export function tallyOf(run: Run, counts: readonly number[]): Tally {
  const options = run.text.options.map((o, i) => ({ id: o.id, count: counts[i] ?? 0 }));
  return { total: options.reduce((sum, o) => sum + o.count, 0), options };
}

export const runId = (cueId: PollId, mode: Mode, round: number): RunId => runIdOf(cueId, mode, round);
