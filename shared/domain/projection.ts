/**
 * Where an open poll is likely to end, from what has been counted. Two readings of the same profile (forecast.ts):
 *
 * - by count: of all who will vote by the close, the profile says that F(t) have by now, so the end is `votes · F(T) / F(t)`;
 * - by rate: who still comes follows from the present rate, `votes + perS · (F(T) − F(t)) / f(t)`.
 *
 * The span between the two is what is told: where they agree it is narrow. Where the rate is nowhere near what the profile
 * expects (a second call, a programme break, another profile altogether) there is no projection by it, and only the plain
 * statement is left of what the present rate would give. A last-call bump in the last seconds is in neither.
 */
import { type ArrivalProfile, densityAt } from './forecast.ts';

/** Before this there is too little to tell one course from another. */
export const PROJECT_AFTER_S = 5;
export const PROJECT_FROM_VOTES = 100;
/** The measured rate may differ from the expected one by this factor, either way. */
const OFF_PROFILE = 3;
/** Two-sided 90 % of a normal distribution. */
const Z_90 = 1.645;

export type Projection =
  /** Too early, or too few votes. */
  | { kind: 'too-early' }
  /** Votes at the close; `low` and `high` are the two readings, `mid` lies between them. */
  | { kind: 'profile'; low: number; mid: number; high: number }
  /** Voting doesn't follow the profile: votes at the close if it went on at the present rate. */
  | { kind: 'present-rate'; votes: number };

export interface VotingSoFar {
  votes: number;
  /** Per second, over the last few. */
  perS: number;
  /** Of the window that the clock has run, without pauses. */
  elapsedS: number;
  windowS: number;
}

/** Complementary error function for z ≥ 0 with a relative error below 1.2e-7 (Press et al., Numerical Recipes, §6.2). */
function erfc(z: number): number {
  const t = 1 / (1 + z / 2);
  const series =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  return t * Math.exp(-z * z + series);
}

/** Share of all voters who vote later than `tS` seconds after GO: the upper tail of the mixture of log-normals. */
export function stillToVoteAt(profile: ArrivalProfile, tS: number): number {
  if (tS <= 0) return 1;
  return profile.parts.reduce((sum, { weight, medianS, sigma }) => {
    const z = Math.log(tS / medianS) / (sigma * Math.SQRT2);
    return sum + weight * (z >= 0 ? erfc(z) / 2 : 1 - erfc(-z) / 2);
  }, 0);
}

/** Votes at the close. The window is what the clock will have run then, with extensions. */
export function projectVotes({ votes, perS, elapsedS, windowS }: VotingSoFar, profile: ArrivalProfile): Projection {
  if (elapsedS < PROJECT_AFTER_S || votes < PROJECT_FROM_VOTES) return { kind: 'too-early' };
  const leftS = Math.max(0, windowS - elapsedS);
  const voted = 1 - stillToVoteAt(profile, elapsedS);
  const comes = stillToVoteAt(profile, elapsedS) - stillToVoteAt(profile, elapsedS + leftS);
  const density = densityAt(profile, elapsedS);
  const expectedPerS = (votes * density) / voted;
  if (perS > expectedPerS * OFF_PROFILE || perS * OFF_PROFILE < expectedPerS || density === 0) {
    return { kind: 'present-rate', votes: votes + perS * leftS };
  }
  const byCount = votes + (votes * comes) / voted;
  const byRate = votes + (perS * comes) / density;
  const [low, high] = byCount < byRate ? [byCount, byRate] : [byRate, byCount];
  return { kind: 'profile', low, mid: (low + high) / 2, high };
}

export interface ProjectedShare {
  low: number;
  mid: number;
  high: number;
}

/**
 * An option's share of all votes at the close, if those who still come vote as the latest did. The band is the 90 % of
 * chance alone: for `m` votes to come and a share `q` among the `n` latest, it is
 * `1.645 · √(q (1 − q) (m + m²/n)) / (m + votes)` wide either way. That later voters may be of another mind is not in it.
 *
 * @param option counts of one option: of all votes, and of the `recentVotes` latest ones
 * @param at votes counted, how many of them are the latest, and votes still to come
 */
export function projectShare(
  option: { count: number; recentCount: number },
  at: { votes: number; recentVotes: number; toCome: number },
): ProjectedShare | null {
  const { votes, recentVotes, toCome } = at;
  if (recentVotes < PROJECT_FROM_VOTES || votes < recentVotes) return null;
  const q = Math.min(1, Math.max(0, option.recentCount / recentVotes));
  const mid = (option.count + q * toCome) / (votes + toCome);
  const half = (Z_90 * Math.sqrt(q * (1 - q) * (toCome + toCome ** 2 / recentVotes))) / (toCome + votes);
  return { low: Math.max(0, mid - half), mid, high: Math.min(1, mid + half) };
}
