import type { RunRule } from '../../shared/protocol/backplane.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import { Mode, type OptionId, type RunId } from '../../shared/protocol/ids.ts';
import type { SealedRun } from './ballot-box.ts';
import { genesisOf } from './ledger-chain.ts';
import type { NetworkCounts } from './network-counts.ts';

/** The part of a run that the ledger holds too: when a commit fails, it goes back to what the ledger has. */
export interface StoredRun {
  /** Row of `runs`; null until the run has one. */
  id: number | null;
  salt: Buffer | null;
  saltDestroyed: boolean;
  /** Whether its ballots in the ledger may name networks. */
  namesNetworks: boolean;
  /** `batch`: the last link under the seal. Late attempts add links after it, so that they are counted too. */
  sealed: (SealedRun & { batch: number }) | null;
  head: string;
  lastBatch: number;
  total: number;
  counts: Map<OptionId, number>;
}

/** A run as the writer knows it. */
export interface RunState {
  readonly runId: RunId;
  /** As the core told it last; null when it hasn't. */
  rule: RunRule | null;
  stored: StoredRun;
  /** The voter keys that go with the salt; made on first use. */
  keyOf: ((voterId: string) => Buffer) | null;
  /** Where its ballots came from, made when first asked; null also once it is sealed and has been told. */
  networks: NetworkCounts | null;
  /**
   * Everyone with a counted ballot, and perhaps some of a group that failed; null when not known, as after a restart.
   * Looking a new voter up in the ledger would cost a fifth of the writer's time.
   */
  voters: Set<string> | null;
}

export function newRunState(runId: RunId): RunState {
  return {
    runId,
    rule: null,
    keyOf: null,
    networks: null,
    voters: new Set(),
    stored: {
      id: null,
      salt: null,
      saltDestroyed: false,
      namesNetworks: false,
      sealed: null,
      head: genesisOf(runId),
      lastBatch: 0,
      total: 0,
      counts: new Map(),
    },
  };
}

/** Options in the order of the rule (those without votes too); any others follow by id. */
export function tallyOf({ rule, stored }: RunState): Tally {
  if (stored.sealed !== null) return stored.sealed.tally;
  return tallyFrom(rule?.options ?? [], stored);
}

export function tallyFrom(
  order: readonly OptionId[],
  counted: { total: number; counts: ReadonlyMap<OptionId, number> },
): Tally {
  const others = [...counted.counts.keys()].filter((id) => !order.includes(id)).sort();
  return {
    total: counted.total,
    options: [...order, ...others].map((id) => ({ id, count: counted.counts.get(id) ?? 0 })),
  };
}

/** The mode that a run's id names. */
export function modeOfRun(runId: RunId): Mode {
  return Mode.parse(runId.split(':')[1]);
}
