/** The ending of a run: the barrier, the seal, a fun poll's own verification, and the cut between an archived run and its voters. */
import { isSealedWhenEnded } from '../../shared/domain/decide.ts';
import { isolated } from '../../shared/domain/isolated.ts';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { Ledger } from '../ballotbox/ledger.ts';
import type { Barrier } from './barrier.ts';
import type { OwnSteps } from './own-steps.ts';
import { type RecountOf, readable, recountMatches } from './recount.ts';

export interface RunCloserOptions {
  steps: OwnSteps;
  barrier: Barrier;
  box: Ledger;
  recountOf: RecountOf;
  /**
   * Whether the ledger held at the start what the journal knows of the run. Without its votes its seal waits: one over what is
   * left would hold for good, also when the right ledger is put back.
   */
  isThere: (run: Run) => boolean;
  alarm: (code: string, message: string) => void;
}

export class RunCloser {
  readonly #options: RunCloserOptions;
  readonly #sealing = new Set<RunId>();
  readonly #verifying = new Set<RunId>();
  readonly #cutting = new Set<RunId>();

  constructor(options: RunCloserOptions) {
    this.#options = options;
  }

  /** Window and grace are over. */
  end(run: Run): void {
    const { runId, text } = run;
    if (!this.#options.isThere(run)) {
      this.#options.alarm(
        'seal-waits',
        `"${isolated(text.text)}" is over and is not closed, because its votes are not in the ledger: put back the one that belongs to this journal and start again. REVOKE, VOID or CLEAR AIR takes it off the screens.`,
      );
      return;
    }
    this.#alone(this.#sealing, runId, () => this.#seal(runId));
  }

  /**
   * Looks for closed polls that verify themselves, for those that were taken off the air with votes and are still to be
   * sealed, and for archived ones whose link to their voters is still to be cut.
   */
  follow(before: ShowState | null, after: ShowState): void {
    for (const run of Object.values(after.runs)) {
      if (before?.runs[run.runId] === run) continue;
      if (run.intake === 'closed' && run.text.class === 'fun') {
        this.#alone(this.#verifying, run.runId, () => this.#verify(run));
      }
      if (isSealedWhenEnded(run) && this.#options.isThere(run))
        this.#alone(this.#sealing, run.runId, () => this.#seal(run.runId));
      if (run.intake === 'archived') {
        this.#alone(this.#cutting, run.runId, () =>
          this.#options.steps.untilWritable(() => this.#options.box.destroySalt(run.runId)),
        );
      }
    }
  }

  async #seal(runId: RunId): Promise<void> {
    const { barrier, box, steps } = this.#options;
    await barrier.pass(runId);
    const { head, tally, concentrated } = await steps.untilWritable(() => box.seal(runId));
    await steps.take({ type: 'system.seal', runId, head, tally, ...(concentrated && { concentrated }) });
  }

  async #verify(run: Run): Promise<void> {
    const { recountOf, box, alarm, steps } = this.#options;
    const acknowledged = box.live(run.runId)?.acknowledged ?? 0;
    const recount = await readable(recountOf(run));
    const matches = recount !== null && recountMatches(recount) && acknowledged === recount.total;
    if (!matches) {
      alarm(
        'recount-differs',
        `"${isolated(run.text.text)}" did not verify itself: ledger, live count and receipts differ.`,
      );
    }
    await steps.take({ type: 'system.verify', runId: run.runId, recountMatches: matches });
  }

  #alone(under: Set<RunId>, runId: RunId, act: () => Promise<void>): void {
    if (under.has(runId)) return;
    under.add(runId);
    this.#options.steps.guarded(act().finally(() => under.delete(runId)));
  }
}
