import type { Concentration } from '../protocol/desk-state.ts';

/** Small shows come from one hall: below this no network stands out, whatever its share. */
const FEWEST_BALLOTS = 100;
/** Of all counted ballots. Phones of one carrier share addresses, but rarely so many of them one. */
const SHARE = 0.01;

/** The counted ballots of one network in a run beyond which somebody should look at it. `total`: counted ballots of the run. */
export function thresholdOf(total: number): number {
  return Math.max(FEWEST_BALLOTS, Math.ceil(total * SHARE));
}

/**
 * How many ballots came from networks beyond the threshold; null where there is none. `counts`: counted ballots of each network.
 * It is told to people beside a result and changes nothing of it.
 */
export function concentrationOf(counts: Iterable<number>, total: number): Concentration | null {
  const above = thresholdOf(total);
  let ballots = 0;
  let networks = 0;
  for (const count of counts) {
    if (count <= above) continue;
    ballots += count;
    networks += 1;
  }
  return networks === 0 ? null : { ballots, networks, above };
}
