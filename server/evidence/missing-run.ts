import { counted } from '../../shared/domain/counted.ts';
import type { ChainFault } from '../ballotbox/chain-walk.ts';
import { genesisOf } from '../ballotbox/ledger-chain.ts';
import { noClasses } from '../ballotbox/recount.ts';
import type { RunVerdict, RunWord } from '../ballotbox/verify-run.ts';

/** A run that the journal knows and the ledger does not hold. */
export function missingRun(runId: string, { closed, told }: RunWord): RunVerdict {
  const options = (closed ?? told)?.tally.options ?? [];
  return {
    runId,
    tally: { total: 0, options: options.map(({ id }) => ({ id, count: 0 })) },
    classes: noClasses(),
    concentrated: null,
    head: genesisOf(runId),
    lastLink: 0,
    seal: null,
    closed,
    told,
    salt: 'kept',
    faults: [{ code: 'run-missing', link: null, message: sentence({ closed, told }) }],
  };
}

function sentence({ closed, told }: RunWord): string {
  if (closed !== null) {
    return `The ledger does not hold this run; the journal closed it (entry ${closed.entry}) with ${counted(closed.tally.total, 'ballot')} and head ${closed.head}, which is missing with every link that led to it.`;
  }
  if (told !== null) {
    return `The ledger does not hold this run; it had told the journal of ${counted(told.tally.total, 'ballot')} up to link ${told.link} with head ${told.head}, which is missing with every link that led to it.`;
  }
  return 'The ledger does not hold this run.';
}

/** Whether ledger and journal name two shows; either may name none. */
export function strangeShow({ ledger, journal }: { ledger: string | null; journal: string | null }): ChainFault[] {
  if (ledger === null || journal === null || ledger === journal) return [];
  const message = `The ledger belongs to show ${ledger}, the journal to show ${journal}.`;
  return [{ code: 'other-show', link: null, message }];
}
