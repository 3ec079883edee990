import type { CommandAnswer } from '../../shared/protocol/commands.ts';

const REMEMBERED = 5_000;

/** The last answers that commands got, for those who ask again; older ones are in the journal. */
export class AnswerMemory {
  readonly #answers = new Map<string, CommandAnswer>();

  get(actor: string, commandId: string): CommandAnswer | null {
    return this.#answers.get(`${actor} ${commandId}`) ?? null;
  }

  keep(actor: string, commandId: string, answer: CommandAnswer): void {
    this.#answers.set(`${actor} ${commandId}`, answer);
    const oldest = this.#answers.size > REMEMBERED ? this.#answers.keys().next().value : undefined;
    if (oldest !== undefined) this.#answers.delete(oldest);
  }
}
