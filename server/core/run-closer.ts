/** The last steps of a run that people don't take: the end of its window, the barrier, the seal, and a fun poll's own verification. */
import type { Logger } from 'pino';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import type { Barrier } from './barrier.ts';
import type { Engine } from './engine.ts';
import { type RecountOf, recountMatches } from './recount.ts';
import type { Due } from './timers.ts';

export interface RunCloserOptions {
  engine: () => Engine;
  barrier: Barrier;
  box: BallotBox;
  recountOf: RecountOf;
  alarm: (code: string, message: string) => void;
  log: Logger;
}

export class RunCloser {
  readonly #options: RunCloserOptions;
  readonly #sealing = new Set<RunId>();
  readonly #verifying = new Set<RunId>();

  constructor(options: RunCloserOptions) {
    this.#options = options;
  }

  /** A run's deadline has come. */
  onDue(run: Run, due: Due): void {
    const { engine } = this.#options;
    if (due === 'seal') this.#alone(this.#sealing, run.runId, () => this.#seal(run.runId));
    else this.#guarded(engine().step({ type: due === 'disarm' ? 'system.disarm' : 'system.close', runId: run.runId }));
  }

  /** Looks for closed polls that verify themselves, and for archived ones whose link to their voters is still to be cut. */
  follow(before: ShowState | null, after: ShowState): void {
    for (const run of Object.values(after.runs)) {
      if (before?.runs[run.runId] === run) continue;
      if (run.intake === 'closed' && run.text.class === 'fun') {
        this.#alone(this.#verifying, run.runId, () => this.#verify(run));
      }
      if (run.intake === 'archived') this.#guarded(this.#options.box.destroySalt(run.runId));
    }
  }

  async #seal(runId: RunId): Promise<void> {
    const { barrier, box, engine } = this.#options;
    await barrier.pass();
    const { head, tally } = await box.seal(runId);
    await engine().step({ type: 'system.seal', runId, head, tally });
  }

  async #verify(run: Run): Promise<void> {
    const { engine, recountOf, box, alarm } = this.#options;
    const acknowledged = box.live(run.runId)?.acknowledged ?? 0;
    const recount = await recountOf(run);
    const matches = recountMatches(recount) && acknowledged === recount.total;
    if (!matches) {
      alarm('recount-differs', `"${run.text.text}" did not verify itself: ledger, live count and receipts differ.`);
    }
    await engine().step({ type: 'system.verify', runId: run.runId, recountMatches: matches });
  }

  #alone(under: Set<RunId>, runId: RunId, act: () => Promise<void>): void {
    if (under.has(runId)) return;
    under.add(runId);
    this.#guarded(act().finally(() => under.delete(runId)));
  }

  #guarded(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'a step of the core failed');
      this.#options.alarm('step-failed', error instanceof Error ? error.message : String(error));
    });
  }
}
