import type { Run } from '../../shared/domain/show-state.ts';
import type { Recount } from '../../shared/protocol/desk.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';

/** A run counted from its ledger at this moment. */
export type RecountOf = (run: Run) => Promise<Recount>;

export function recounter(box: BallotBox): RecountOf {
  return async (run) => {
    const { total, options, classes, head, live, chain } = await box.recount(run.runId);
    const liveCount = new Map(live.options.map(({ id, count }) => [id, count]));
    const counted = new Map(options.map(({ id, count }) => [id, count]));
    const same = [...counted.keys(), ...liveCount.keys()].every(
      (id) => (counted.get(id) ?? 0) === (liveCount.get(id) ?? 0),
    );
    return {
      pollId: run.cueId,
      round: run.round,
      total,
      options: run.text.options.map(({ id }) => ({ id, count: counted.get(id) ?? 0 })),
      classes,
      head,
      live: { total: live.total },
      matches: total === live.total && same,
      chain,
    };
  };
}

/** Whether ledger and live count agree and the chain is whole. */
export function recountMatches(recount: Recount): boolean {
  return recount.matches && recount.chain === 'ok';
}
