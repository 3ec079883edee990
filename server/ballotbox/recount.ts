import { concentrationOf } from '../../shared/domain/concentration.ts';
import type { Concentration, Tally } from '../../shared/protocol/desk-state.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import type { BallotClasses } from '../../shared/protocol/records.ts';
import { ChainWalk, readJson } from './chain-walk.ts';
import type { KnownRun, RecountResult, RunHead } from './ledger.ts';
import { CLASS_ORDER, genesisOf } from './ledger-chain.ts';
import { type LedgerReader, type LedgerSnapshot, laneOf, type RunEnd } from './ledger-reader.ts';
import type { BatchRow } from './ledger-store.ts';
import { type Moment, optionOrder } from './messages.ts';
import { endFaults, type JournalWord } from './run-faults.ts';
import { tallyFrom } from './run-state.ts';

/** A run counted from its ledger, and its chain as it was found on the way. */
export interface CountedRun {
  tally: Tally;
  classes: BallotClasses;
  walk: ChainWalk;
  /** What had been counted by the link that the ledger has told of; null where it has told none. */
  byTold: Tally | null;
}

/**
 * Counts a run from the ledger alone and computes its chain again. The whole chain is
 * looked at, but only what stood at the moment is counted, so that a count under way can be compared exactly. What the
 * ledger is compared with comes from elsewhere: a live count that was folded from the ledger itself would agree with any.
 *
 * @param known what the journal knows of the run
 */
export function recountRun(
  reader: LedgerReader,
  { moment, known }: { moment: Moment; known: KnownRun | null },
): Promise<RecountResult> {
  return reader.at((snapshot) => recountInSnapshot(snapshot, { moment, known }));
}

async function recountInSnapshot(
  snapshot: LedgerSnapshot,
  { moment, known }: { moment: Moment; known: KnownRun | null },
): Promise<RecountResult> {
  const run = await snapshot.run(moment.runId);
  const { sealed = null, told = null } = known ?? {};
  const live = sealed?.tally ?? (told !== null && told.tally.total > moment.live.total ? told.tally : moment.live);
  const order = optionOrder(moment);
  if (run === null) {
    const genesis = genesisOf(moment.runId);
    const nothing = tallyFrom(order, { total: 0, counts: new Map() });
    const chain = moment.head === genesis && sealed === null && told === null ? 'ok' : 'broken';
    return { ...nothing, classes: noClasses(), concentrated: null, head: genesis, live, chain };
  }
  const { tally, classes, walk, byTold } = await countRun(snapshot, { run, order, upTo: moment.lastBatch, told });
  const head = walk.headAt(moment.headBatch);
  // A seal that came after the moment counts ballots that this recount doesn't.
  const isSealedLater = (run.sealedBatch ?? 0) > moment.lastBatch;
  const end = isSealedLater ? { ...run, sealedHead: null, sealedBatch: null, sealedTally: null } : run;
  const word: JournalWord = { closed: sealed, closedBy: 'the journal', told };
  const ends = await endFaults(snapshot, { run: end, walk, counted: tally, byTold, word });
  const whole =
    walk.intact && ends.length === 0 && head === moment.head && (sealed === null || run.sealedHead === sealed.head);
  const concentrated = await concentrationIn(snapshot, { run, total: tally.total, upTo: moment.lastBatch });
  return { ...tally, classes, concentrated, head: head ?? 'missing', live, chain: whole ? 'ok' : 'broken' };
}

/**
 * How much of a run came from few networks, by its ledger. Null for an archived run: what may still stand there of it is about to go.
 *
 * @param total counted ballots up to the link `upTo`
 */
export async function concentrationIn(
  snapshot: LedgerSnapshot,
  { run, total, upTo }: { run: RunEnd; total: number; upTo: number },
): Promise<Concentration | null> {
  if (run.saltDestroyedAtMs !== null) return null;
  const counts = await snapshot.networks(run.id, upTo);
  return concentrationOf(
    counts.map(({ ballots }) => ballots),
    total,
  );
}

/**
 * @param order the order in which options are listed; any others follow by id
 * @param upTo the last link that is counted; the chain is walked to its end
 * @param told up to whose link ballots are counted apart as well, or null
 */
export async function countRun(
  snapshot: LedgerSnapshot,
  { run, order, upTo, told }: { run: RunEnd; order: readonly OptionId[]; upTo: number; told: RunHead | null },
): Promise<CountedRun> {
  const lane = await laneOf(snapshot, run);
  const links: BatchRow[] = [];
  for await (const some of snapshot.links(lane.id)) links.push(...some);
  const walk = new ChainWalk(run.runId, links);
  const counts = new Map<OptionId, number>();
  let total = 0;
  const tallyNow = () => tallyFrom(order, { total, counts });
  let byTold: Tally | null = null;
  for await (const ballots of snapshot.ballots(lane.id)) {
    for (const ballot of ballots) {
      if (told !== null && byTold === null && ballot.batch > told.link) byTold = tallyNow();
      walk.ballot(ballot);
      if (ballot.batch > upTo) continue;
      total += 1;
      for (const option of readJson<OptionId[]>(ballot.choice) ?? []) counts.set(option, (counts.get(option) ?? 0) + 1);
    }
  }
  if (told !== null) byTold ??= tallyNow();
  walk.end();
  const classes = noClasses();
  for (const [name, count] of walk.classesUpTo(upTo)) classes[name] += count;
  classes.counted = total;
  return { tally: tallyNow(), classes, walk, byTold };
}

/** Every class at zero. */
export function noClasses(): BallotClasses {
  return Object.fromEntries(CLASS_ORDER.map((name) => [name, 0])) as BallotClasses;
}
