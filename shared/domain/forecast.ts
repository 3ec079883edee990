/**
 * How fast people vote after a call. Each profile is a mixture of log-normals: `median · exp(σ·N(0,1))` seconds after
 * GO, so its density at t is the weighted sum of `exp(-(ln(t/median))²/2σ²) / (t σ √(2π))`. Shares and spreads come from
 * shows that were measured.
 */
export interface ArrivalProfile {
  readonly name: string;
  readonly parts: readonly { readonly weight: number; readonly medianS: number; readonly sigma: number }[];
}

/** People who have the page open already. */
export const PUSH: ArrivalProfile = {
  name: 'push',
  parts: [
    { weight: 0.7, medianS: 5, sigma: 0.55 },
    { weight: 0.3, medianS: 13, sigma: 0.7 },
  ],
};

/** Share of those who take part that one can expect to vote. */
export const PARTICIPATION = 0.52;

/** Share of all voters who vote in the second at `tS` seconds after GO (a density, 1/s). */
export function densityAt(profile: ArrivalProfile, tS: number): number {
  if (tS <= 0) return 0;
  return profile.parts.reduce((sum, { weight, medianS, sigma }) => {
    const z = Math.log(tS / medianS) / sigma;
    return sum + (weight * Math.exp((-z * z) / 2)) / (tS * sigma * Math.sqrt(2 * Math.PI));
  }, 0);
}

export interface Forecast {
  /** Votes per second at the peak, and when it comes, seconds after GO. */
  peakPerS: number;
  peakAtS: number;
  /** When 95 % of the voters have voted, seconds after GO. */
  votedBy95S: number;
  /** Votes per second at 0, stepS, 2 stepS, … */
  curve: number[];
  stepS: number;
}

/** The votes per second to expect after GO from this many viewers. */
export function forecast(viewers: number, profile: ArrivalProfile, participation: number): Forecast {
  const stepS = 0.1;
  const voters = viewers * participation;
  const curve: number[] = [];
  let peakPerS = 0;
  let peakAtS = 0;
  let share = 0;
  let votedBy95S = 0;
  for (let i = 0; i <= 600; i++) {
    const tS = i * stepS;
    const density = densityAt(profile, tS);
    curve.push(voters * density);
    if (voters * density > peakPerS) {
      peakPerS = voters * density;
      peakAtS = tS;
    }
    share += density * stepS;
    if (votedBy95S === 0 && share >= 0.95) votedBy95S = tS;
  }
  return { peakPerS, peakAtS, votedBy95S, curve, stepS };
}
