/** Which cue follows which: what can't be right about it, whoever puts the rundown together. */

/** As much of a cue as follows another one. */
export interface Follower {
  id: string;
  trigger?: { after?: string | undefined } | undefined;
}

/**
 * The ring that a cue is in because each of it waits for the one before, as in `a → b → a`; null where it is in none. Takes one
 * step for each cue at most.
 */
export function ringOf(id: string, byId: ReadonlyMap<string, Follower>): string | null {
  const way = [id];
  // Another ring further down the line is not this cue's.
  for (let next = byId.get(id)?.trigger?.after; next !== undefined && way.length <= byId.size; ) {
    way.push(next);
    if (next === id) return way.join(' → ');
    next = byId.get(next)?.trigger?.after;
  }
  return null;
}

export interface TriggerFault {
  /** Index of the cue. */
  at: number;
  message: string;
}

/** Cues that follow one that is not there, and rings: each is told once, at its first cue. Linear in the number of cues. */
export function triggerFaults(cues: readonly Follower[]): TriggerFault[] {
  const byId = new Map(cues.map((cue) => [cue.id, cue]));
  const judged = new Set<string>();
  return cues.flatMap(({ id, trigger }, at): TriggerFault[] => {
    const after = trigger?.after;
    if (after === undefined) return [];
    if (!byId.has(after)) return [{ at, message: `no cue has the id ${after}` }];
    const way = new Set<string>();
    for (let next: string | undefined = id; next !== undefined && !judged.has(next); ) {
      judged.add(next);
      way.add(next);
      const follows: string | undefined = byId.get(next)?.trigger?.after;
      if (follows !== undefined && way.has(follows)) {
        return [
          { at: cues.findIndex((cue) => cue.id === follows), message: ringSentence(ringOf(follows, byId) ?? id) },
        ];
      }
      next = follows;
    }
    return [];
  });
}

/** @param ring as `ringOf` names it */
export function ringSentence(ring: string): string {
  const members = ring.split(' → ');
  if (members.length === 2) return `the cue ${members[0]} would wait for itself`;
  return `these cues would wait for each other: ${ring}`;
}
