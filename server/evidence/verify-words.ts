import { counted } from '../../shared/domain/counted.ts';
import type { RunVerdict } from '../ballotbox/verify-run.ts';
import type { LedgerVerdict } from './verify-ledger.ts';

const SHOWN_FAULTS = 20;

/** A verdict for people: one line a run, what does not hold below it, and the verdict last. */
export function verdictLines(verdict: LedgerVerdict): string[] {
  const { ledger, journal, runs, faults } = verdict;
  const broken = runs.filter((run) => run.faults.length > 0).length + (faults.length > 0 ? 1 : 0);
  const compared =
    journal === null
      ? 'No journal lies beside it and none was named, so nobody but the ledger itself says where its chains end.'
      : `Compared with the journal ${journal}.`;
  const end = verdict.holds
    ? `HOLDS: all of ${ledger} (${counted(runs.length, 'run')}). ${compared}`
    : `DOES NOT HOLD: ${ledger}, ${broken} of ${counted(runs.length, 'run')}. ${compared}`;
  return [...runs.flatMap(runLines), ...faultLines(faults), end];
}

function runLines(run: RunVerdict): string[] {
  const { runId, tally, seal, closed, lastLink, head, salt } = run;
  const says = run.faults.length === 0 ? 'holds' : 'DOES NOT HOLD';
  const options = tally.options.map(({ id, count }) => `${id} ${count}`).join(', ');
  const sealed = seal === null ? 'not sealed' : `sealed at link ${seal.link} with head ${seal.head}`;
  const journaled = closed === null ? '' : `, closed by journal entry ${closed.entry}`;
  const counts = `${counted(tally.total, 'ballot')}${options === '' ? '' : ` (${options})`}`;
  return [
    `${runId}  ${says}: ${counts}, last link ${lastLink} with head ${head}, ${sealed}${journaled}, salt ${salt}`,
    ...faultLines(run.faults),
  ];
}

function faultLines(faults: readonly { message: string }[]): string[] {
  const shown = faults.slice(0, SHOWN_FAULTS).map(({ message }) => `    ${message}`);
  const left = faults.length - shown.length;
  return left > 0 ? [...shown, `    and ${left} more (--json has all of them)`] : shown;
}
