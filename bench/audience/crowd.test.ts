/** The audience in front of servers that lie to it: a benchmark whose checks see nothing would prove nothing. */
import { expect, test } from 'vitest';
import { until } from '../../e2e/server/testing/until.ts';
import type { Crowd } from './crowd.ts';
import { Histogram } from './histogram.ts';
import {
  crowdBefore,
  kinds,
  type Liar,
  OPENED_MS,
  receipt,
  type Say,
  state,
  untilFault,
  vote,
  welcome,
} from './liar.test-part.ts';
import type { VoteOrder } from './messages.ts';

/** Ends the first viewer's connection once the second one is in. */
function endingTheFirst(hello: (n: number, say: Say) => void): Liar['hello'] {
  let endFirst = () => {};
  return (n, say, end) => {
    hello(n, say);
    if (n === 0) endFirst = end;
    else if (n === 1) setTimeout(endFirst, 20);
  };
}

async function faultsAfterVoting(crowd: Crowd, votes: readonly VoteOrder[] = [vote]): Promise<string[]> {
  let ballots = 0;
  for (const order of votes) {
    crowd.vote(order);
    ballots += 2;
    await until(() => crowd.progress().answered === ballots, { what: 'all answered', isQuiet: true });
  }
  return kinds(crowd);
}

test('an honest server gives no reason to complain, and every receipt is counted', async () => {
  const crowd = await crowdBefore({});
  expect(await faultsAfterVoting(crowd)).toEqual([]);
  expect(crowd.report(false)).toMatchObject({
    arrived: 2,
    ballots: 2,
    sent: 2,
    answered: 2,
    receipts: { accepted: 2 },
  });
});

test('a state that goes back is seen', async () => {
  const crowd = await crowdBefore({
    hello: (n, say) => {
      say(welcome(n));
      say({ t: 'state', state: state(4) });
    },
  });
  expect(await untilFault(crowd)).toEqual(['state-went-back']);
});

test('two states under one revision are seen', async () => {
  const crowd = await crowdBefore({ hello: (n, say) => say(welcome(n, 5, { text: `for ${n}` })) });
  expect(kinds(crowd)).toEqual(['one-revision-two-states']);
});

test('one identity for two viewers is seen, and another identity for one who returns', async () => {
  expect(kinds(await crowdBefore({ hello: (_n, say) => say(welcome(1)) }))).toEqual(['two-viewers-one-voter']);
  const hello = endingTheFirst((n, say) => say(welcome(n)));
  const returning = await crowdBefore({ hello }, { comesBack: true });
  expect(await untilFault(returning)).toEqual(['another-voter-after-return']);
});

test('a ballot that is accepted after the end is seen', async () => {
  const crowd = await crowdBefore({ hello: (n, say) => say(welcome(n, 5, { closesAtMs: OPENED_MS - 5_000 })) });
  expect(await faultsAfterVoting(crowd)).toEqual(['accepted-after-close']);
});

test('a second ballot that counts too is seen', async () => {
  const crowd = await crowdBefore({});
  expect(await faultsAfterVoting(crowd, [vote, { ...vote, isSecond: true }])).toEqual(['counted-twice']);
});

test('receipts for nothing, of another run, and two that differ are seen', async () => {
  const stray = await crowdBefore({
    hello: (n, say) => {
      say(welcome(n));
      say(receipt({ id: 'nobody', pollId: 'q1', round: 1 }));
    },
  });
  expect(await untilFault(stray)).toEqual(['receipt-for-nothing']);
  const another = await crowdBefore({ ballot: (ballot, say) => say(receipt({ ...ballot, round: 2 })) });
  expect(await faultsAfterVoting(another)).toEqual(['receipt-of-another-run']);
  const changed = await crowdBefore({
    ballot: (ballot, say) => {
      say(receipt(ballot));
      say(receipt(ballot, 'duplicate'));
    },
  });
  await faultsAfterVoting(changed);
  expect(await untilFault(changed)).toEqual(['two-answers']);
});

test('a connection that is lost is a fault, unless its viewer is to come back: then it is a return', async () => {
  // The third hello is the first viewer's, who has a token by now.
  const hello = endingTheFirst((n, say) => say(n === 2 ? { ...welcome(0), token: undefined } : welcome(n)));
  expect(await untilFault(await crowdBefore({ hello }))).toEqual(['connection-lost']);
  const back = await crowdBefore({ hello }, { comesBack: true });
  await until(() => back.report(false).returns.length > 0, { what: 'a return', isQuiet: true });
  expect(kinds(back)).toEqual([]);
  expect(back.progress().here).toBe(2);
});

test('what is sent late is counted from when it was planned', async () => {
  const crowd = await crowdBefore({});
  const lateMs = 30_000;
  await faultsAfterVoting(crowd, [{ ...vote, startAtMs: Date.now() - lateMs }]);
  const acks = new Histogram();
  acks.add(crowd.report(false).acks);
  expect(acks.count).toBe(2);
  expect(acks.quantileMs(0)).toBeGreaterThan(lateMs * 0.98);
});
