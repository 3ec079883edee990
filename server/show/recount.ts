import type { Run } from '../../shared/domain/show-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { Recount } from '../../shared/protocol/records.ts';
import { BallotBoxError, type KnownRun, type Ledger } from '../ballotbox/ledger.ts';
import { sameCounts } from '../ballotbox/ledger-check.ts';
import { Joined } from '../process/joined.ts';

/** A run counted from its ledger, as it stood when this was asked or later. Rejects with `recount-failed` where it can't be read. */
export type RecountOf = (run: Run) => Promise<Recount>;

export interface RecounterOptions {
  box: Ledger;
  /** The run as the show has it now. */
  runOf: (runId: RunId) => Run | undefined;
  /** What the ledger must hold of it. */
  known: (run: Run) => KnownRun;
  /** Whether its ledger is another show's. */
  isOfAnother: (mode: Run['mode']) => boolean;
}

export function recounter({ box, runOf, known, isOfAnother }: RecounterOptions): RecountOf {
  const underWay = new Map<RunId, Joined<Recount>>();

  async function recount(asked: Run): Promise<Recount> {
    const run = runOf(asked.runId) ?? asked;
    const { total, options, classes, concentrated, head, live, chain } = await box.recount(run.runId, known(run));
    const counted = new Map(options.map(({ id, count }) => [id, count]));
    return {
      pollId: run.cueId,
      round: run.round,
      total,
      options: run.text.options.map(({ id }) => ({ id, count: counted.get(id) ?? 0 })),
      classes,
      ...(concentrated === null ? {} : { concentrated }),
      head,
      live: { total: live.total },
      matches: sameCounts({ total, options }, live),
      chain: isOfAnother(run.mode) ? 'broken' : chain,
    };
  }

  return (run) => {
    let joined = underWay.get(run.runId);
    if (joined === undefined) {
      joined = new Joined();
      underWay.set(run.runId, joined);
    }
    return joined.ask(() => recount(run));
  };
}

/** Whether ledger and live count agree and the chain is whole. */
export function recountMatches(recount: Recount): boolean {
  return recount.matches && recount.chain === 'ok';
}

/** Null where the ledger can't be read now. */
export async function readable(recount: Promise<Recount>): Promise<Recount | null> {
  try {
    return await recount;
  } catch (error) {
    if (error instanceof BallotBoxError && error.code === 'recount-failed') return null;
    throw error;
  }
}
