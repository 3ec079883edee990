import type { Concentration, Tally } from '../../shared/protocol/desk-state.ts';
import type { BallotClasses } from '../../shared/protocol/records.ts';
import { type ChainFault, readJson } from './chain-walk.ts';
import type { RunHead } from './ledger.ts';
import type { LedgerSnapshot, RunEnd } from './ledger-reader.ts';
import { concentrationIn, countRun } from './recount.ts';
import { type ClosedInJournal, endFaults, type JournalWord } from './run-faults.ts';

/** What a run's part of a ledger turned out to be. */
export interface RunVerdict {
  runId: string;
  tally: Tally;
  classes: BallotClasses;
  /** Null also where the run is archived, or the file does not say where its ballots came from. */
  concentrated: Concentration | null;
  /** Head and number of the chain's last link. */
  head: string;
  lastLink: number;
  seal: { head: string; link: number; atMs: number } | null;
  /** Null where the journal is unknown, or has not closed the run. */
  closed: ClosedInJournal | null;
  /** The last head that the ledger has told the journal; null where the journal is unknown or was told none. */
  told: RunHead | null;
  /** `destroyed`: nobody can tell any more which voter cast which ballot. */
  salt: 'kept' | 'destroyed';
  faults: ChainFault[];
}

/** What the journal says of a run, for one who counts it again. */
export interface RunWord {
  /** Null where the journal is unknown, or has not sealed the run. */
  closed: ClosedInJournal | null;
  told: RunHead | null;
}

/** Walks a run's chain and compares its end and its counts with what its row, its seal and the journal say. */
export async function verifyRun(snapshot: LedgerSnapshot, run: RunEnd, { closed, told }: RunWord): Promise<RunVerdict> {
  const sealed = run.sealedTally === null ? null : readJson<Tally>(run.sealedTally);
  const order = (closed?.tally ?? sealed)?.options.map(({ id }) => id) ?? [];
  const counted = await countRun(snapshot, { run, order, upTo: Number.MAX_SAFE_INTEGER, told });
  const { tally, classes, walk, byTold } = counted;
  const word: JournalWord = { closed, closedBy: `the journal’s entry ${closed?.entry}`, told };
  const { sealedHead, sealedBatch, sealedAtMs } = run;
  return {
    runId: run.runId,
    tally,
    classes,
    concentrated: await concentrationIn(snapshot, { run, total: tally.total, upTo: Number.MAX_SAFE_INTEGER }),
    head: walk.headAt(walk.last) ?? '',
    lastLink: walk.last,
    seal:
      sealedHead === null || sealedBatch === null || sealedAtMs === null
        ? null
        : { head: sealedHead, link: sealedBatch, atMs: sealedAtMs },
    closed,
    told,
    salt: run.saltDestroyedAtMs === null ? 'kept' : 'destroyed',
    faults: [...walk.faults, ...(await endFaults(snapshot, { run, walk, counted: tally, byTold, word }))],
  };
}
