/** When everybody does something: the shapes of a crowd, drawn from a seed. */

import type { SeededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { type ArrivalProfile, PUSH } from '../../shared/domain/forecast.ts';

/** People who hear of it on air and have to scan and join first. */
export const ON_AIR: ArrivalProfile = {
  name: 'on-air',
  parts: [
    { weight: 0.3, medianS: 10, sigma: 0.6 },
    { weight: 0.4, medianS: 40, sigma: 0.8 },
    { weight: 0.3, medianS: 110, sigma: 0.9 },
  ],
};

export const PROFILES: Readonly<Record<string, ArrivalProfile>> = { push: PUSH, 'on-air': ON_AIR };

/** A crowd's shape in time: evenly over `overMs`, or a profile of the product cut off at `overMs` and drawn `timesFaster`. */
export type Plan =
  | { shape: 'even'; overMs: number }
  | { shape: 'push' | 'on-air'; overMs: number; timesFaster: number };

/** Normal, mean 0 and deviation 1 (Box and Muller, 1958). */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Seconds after the call at which one person of this profile acts. */
export function drawS(profile: ArrivalProfile, random: SeededRandom): number {
  let left = random.next();
  const part = profile.parts.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const { medianS, sigma } = part ?? { medianS: 0, sigma: 0 };
  return medianS * Math.exp(sigma * normal(random));
}

/** Planned times of `count` people, ms after the call, in order. Whoever a profile puts after its end is drawn again. */
export function plannedMs(plan: Plan, count: number, random: SeededRandom): Float64Array {
  const times = new Float64Array(count);
  if (plan.shape === 'even') {
    // A random place within each one's own slice: evenly spread, but never in step with other processes.
    for (let i = 0; i < count; i++) times[i] = ((i + random.next()) / count) * plan.overMs;
    return times;
  }
  const profile = PROFILES[plan.shape] ?? PUSH;
  for (let i = 0; i < count; i++) {
    let atMs: number;
    do atMs = (drawS(profile, random) * 1_000) / plan.timesFaster;
    while (atMs >= plan.overMs);
    times[i] = atMs;
  }
  return times.sort();
}
