import type { RunRule } from '../../shared/protocol/backplane.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import { Mode, type OptionId, type RunId } from '../../shared/protocol/ids.ts';
import type { SealedRun } from './ledger.ts';
import { genesisOf } from './ledger-chain.ts';
import type { NetworkCounts } from './network-counts.ts';

/** What counting ballots changes of a run. */
export interface RunCount {
  salt: Buffer | null;
  /** The end of its chain, and the number of that link. */
  head: string;
  lastBatch: number;
  total: number;
  counts: Map<OptionId, number>;
}

/** The part of a run that the ledger holds too. Never changed in place: when a commit fails, the one before it holds again. */
export interface StoredRun extends Readonly<Omit<RunCount, 'counts'>> {
  /** Row of `runs`; null until the run has one. */
  readonly id: number | null;
  readonly saltDestroyed: boolean;
  /** Whether its ballots in the ledger may name networks. */
  readonly namesNetworks: boolean;
  readonly counts: ReadonlyMap<OptionId, number>;
  /** `batch`: the last link under the seal. Late attempts add links after it, so that they are counted too. */
  readonly sealed: (SealedRun & { batch: number }) | null;
}

/** A run as plain data, as far as judging its ballots goes. */
export interface JudgedRun {
  readonly runId: RunId;
  /** As the core told it last; null when it hasn't. */
  rule: RunRule | null;
  stored: StoredRun;
  /**
   * Spares look-ups, a fifth of the time that a new voter's ballot takes, and changes no answer: everyone with a counted ballot, and
   * perhaps some of a group that failed; null when not known, as after a restart. Judging adds to it in place.
   */
  voters: Set<string> | null;
}

/** A run as the writer knows it. */
export interface RunState extends JudgedRun {
  /** Where its ballots came from, made when first asked; null also once it is sealed and has been told. */
  networks: NetworkCounts | null;
}

export function newRunState(runId: RunId): RunState {
  return {
    runId,
    rule: null,
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

/** Whether a run has a rule or a row in the ledger: others don't exist for the box. */
export function isKnown({ rule, stored }: JudgedRun): boolean {
  return rule !== null || stored.id !== null;
}

/** Options in the order of the rule (those without votes too); any others follow by id. */
export function tallyOf({ rule, stored }: Pick<JudgedRun, 'rule' | 'stored'>): Tally {
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

/** Whether a run's id names this mode. */
export function isOfMode(runId: string, mode: string): runId is RunId {
  return runId.split(':')[1] === mode;
}

/** The mode that a run's id names. */
export function modeOfRun(runId: RunId): Mode {
  return Mode.parse(runId.split(':')[1]);
}
