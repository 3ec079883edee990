import { counted } from '../../shared/domain/counted.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import { type ChainFault, type ChainWalk, readJson } from './chain-walk.ts';
import type { RunHead } from './ledger.ts';
import type { LedgerSnapshot, RunEnd } from './ledger-reader.ts';
import { gapsIn, stretchWords } from './number-ranges.ts';

/** With what the journal sealed a run. */
export interface ClosedInJournal {
  /** Number of the journal's entry. */
  entry: number;
  atMs: number;
  head: string;
  tally: Tally;
}

/** What the journal says of a run. */
export interface JournalWord {
  /** Null where the journal is unknown, or has not sealed the run. */
  closed: Pick<ClosedInJournal, 'head' | 'tally'> | null;
  /** Names who says so: "the journal’s entry 12". */
  closedBy: string;
  /** The last head that the ledger has told it. */
  told: RunHead | null;
}

interface NamedHead {
  head: string;
  /** Null where whoever names the head doesn't know the link. */
  link: number | null;
  /** Ends "…, the head of ". */
  by: string;
}

/**
 * Whether a run's chain goes as far as its own row, its seal and the journal say, and gives their counts. A chain alone
 * can't tell that its end was cut off; these three can.
 *
 * @param counted all of the run's ballots, counted again
 * @param byTold those up to the link that the ledger has told the journal of; null where it has told none
 */
export async function endFaults(
  snapshot: LedgerSnapshot,
  {
    run,
    walk,
    counted: recount,
    byTold,
    word,
  }: { run: RunEnd; walk: ChainWalk; counted: Tally; byTold: Tally | null; word: JournalWord },
): Promise<ChainFault[]> {
  const faults: ChainFault[] = [];
  const { closed, closedBy, told } = word;
  const named: NamedHead[] = [{ head: run.head, link: run.lastBatch, by: 'the run’s own last link' }];
  const { sealedHead, sealedBatch } = run;
  if (sealedHead !== null && sealedBatch !== null) named.push({ head: sealedHead, link: sealedBatch, by: 'its seal' });
  if (closed !== null) named.push({ head: closed.head, link: null, by: closedBy });
  if (told !== null) named.push({ head: told.head, link: told.link, by: 'what the journal was told' });
  for (const name of named) {
    const isThere = name.link === null ? walk.has(name.head) : walk.headAt(name.link) === name.head;
    if (!isThere) faults.push(await headFault(snapshot, { run, walk, name }));
  }
  if (walk.last > run.lastBatch) {
    const message = `The chain goes on to link ${walk.last}, though the run ends with link ${run.lastBatch}: links were put in.`;
    faults.push({ code: 'link-altered', link: walk.last, message });
  }
  if (sealedBatch !== null && walk.lastCounted > sealedBatch) {
    const message = `Link ${walk.lastCounted} counts ballots, after the seal at link ${sealedBatch}.`;
    faults.push({ code: 'counted-after-seal', link: walk.lastCounted, message });
  }
  const sealedTally = run.sealedTally === null ? null : readJson<Tally>(run.sealedTally);
  if (run.sealedTally !== null) faults.push(...countFaults('The seal', sealedTally, recount));
  if (closed !== null) faults.push(...countFaults(`T${closedBy.slice(1)}`, closed.tally, recount));
  if (told !== null && byTold !== null) {
    faults.push(...countFaults(`What the journal was told of link ${told.link}`, told.tally, byTold));
  }
  return faults;
}

async function headFault(
  snapshot: LedgerSnapshot,
  { run, walk, name }: { run: RunEnd; walk: ChainWalk; name: NamedHead },
): Promise<ChainFault> {
  const { head, link, by } = name;
  const from = walk.last;
  const end = from === 0 ? 'The chain is empty' : `The chain ends with link ${from}`;
  if (link === null) {
    const message = `${end}; head ${head} is missing, the head of ${by}, and with it every link that led to it.`;
    return { code: 'head-missing', link, message };
  }
  if (link > from) {
    const gaps = gapsIn({ from: from + 1, to: link }, await snapshot.linksOfOthers(run.id, { from, to: link }));
    const message = `${end}; missing: its links among ${stretchWords(gaps)}, up to head ${head}, the head of ${by}.`;
    return { code: 'head-missing', link, message };
  }
  const message = `Link ${link} does not have head ${head}, the head of ${by}.`;
  return { code: 'head-missing', link, message };
}

function countFaults(who: string, said: Tally | null, recount: Tally): ChainFault[] {
  if (said === null)
    return [{ code: 'counts-differ', link: null, message: `${who} holds no counts that can be read.` }];
  const countOf = (tally: Tally, id: string) => tally.options.find((option) => option.id === id)?.count ?? 0;
  const ids = new Set([...said.options, ...recount.options].map(({ id }) => id));
  const differing = [...ids].filter((id) => countOf(said, id) !== countOf(recount, id));
  if (said.total === recount.total && differing.length === 0) return [];
  const options = differing.map((id) => `${id} ${countOf(said, id)} against ${countOf(recount, id)}`).join(', ');
  const message = `${who} says ${counted(said.total, 'ballot')}, the ledger gives ${recount.total}${options === '' ? '' : ` (${options})`}.`;
  return [{ code: 'counts-differ', link: null, message }];
}
