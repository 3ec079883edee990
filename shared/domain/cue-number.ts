/**
 * The numbers that people say aloud: `7`, `7.1`, `12A`. A cue keeps its number when others come, go or move, so that what was
 * said a minute ago still means the same.
 */
interface MaybeNumbered {
  readonly number?: string | undefined;
}

/** The most that a part behind a point can be. */
const LAST_PART = 999;

/**
 * The number of a new cue: the first free of n.1, n.2 … where n is the cue it stands behind. Behind 7.1 comes 7.2 and, if that is
 * taken, 7.1.1.
 *
 * @param behind the number of the cue before it; null where it becomes the first
 * @param taken the numbers of all others
 */
export function numberBehind(behind: string | null, taken: ReadonlySet<string>): string {
  if (behind === null) return taken.size === 0 ? '1' : firstFree('0', 1, taken);
  // A letter ends a number: nothing stands behind it.
  const parts = behind.replace(/[A-Z]$/, '').split('.');
  if (parts.length === 1) return firstFree(parts.join('.'), 1, taken);
  const stem = parts.slice(0, -1).join('.');
  const place = Number(parts.at(-1));
  if (parts.length > 2) return firstFree(stem, place + 1, taken);
  const next = `${stem}.${place + 1}`;
  return place < LAST_PART && !taken.has(next) ? next : firstFree(parts.join('.'), 1, taken);
}

/** A show has fewer cues than a stem has places: going round once finds a free one. */
function firstFree(stem: string, from: number, taken: ReadonlySet<string>): string {
  for (let n = 0; n < LAST_PART; n++) {
    const number = `${stem}.${((from - 1 + n) % LAST_PART) + 1}`;
    if (!taken.has(number)) return number;
  }
  throw new Error(`${stem} has no free number left`);
}

/** A rundown in which every cue has a number: 1, 2, 3 … where none has one, else the given ones stay and the others follow them. */
export function withNumbers<C extends MaybeNumbered>(cues: readonly C[]): (C & { number: string })[] {
  const taken = new Set(cues.flatMap(({ number }) => number ?? []));
  const isBare = taken.size === 0;
  let behind: string | null = null;
  return cues.map((cue, place) => {
    const number = cue.number ?? (isBare ? String(place + 1) : numberBehind(behind, taken));
    taken.add(number);
    behind = number;
    return { ...cue, number: number };
  });
}

/** For sorting: 2 before 2A before 2.1 before 2.10 before 10. Two numbers are the same only when their texts are. */
export function compareNumbers(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < 4; i++) {
    const by = (one[i] ?? 0) - (other[i] ?? 0);
    if (by !== 0) return by;
  }
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The first part, then its letter or the parts behind the point. */
function partsOf(number: string): number[] {
  const letter = /[A-Z]$/.exec(number)?.[0].charCodeAt(0) ?? 0;
  const parts = number
    .replace(/[A-Z]$/, '')
    .split('.')
    .map(Number);
  while (parts.length < 3) parts.push(-1);
  return [...parts, letter];
}
