import type { RunRule } from '../../shared/protocol/backplane.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { type LedgerStore, optionsOf } from './ledger-store.ts';
import { newRunState, type RunState, type StoredRun } from './run-state.ts';

/** The runs of one ledger in memory: a cache of it, folded from it at start and taken back where a commit fails. */
export class RunBook {
  readonly #runs = new Map<string, RunState>();
  /** What the group under way has changed, as it was before. */
  readonly #before = new Map<RunState, StoredRun>();
  readonly #learned = new Set<RunState>();

  constructor(store: LedgerStore) {
    const byRow = new Map<number, RunState>();
    for (const row of store.runs()) {
      const run = newRunState(row.runId as RunId);
      const tally = row.sealedTally === null ? null : (JSON.parse(row.sealedTally) as Tally);
      run.stored = {
        id: row.id,
        salt: row.salt,
        saltDestroyed: row.saltDestroyedAtMs !== null,
        namesNetworks: row.networks !== 0,
        sealed:
          tally === null || row.sealedHead === null || row.sealedBatch === null
            ? null
            : { head: row.sealedHead, tally, batch: row.sealedBatch },
        head: row.head,
        lastBatch: row.lastBatch,
        total: tally?.total ?? 0,
        counts: new Map(tally?.options.map((option) => [option.id, option.count])),
      };
      run.voters = null;
      this.#runs.set(run.runId, run);
      if (tally === null) byRow.set(row.id, run);
    }
    // A sealed run's tally can't change any more, so only the others are counted: a restart in the show must be quick.
    for (const { run: row, choice, count } of store.choiceCounts([...byRow.keys()])) {
      const stored = byRow.get(row)?.stored;
      if (stored === undefined) continue;
      stored.total += count;
      for (const option of optionsOf(choice)) stored.counts.set(option, (stored.counts.get(option) ?? 0) + count);
    }
  }

  runs(): IterableIterator<RunState> {
    return this.#runs.values();
  }

  /** A run with a rule or a row in the ledger, or null: others don't exist for the box. */
  known(runId: string): RunState | null {
    const run = this.#runs.get(runId);
    return run === undefined || (run.rule === null && run.stored.id === null) ? null : run;
  }

  /** A run by its id, made when it isn't there. Only for ids that the core names. */
  get(runId: RunId): RunState {
    let run = this.#runs.get(runId);
    if (run === undefined) {
      run = newRunState(runId);
      this.#runs.set(runId, run);
    }
    return run;
  }

  learn(rule: RunRule): RunState {
    const run = this.get(rule.runId);
    run.rule = rule;
    this.#learned.add(run);
    return run;
  }

  /** To be called before a run's stored part is changed. */
  touch(run: RunState): void {
    if (this.#before.has(run)) return;
    this.#before.set(run, { ...run.stored, counts: new Map(run.stored.counts) });
  }

  /** The group is on disk. Gives the runs that it changed or that got another rule. */
  keep(): Set<RunState> {
    for (const run of this.#before.keys()) run.networks?.keep();
    const touched = new Set([...this.#before.keys(), ...this.#learned]);
    this.#before.clear();
    this.#learned.clear();
    return touched;
  }

  /** The group failed: everything but the rules is as it was. */
  undo(): void {
    for (const [run, before] of this.#before) {
      // Another salt names them otherwise.
      if (before.salt === run.stored.salt) run.networks?.undo();
      else run.networks = null;
      run.stored = before;
      run.keyOf = null;
    }
    this.#before.clear();
    this.#learned.clear();
  }
}
