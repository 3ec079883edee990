import { expect, it } from 'vitest';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type Run } from '../../shared/domain/show-state.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import type { RecountResult } from '../ballotbox/ledger.ts';
import { noClasses } from '../ballotbox/recount.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';
import { recounter, recountMatches } from './recount.ts';

const act = { actor: 'a', source: 's', commandId: 'c', atMs: 1 };
const imported = { type: 'show.imported', show: onePoll({}), mode: 'live', showId: 'show' } as const;
const run = evolveEntry(EMPTY_SHOW, [imported], { seq: 1, act }).runs[RUN] as Run;

function boxOf(recount: () => Promise<RecountResult>): BallotBox {
  return { recount } as unknown as BallotBox;
}

const COUNTED: RecountResult = {
  ...{ total: 2, options: [{ id: 'a', count: 2 }], classes: noClasses(), concentrated: null, head: 'h' },
  live: {
    total: 2,
    options: [
      { id: 'a', count: 2 },
      { id: 'b', count: 0 },
    ],
  },
  chain: 'ok',
} as RecountResult;
const options = { runOf: () => run, known: () => ({ runId: RUN, sealed: null, told: null }), isOfAnother: () => false };

it('of one run is made once for all who ask while another is under way', async () => {
  const running: PromiseWithResolvers<RecountResult>[] = [];
  const box = boxOf(() => {
    running.push(Promise.withResolvers());
    return (running.at(-1) as PromiseWithResolvers<RecountResult>).promise;
  });
  const recountOf = recounter({ ...options, box });
  const asked = Array.from({ length: 50 }, () => recountOf(run));
  expect(running).toHaveLength(1);
  running[0]?.resolve(COUNTED);
  await asked[0];
  await expect.poll(() => running.length).toBe(2);
  running[1]?.resolve(COUNTED);
  expect((await Promise.all(asked)).every(recountMatches)).toBe(true);
  expect(running).toHaveLength(2);
});

it('from the ledger of another show proves nothing, however well it adds up', async () => {
  const recountOf = recounter({ ...options, box: boxOf(async () => COUNTED), isOfAnother: () => true });
  const recount = await recountOf(run);
  expect(recount).toMatchObject({ matches: true, chain: 'broken' });
  expect(recountMatches(recount)).toBe(false);
});
