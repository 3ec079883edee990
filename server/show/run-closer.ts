/** The steps that people don't take: the end of a run's window, the barrier, the seal, a fun poll's own verification, and the end of a pin. */
import type { Logger } from 'pino';
import { isSealedWhenEnded, type SystemStep } from '../../shared/domain/decide.ts';
import { isolated } from '../../shared/domain/isolated.ts';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { BallotBoxError, type Ledger } from '../ballotbox/ledger.ts';
import type { Barrier } from './barrier.ts';
import type { Engine } from './engine.ts';
import { type RecountOf, readable, recountMatches } from './recount.ts';
import type { Deadline } from './timers.ts';

/** How soon a full or read-only disk is tried again. */
const RETRY_MS = 500;

export interface RunCloserOptions {
  engine: () => Engine;
  barrier: Barrier;
  box: Ledger;
  recountOf: RecountOf;
  /**
   * Whether the ledger held at the start what the journal knows of the run. Without its votes its seal waits: one over what is
   * left would hold for good, also when the right ledger is put back.
   */
  isThere: (run: Run) => boolean;
  alarm: (code: string, message: string) => void;
  log: Logger;
}

export class RunCloser {
  readonly #options: RunCloserOptions;
  readonly #sealing = new Set<RunId>();
  readonly #verifying = new Set<RunId>();
  readonly #cutting = new Set<RunId>();
  #stopped = false;

  constructor(options: RunCloserOptions) {
    this.#options = options;
  }

  /** A deadline has come. */
  onDue(deadline: Deadline): void {
    switch (deadline.due) {
      case 'seal': {
        const { runId, text } = deadline.of;
        if (!this.#options.isThere(deadline.of)) {
          this.#options.alarm(
            'seal-waits',
            `"${isolated(text.text)}" is over and is not closed, because its votes are not in the ledger: put back the one that belongs to this journal and start again. REVOKE, VOID or CLEAR AIR takes it off the screens.`,
          );
          return;
        }
        this.#alone(this.#sealing, runId, () => this.#seal(runId));
        return;
      }
      case 'disarm':
      case 'close':
        this.#guarded(this.#step({ type: `system.${deadline.due}`, runId: deadline.of.runId }));
        return;
      case 'revert': {
        const { position, reason, setBy } = deadline.of;
        const { id, atMs } = deadline;
        const why = `The time is over for which ${setBy.actor} had pinned it ${position}: ${reason}`;
        this.#guarded(this.#step({ type: 'system.revert', switch: id, revertsAtMs: atMs, reason: why }));
      }
    }
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
          this.#untilWritable(() => this.#options.box.destroySalt(run.runId)),
        );
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #seal(runId: RunId): Promise<void> {
    const { barrier, box } = this.#options;
    await barrier.pass(runId);
    const { head, tally, concentrated } = await this.#untilWritable(() => box.seal(runId));
    await this.#step({ type: 'system.seal', runId, head, tally, ...(concentrated && { concentrated }) });
  }

  async #verify(run: Run): Promise<void> {
    const { recountOf, box, alarm } = this.#options;
    const acknowledged = box.live(run.runId)?.acknowledged ?? 0;
    const recount = await readable(recountOf(run));
    const matches = recount !== null && recountMatches(recount) && acknowledged === recount.total;
    if (!matches) {
      alarm(
        'recount-differs',
        `"${isolated(run.text.text)}" did not verify itself: ledger, live count and receipts differ.`,
      );
    }
    await this.#step({ type: 'system.verify', runId: run.runId, recountMatches: matches });
  }

  /** A step that the journal can't take now is due all the same: it is tried until the disk takes it. */
  async #step(step: SystemStep): Promise<void> {
    await this.#untilWritable(async () => {
      const answer = await this.#options.engine().step(step);
      if (answer.status === 'refused' && answer.code === 'unavailable') {
        throw new BallotBoxError('unavailable', answer.message);
      }
    });
  }

  /** Said once for as long as it lasts, also where somebody has acknowledged the alarm meanwhile. */
  async #untilWritable<T>(act: () => Promise<T>): Promise<T> {
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

  #alone(under: Set<RunId>, runId: RunId, act: () => Promise<void>): void {
    if (under.has(runId)) return;
    under.add(runId);
    this.#guarded(act().finally(() => under.delete(runId)));
  }

  #guarded(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (this.#stopped) return;
      this.#options.log.error({ err: error }, 'a step of the core failed');
      this.#options.alarm('step-failed', error instanceof Error ? error.message : String(error));
    });
  }
}
