import type { RunId } from '../../shared/protocol/ids.ts';
import { monotonicNow } from '../process/clocks.ts';
import type { RunNetworks } from './network-counts.ts';
import type { RunRecords } from './run-records.ts';
import type { RunState } from './run-state.ts';

/** Networks that stand out; more than these nobody looks at. */
const NETWORKS_TOLD = 12;

/** Tells where the ballots of a ledger's runs came from, of each run for as long as there is something new to it. */
export class NetworkTelling {
  readonly #records: RunRecords;
  readonly #runs = new Set<RunState>();

  constructor(records: RunRecords) {
    this.#records = records;
  }

  get isLeft(): boolean {
    return this.#runs.size > 0;
  }

  /** Whether what is to be told has to be read from the ledger before: call `tell` again soon. */
  get reads(): boolean {
    return [...this.#runs].some(({ networks }) => networks?.isWhole === false);
  }

  /** A run that stood in the ledger when it was opened. */
  follow(run: RunState): void {
    if (run.stored.sealed === null && run.stored.salt !== null) this.#runs.add(run);
  }

  /**
   * Something of the run has changed on disk or in its rules. Of a sealed run only what is still in memory is told: a vote that comes too
   * late, or the rules of the whole evening after a restart, would have every ballot of it read again, 0.3 s of this thread for 100,000, and
   * nothing of it could be new.
   */
  changed(run: RunState): void {
    const { total, salt, sealed } = run.stored;
    if (total > 0 && salt !== null && (sealed === null || run.networks !== null)) this.#runs.add(run);
  }

  /** Of the runs in which there is something new to it and which it knows all of. */
  tell(): (RunNetworks & { runId: RunId })[] {
    const now = monotonicNow();
    return [...this.#runs].flatMap((run) => {
      const { total, sealed } = run.stored;
      const networks = this.#records.networksOf(run);
      networks?.readOn();
      if (networks?.isWhole === false) return [];
      const summary = networks?.summary({ total, most: NETWORKS_TOLD, now });
      const isFading = sealed === null && summary?.top.some(({ perMin }) => perMin > 0);
      if (!isFading) this.#runs.delete(run);
      // Nothing is counted in it any more.
      if (sealed !== null) run.networks = null;
      return summary === undefined ? [] : [{ runId: run.runId, ...summary }];
    });
  }
}
