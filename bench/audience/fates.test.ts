import { expect, test } from 'vitest';
import { until } from '../../e2e/server/testing/until.ts';
import type { Crowd } from './crowd.ts';
import { Histogram, type PackedHistogram } from './histogram.ts';
import {
  crowdBefore,
  kinds,
  receipt,
  type Say,
  state,
  untilFault,
  vote,
  welcome,
  welcomeBack,
} from './liar.test-part.ts';
import type { Fate } from './messages.ts';

const FOR_MS = 200;

function befall(crowd: Crowd, fate: Fate, count = 1): void {
  const plan = { shape: 'even', overMs: 5 } as const;
  crowd.befall({ t: 'befall', fate, count, startAtMs: Date.now(), plan, forMs: FOR_MS });
}

const quietly = <T>(what: string, condition: () => T) => until(condition, { what, isQuiet: true });

function countOf(packed: PackedHistogram): number {
  const histogram = new Histogram();
  histogram.add(packed);
  return histogram.count;
}

test('who leaves says so and is gone for good, who vanishes doesn’t', async () => {
  for (const [fate, code] of [
    ['leaves', 1000],
    ['vanishes', 1006],
  ] as const) {
    const codes: number[] = [];
    const crowd = await crowdBefore({ closed: (closedWith) => codes.push(closedWith) }, { comesBack: true });
    befall(crowd, fate);
    await quietly('the server has seen it go', () => codes.length === 1);
    expect(codes).toEqual([code]);
    expect(crowd.progress()).toMatchObject({ here: 1, left: 1, arrived: 2, seeing: { '1-5': 1 } });
    expect(kinds(crowd)).toEqual([]);
  }
});

test('whoever leaves casts nothing more, and takes unanswered ballots along', async () => {
  const silent = await crowdBefore({ ballot: () => {} });
  silent.vote(vote);
  await quietly('both have voted', () => silent.progress().sent === 2);
  silent.vote({ ...vote, pollId: 'q2', startAtMs: Date.now() + 400 });
  befall(silent, 'leaves', 2);
  await quietly('both have left', () => silent.progress().left === 2);
  await quietly('nothing is planned any more', () => silent.progress().ballots === 2);
  expect(silent.progress()).toMatchObject({ sent: 2, answered: 0, abandoned: 2 });
});

test('a viewer who goes from transport to transport stays the same one', async () => {
  const crowd = await crowdBefore({});
  for (let round = 1; round <= 3; round++) {
    befall(crowd, 'switches', 2);
    await quietly('both have switched', () => {
      return countOf(crowd.report(false).switches) >= 2 * round && crowd.progress().here === 2;
    });
    crowd.vote({ ...vote, pollId: `q${round}` });
    await quietly('both have voted', () => crowd.progress().answered === 2 * round);
  }
  expect(crowd.report(false).fates).toEqual({ switches: 6 });
  expect(kinds(crowd)).toEqual([]);
  expect(crowd.progress().seeing).toEqual({ '1-5': 2 });
});

test('another identity or an older state on the next transport is seen', async () => {
  const another = await crowdBefore({ join: (n) => `voter-${n + 100}` });
  befall(another, 'switches');
  expect(await untilFault(another)).toContain('another-voter-after-return');
  const older = await crowdBefore({ rev: () => 4 });
  befall(older, 'switches');
  expect(await untilFault(older)).toEqual(['state-went-back']);
});

test('who joins first brings a token along; being someone else then is seen', async () => {
  const tokens: (string | null)[] = [];
  const hello = (_n: number, say: Say, _end: () => void, token: string | null) => {
    tokens.push(token);
    say(welcomeBack(token ?? ''));
  };
  const crowd = await crowdBefore({ hello }, { joinsFirst: true });
  expect(tokens.sort()).toEqual(['token-0', 'token-1']);
  expect(kinds(crowd)).toEqual([]);
  const another = await crowdBefore({ hello: (n, say) => say(welcome(n + 100)) }, { joinsFirst: true });
  expect(kinds(another)).toEqual(['another-voter-than-joined']);
});

test('who stalls reads later what was sent meanwhile', async () => {
  const says: Say[] = [];
  const crowd = await crowdBefore({
    hello: (n, say) => {
      says.push(say);
      say(welcome(n));
    },
  });
  befall(crowd, 'stalls');
  await quietly('one reads nothing', () => crowd.report(false).fates.stalls === 1);
  for (const say of says) say({ t: 'state', state: state(6) });
  await quietly('the other one sees it', () => crowd.progress().seeing['1-6'] === 1);
  await quietly('both see it', () => crowd.progress().seeing['1-6'] === 2);
  expect(kinds(crowd)).toEqual([]);
});

test('who shouts has to be sent away as a slow reader, and nobody else', async () => {
  const bye = { t: 'bye', reason: 'slow-reader', retryAfterMs: 10 };
  let isSaid = false;
  const sending = await crowdBefore(
    {
      other: (say, close) => {
        if (!isSaid) say(bye);
        isSaid = true;
        close();
      },
    },
    { comesBack: true },
  );
  befall(sending, 'shouts');
  await quietly('it is back', () => countOf(sending.report(false).returns) === 1);
  expect(sending.report(false).byes).toEqual({ 'slow-reader': 1 });
  expect(kinds(sending)).toEqual([]);

  const patient = await crowdBefore({ other: () => {} }, { comesBack: true });
  befall(patient, 'shouts');
  expect(await untilFault(patient)).toEqual(['slow-reader-kept']);

  const hasty = await crowdBefore({
    hello: (n, say) => {
      say(welcome(n));
      say(bye);
    },
  });
  expect(await untilFault(hasty)).toEqual(['not-slow']);
});

test('who loses the connection comes back as the same', async () => {
  const crowd = await crowdBefore({}, { comesBack: true });
  befall(crowd, 'loses', 2);
  await quietly('both are back', () => countOf(crowd.report(false).returns) === 2);
  expect(crowd.progress().here).toBe(2);
  expect(kinds(crowd)).toEqual([]);
});

test('a ballot sent once more gets the first receipt once more; another one is seen', async () => {
  let copies = 0;
  for (const [refOf, fault] of [
    [() => 'first', []],
    [() => `copy ${++copies}`, ['two-answers']],
  ] as const) {
    const crowd = await crowdBefore({ ballot: (ballot, say) => say(receipt(ballot, 'accepted', refOf())) });
    crowd.vote(vote);
    await quietly('both have voted', () => crowd.progress().answered === 2);
    befall(crowd, 'repeats');
    await quietly('the copy is answered', () => {
      const { repeatsAnswered, faults } = crowd.report(false);
      return repeatsAnswered + faults === 1;
    });
    expect(kinds(crowd)).toEqual(fault);
    expect(crowd.report(false).repeated).toBe(1);
  }
});
