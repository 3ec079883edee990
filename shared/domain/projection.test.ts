import fc from 'fast-check';
import { expect, test } from 'vitest';
import { densityAt, PUSH } from './forecast.ts';
import { projectShare, projectVotes, stillToVoteAt, type VotingSoFar } from './projection.ts';

const soFar = fc
  .record({
    votes: fc.integer({ min: 0, max: 200_000 }),
    perS: fc.double({ min: 0, max: 20_000, noNaN: true }),
    elapsedS: fc.double({ min: 0, max: 3_600, noNaN: true }),
    leftS: fc.double({ min: 0, max: 3_600, noNaN: true }),
  })
  .map(({ leftS, ...rest }): VotingSoFar => ({ ...rest, windowS: rest.elapsedS + leftS }));

/** How a crowd of this size stands if it votes exactly as the profile says. */
function onProfile(voters: number, elapsedS: number, windowS: number): VotingSoFar {
  const votes = voters * (1 - stillToVoteAt(PUSH, elapsedS));
  return { votes, perS: voters * densityAt(PUSH, elapsedS), elapsedS, windowS };
}

test('those who still come are the area under the density', () => {
  let area = 0;
  for (let t = 12; t < 400; t += 0.01) area += densityAt(PUSH, t + 0.005) * 0.01;
  expect(stillToVoteAt(PUSH, 12)).toBeCloseTo(area, 5);
  expect(stillToVoteAt(PUSH, 0)).toBe(1);
});

test('a projection never takes back a vote, is finite, and its readings are in order', () => {
  fc.assert(
    fc.property(soFar, (now) => {
      const projection = projectVotes(now, PUSH);
      switch (projection.kind) {
        case 'too-early':
          return true;
        case 'present-rate':
          return Number.isFinite(projection.votes) && projection.votes >= now.votes;
        case 'profile': {
          const { low, mid, high } = projection;
          return now.votes <= low && low <= mid && mid <= high && Number.isFinite(high);
        }
      }
    }),
  );
});

test('a crowd that votes as the profile says is projected to where it ends, at any moment', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 150_000 }),
      fc.double({ min: 5, max: 60, noNaN: true }),
      fc.double({ min: 0, max: 60, noNaN: true }),
      (voters, elapsedS, leftS) => {
        const projection = projectVotes(onProfile(voters, elapsedS, elapsedS + leftS), PUSH);
        if (projection.kind !== 'profile') return false;
        const end = voters * (1 - stillToVoteAt(PUSH, elapsedS + leftS));
        return Math.abs(projection.low - end) < end * 1e-6 && Math.abs(projection.high - end) < end * 1e-6;
      },
    ),
  );
});

test('at the close nothing more is to come', () => {
  expect(projectVotes(onProfile(10_000, 40, 40), PUSH)).toMatchObject({ kind: 'profile' });
  const projection = projectVotes(onProfile(10_000, 40, 40), PUSH);
  expect(projection.kind === 'profile' && projection.high).toBeCloseTo(10_000 * (1 - stillToVoteAt(PUSH, 40)), 6);
});

test('a second call is not on the profile: only what the present rate would give is told', () => {
  expect(projectVotes({ votes: 61_482, perS: 1_240, elapsedS: 67, windowS: 90 }, PUSH)).toEqual({
    kind: 'present-rate',
    votes: 61_482 + 1_240 * 23,
  });
});

test('the first seconds and a handful of votes tell nothing', () => {
  expect(projectVotes({ votes: 5_000, perS: 2_000, elapsedS: 3, windowS: 60 }, PUSH).kind).toBe('too-early');
  expect(projectVotes({ votes: 99, perS: 10, elapsedS: 10, windowS: 60 }, PUSH).kind).toBe('too-early');
});

test('a share and its band stay between nothing and all, in order, and close up when nothing more is to come', () => {
  const counts = fc
    .record({
      votes: fc.integer({ min: 100, max: 200_000 }),
      toCome: fc.double({ min: 0, max: 200_000, noNaN: true }),
      of: fc.double({ min: 0, max: 1, noNaN: true }),
      recentOf: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ votes, of, recentOf, toCome }) => {
      const recentVotes = Math.max(100, Math.floor(votes * recentOf));
      return { votes, recentVotes, toCome, count: Math.floor(votes * of), recentCount: Math.floor(recentVotes * of) };
    });
  fc.assert(
    fc.property(counts, ({ count, recentCount, ...at }) => {
      const share = projectShare({ count, recentCount }, at);
      const done = projectShare({ count, recentCount }, { ...at, toCome: 0 });
      return (
        share !== null &&
        0 <= share.low &&
        share.low <= share.mid + 1e-12 &&
        share.mid <= share.high + 1e-12 &&
        share.high <= 1 &&
        done?.low === done?.high &&
        done?.mid === count / at.votes
      );
    }),
  );
});

test('who comes late moves the share: a trend is carried on', () => {
  const at = { votes: 10_000, recentVotes: 1_000, toCome: 2_000 };
  const share = projectShare({ count: 5_000, recentCount: 300 }, at);
  expect(share?.mid).toBeCloseTo((5_000 + 600) / 12_000, 6);
  expect(projectShare({ count: 50, recentCount: 9 }, { ...at, recentVotes: 20 })).toBeNull();
});
