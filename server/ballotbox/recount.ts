import type { BallotClasses, Tally } from '../../shared/protocol/desk.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import type { Database } from '../storage/open-database.ts';
import type { RecountResult } from './ballot-box.ts';
import { ChainWalk, readJson } from './chain-walk.ts';
import { CLASS_ORDER, genesisOf } from './ledger-chain.ts';
import { type Moment, optionOrder } from './messages.ts';
import { endFaults } from './run-faults.ts';
import { type RunEnd, readBallots, readBatches, readRun } from './run-reading.ts';
import { tallyFrom } from './run-state.ts';

/** A run counted from its ledger, and its chain as it was found on the way. */
export interface CountedRun {
  tally: Tally;
  classes: BallotClasses;
  walk: ChainWalk;
}

/**
 * Counts a run from the ledger alone and computes its chain again, on a connection of its own. The whole chain is
 * looked at, but only what stood at the moment is counted, so that a count under way can be compared exactly.
 */
export function recountRun(database: Database, moment: Moment): RecountResult {
  return database.transaction(() => recountInSnapshot(database, moment))();
}

function recountInSnapshot(database: Database, moment: Moment): RecountResult {
  const run = readRun(database, moment.runId);
  const order = optionOrder(moment);
  if (run === null) {
    const genesis = genesisOf(moment.runId);
    const nothing = tallyFrom(order, { total: 0, counts: new Map() });
    const chain = moment.head === genesis ? 'ok' : 'broken';
    return { ...nothing, classes: noClasses(), head: genesis, live: moment.live, chain };
  }
  const { tally, classes, walk } = countRun(database, { run, order, upTo: moment.lastBatch });
  const head = walk.headAt(moment.headBatch);
  // A seal that came after the moment counts ballots that this recount doesn't.
  const isSealedLater = (run.sealedBatch ?? 0) > moment.lastBatch;
  const end = isSealedLater ? { ...run, sealedHead: null, sealedBatch: null, sealedTally: null } : run;
  const ends = endFaults(database, { run: end, walk, counted: tally, closed: null });
  const whole = walk.intact && ends.length === 0 && head === moment.head;
  return { ...tally, classes, head: head ?? 'missing', live: moment.live, chain: whole ? 'ok' : 'broken' };
}

/**
 * @param order the order in which options are listed; any others follow by id
 * @param upTo the last link that is counted; the chain is walked to its end
 */
export function countRun(
  database: Database,
  { run, order, upTo }: { run: RunEnd; order: readonly OptionId[]; upTo: number },
): CountedRun {
  const walk = new ChainWalk(run.runId, readBatches(database, run.id));
  const counts = new Map<OptionId, number>();
  let total = 0;
  for (const ballot of readBallots(database, run.id)) {
    walk.ballot(ballot);
    if (ballot.batch > upTo) continue;
    total += 1;
    for (const option of readJson<OptionId[]>(ballot.choice) ?? []) counts.set(option, (counts.get(option) ?? 0) + 1);
  }
  walk.end();
  const classes = noClasses();
  for (const [name, count] of walk.classesUpTo(upTo)) classes[name] += count;
  classes.counted = total;
  return { tally: tallyFrom(order, { total, counts }), classes, walk };
}

/** Every class at zero. */
export function noClasses(): BallotClasses {
  return Object.fromEntries(CLASS_ORDER.map((name) => [name, 0])) as BallotClasses;
}
