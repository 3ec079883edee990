import type { Logger } from 'pino';
import type { SystemStep } from '../../shared/domain/decide.ts';
import { BallotBoxError } from '../ballotbox/ledger.ts';
import type { Engine } from './engine.ts';

/** How soon a full or read-only disk is tried again. */
const RETRY_MS = 500;

export interface OwnStepsOptions {
  engine: () => Engine;
  alarm: (code: string, message: string) => void;
  log: Logger;
}

/** The steps that people don't take. What a disk can't take now is due all the same: it is tried until it does. */
export class OwnSteps {
  readonly #options: OwnStepsOptions;
  #stopped = false;

  constructor(options: OwnStepsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when the journal has it, or when the show has moved on and it no longer applies. */
  async take(step: SystemStep): Promise<void> {
    await this.untilWritable(async () => {
      const answer = await this.#options.engine().step(step);
      if (answer.status === 'refused' && answer.code === 'unavailable') {
        throw new BallotBoxError('unavailable', answer.message);
      }
    });
  }

  /** Said once for as long as it lasts, also where somebody has acknowledged the alarm meanwhile. */
  async untilWritable<T>(act: () => Promise<T>): Promise<T> {
    for (let isTold = false; ; isTold = true) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof BallotBoxError && error.code === 'unavailable') || this.#stopped) throw error;
        if (!isTold) this.#options.alarm('storage', `The end of a poll can't be written yet: ${error.message}`);
        await new Promise<void>((resolve) => {
          setTimeout(resolve, RETRY_MS);
        });
      }
    }
  }

  /** For work that nobody waits for: what fails is told. */
  guarded(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (this.#stopped) return;
      this.#options.log.error({ err: error }, 'a step of the core failed');
      this.#options.alarm('step-failed', error instanceof Error ? error.message : String(error));
    });
  }
}
