import { randomUUID } from 'node:crypto';
import { refuse } from '../../shared/domain/refusal.ts';
import type { Who } from '../../shared/domain/roles.ts';
import { roleMay } from '../../shared/domain/roles.ts';
import type { Command, CommandAnswer } from '../../shared/protocol/commands.ts';
import type { CodeChange } from '../../shared/protocol/process.ts';
import type { Engine } from './engine.ts';

/** A disk that takes longer is as good as none: the command would be too old by then. */
const PREPARED_WITHIN_MS = 2_000;
/** So long its sender waits to hear that edges have the new code, too. */
const IN_FORCE_WITHIN_MS = 2_000;

export interface RecoderOptions {
  engine: () => Pick<Engine, 'execute' | 'answerTo'>;
  /** Core time. */
  nowMs: () => number;
  /** The supervisor is to put a new code on the disk. */
  ask: (change: CodeChange) => void;
  /** The supervisor is to take it, or to leave it. */
  decide: (id: string, accepted: boolean) => void;
}

/** A command that waits for its turn. */
interface Came {
  command: Command;
  who: Who;
  arrivedAtMs: number;
  /** When, by `performance.now()`. */
  cameMs: number;
}

/**
 * A new code for the rehearsal: first it is on disk beside the old one, then the command is in the journal, then it is in force. The
 * journal decides, so that whoever dies in between, the code in force and the answer to the command say the same afterwards. The
 * core never holds a code that is not in force, so none can get into the journal, a log or a refusal.
 */
export class Recoder {
  readonly #options: RecoderOptions;
  /** One after the other: the disk has room for one that is undecided. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #prepared = new Map<string, (refusal: string | null) => void>();
  readonly #inForce = new Map<string, () => void>();
  /** What is being decided; `isJournaled` once the journal has it. */
  #underWay: (CodeChange & { isJournaled: boolean }) | null = null;

  constructor(options: RecoderOptions) {
    this.#options = options;
  }

  /** As `Engine.execute`. Every other command goes straight to the engine. */
  execute(command: Command, who: Who, arrivedAtMs: number): Promise<CommandAnswer> {
    const isForEngine = command.type !== 'rehearsal.recode' || !roleMay(who.roles, command.type);
    if (isForEngine) return this.#options.engine().execute(command, who, arrivedAtMs);
    const cameMs = performance.now();
    const turn = this.#turn.then(() => this.#recode({ command, who, arrivedAtMs, cameMs }));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** From the supervisor: it is on disk, or why not. */
  prepared(id: string, refusal: string | null): void {
    this.#prepared.get(id)?.(refusal);
  }

  /** From the supervisor: it is in force. */
  recoded(id: string): void {
    this.#inForce.get(id)?.();
  }

  /** The journal has taken this command. */
  journaled(actor: string, commandId: string): void {
    const change = this.#underWay;
    if (change?.actor !== actor || change.commandId !== commandId) return;
    change.isJournaled = true;
    this.#options.decide(change.id, true);
  }

  async #recode({ command, who, arrivedAtMs, cameMs }: Came): Promise<CommandAnswer> {
    const { engine, nowMs, ask, decide } = this.#options;
    // What is sent again is the same act, also while the disk takes no other.
    const known = await engine().answerTo(who, command.id);
    if (known !== null) return known;
    const change = { id: randomUUID(), actor: who.actor, commandId: command.id, isJournaled: false };
    const { id, actor, commandId } = change;
    const prepared = answerWithin(this.#prepared, id, PREPARED_WITHIN_MS);
    ask({ id, actor, commandId });
    const refusal = await prepared.then((answer) => (answer === LATE ? 'the disk does not answer' : answer));
    if (refusal !== null) {
      decide(id, false);
      const why = `The new code can't be kept, so the old one stays: ${refusal}`;
      return { status: 'refused', ...refuse('unavailable', why), serverNowMs: nowMs() };
    }
    const inForce = answerWithin(this.#inForce, id, IN_FORCE_WITHIN_MS);
    this.#underWay = change;
    try {
      // Behind a disk that stalls it grew old, as every command does, also while it waited for the one before.
      const answer = await engine().execute(command, who, arrivedAtMs + Math.round(performance.now() - cameMs));
      if (change.isJournaled) await inForce;
      return answer;
    } finally {
      this.#underWay = null;
      this.#inForce.delete(id);
      if (!change.isJournaled) decide(id, false);
    }
  }
}

const LATE = Symbol('late');

/** What is told under this id, or `LATE`. */
function answerWithin<T>(waiting: Map<string, (answer: T) => void>, id: string, ms: number): Promise<T | typeof LATE> {
  return new Promise((resolve) => {
    const settle = (answer: T | typeof LATE) => {
      clearTimeout(timer);
      waiting.delete(id);
      resolve(answer);
    };
    const timer = setTimeout(() => settle(LATE), ms);
    waiting.set(id, settle);
  });
}
