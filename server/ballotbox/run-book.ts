import type { RunRule } from '../../shared/protocol/backplane.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { OptionId, RunId } from '../../shared/protocol/ids.ts';
import { type LedgerStore, optionsOf } from './ledger-store.ts';
import { isKnown, newRunState, type RunState, type StoredRun } from './run-state.ts';

/** The runs of one ledger in memory: a cache of it, folded from it at start and taken back where a commit fails. */
export class RunBook {
  readonly #runs = new Map<string, RunState>();
  /** What the group under way has changed, as it was before. */
  readonly #before = new Map<RunState, StoredRun>();
  readonly #learned = new Set<RunState>();

  constructor(store: LedgerStore) {
    const open = new Map<number, { run: RunState; counts: Map<OptionId, number> }>();
    for (const row of store.runs()) {
      const run = newRunState(row.runId as RunId);
      const tally = row.sealedTally === null ? null : (JSON.parse(row.sealedTally) as Tally);
      const counts = new Map(tally?.options.map((option) => [option.id, option.count]));
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
        counts,
      };
      run.voters = null;
      this.#runs.set(run.runId, run);
      if (tally === null) open.set(row.id, { run, counts });
    }
    // A sealed run's tally can't change any more, so only the others are counted: a restart in the show must be quick.
    for (const { run: row, choice, count } of store.choiceCounts([...open.keys()])) {
      const { run, counts } = open.get(row) ?? {};
      if (run === undefined || counts === undefined) continue;
      run.stored = { ...run.stored, total: run.stored.total + count };
      for (const option of optionsOf(choice)) counts.set(option, (counts.get(option) ?? 0) + count);
    }
  }

  /** By their ids. */
  get all(): ReadonlyMap<string, RunState> {
    return this.#runs;
  }

  runs(): IterableIterator<RunState> {
    return this.#runs.values();
  }

  /** A run with a rule or a row in the ledger, or null. */
  known(runId: string): RunState | null {
    const run = this.#runs.get(runId);
    return run === undefined || !isKnown(run) ? null : run;
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

  /** Puts something else in place of what is stored of a run, until the group fails or holds. */
  change(run: RunState, changes: Partial<StoredRun>): void {
    if (!this.#before.has(run)) this.#before.set(run, run.stored);
    run.stored = { ...run.stored, ...changes };
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
    }
    this.#before.clear();
    this.#learned.clear();
  }
}
