/**
 * Gives what no two evenings have in common (ids, tokens, hashes, ports, times, measures) a plain name, and leaves everything else as it
 * is. The same value keeps its name for the whole evening, so that who is the same and what happened at the same time stays to be seen.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys whose value is random, or counts what another machine counts otherwise; by what it is called. */
const RANDOM: Readonly<Record<string, string>> = {
  show: 'show',
  showId: 'show',
  token: 'token',
  voterId: 'voter',
  head: 'hash',
  // Of a receipt; an error's is the ballot's own id.
  row: 'row',
  epoch: 'epoch',
  pid: 'process',
};
/** Keys whose value is measured or, like the viewers who ask by polling, told a little later. */
const MEASURED = new Set([
  ...['ageMs', 'remainingMs', 'rssMb', 'loopP99Ms', 'roundMs', 'ackP50Ms', 'ackP99Ms', 'queueDepth', 'queueHeadAgeMs'],
  ...[
    'perS',
    'arrivalsPerS',
    'tokens',
    'tokensPerMin',
    'refusedPerMin',
    'ballotsPerMin',
    'descriptors',
    'descriptorLimit',
  ],
  // How many states came before depends on what fell into one of them.
  'rev',
  ...['online', 'poll', 'viewers', 'touched', 'forecastViewers', 'forecastPeakPerS'],
]);
/** Times of an answer, not of an act: two of them may fall into the same millisecond, so that they get no name. */
const PASSING_TIMES = new Set(['serverNowMs', 'clientTimeMs', 'expiresAtMs', 'untilMs']);
/** Objects whose `atMs` is such a time. */
const PASSING_PARENTS = new Set(['receipt', 'preflight', 'results']);
/** Times that are an exact while after another one of the same object. */
const EXACT_AFTER: Readonly<Record<string, (beside: { [key: string]: Json }) => Json | undefined>> = {
  closesAtMs: ({ openedAtMs }) => openedAtMs,
  disarmsAtMs: ({ armedAtMs }) => armedAtMs,
  revertsAtMs: ({ setBy }) => (isObject(setBy) ? setBy.atMs : undefined),
};
/** What stands in sentences. */
const IN_WORDS: readonly [RegExp, string][] = [
  [/\b[\d,]+ of [\d,]+ viewers, [\d,]+ votes\/s/, '<number> of <number> viewers, <number> votes/s'],
  [/holds [\d,]+ viewers/, 'holds <number> viewers'],
  [/\d+ GB free/, '<number> GB free'],
  [/within \d+ ms/, 'within <number> ms'],
  [/^\d+ s are left/, '<number> s are left'],
];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Command ids that the scene gives: they are the same every evening. */
export const SCENE_IDS = '00000000-0000-4000-8000-';
const ADDRESS = /127\.0\.0\.1:\d+/g;
/** An evening, and as far as a token reaches. */
const MONTHS_MS = 60 * 86_400_000;

export class PlainNames {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #secrets: readonly (readonly [secret: string, name: string])[];
  readonly #nowMs = Date.now();

  /** @param secrets words that may stand anywhere, and what to write for them */
  constructor(secrets: Readonly<Record<string, string>>) {
    this.#secrets = Object.entries(secrets).map(([name, secret]) => [secret, `<${name}>`]);
  }

  /** The same with plain names: what goes over a wire, so that an absent key stays absent. */
  plain(value: unknown): Json {
    return this.#plain(JSON.parse(JSON.stringify(value ?? null)) as Json, '', '');
  }

  #plain(value: Json, key: string, parent: string): Json {
    if (typeof value === 'string') return this.#string(value, key === 'ref' && parent === 'receipt' ? 'row' : key);
    if (typeof value === 'number') return this.#number(value, key, parent);
    if (Array.isArray(value)) return value.map((one) => this.#plain(one, key, parent));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([inner, one]) => {
        if (typeof one === 'number' && this.#isTime(one))
          return [inner, this.#time(one, inner, { key, beside: value })];
        return [inner, this.#plain(one, inner, key)];
      }),
    );
  }

  #number(value: number, key: string, parent: string): Json {
    if (this.#isTime(value)) return this.#time(value, key, { key: parent, beside: {} });
    if (MEASURED.has(key)) return '<number>';
    const kind = RANDOM[key];
    return kind === undefined ? value : this.#name(kind, String(value));
  }

  #string(value: string, key: string): string {
    const kind = RANDOM[key];
    if (kind !== undefined && value !== '') return this.#name(kind, value);
    let text = value;
    for (const [secret, name] of this.#secrets) text = text.replaceAll(secret, name);
    for (const [pattern, words] of IN_WORDS) text = text.replace(pattern, words);
    return text
      .replace(UUID, (id) =>
        id.startsWith(SCENE_IDS) ? `command ${Number(id.slice(SCENE_IDS.length))}` : this.#name('id', id),
      )
      .replace(ADDRESS, (address) => this.#name('address', address));
  }

  #isTime(value: number): boolean {
    return Number.isInteger(value) && Math.abs(value - this.#nowMs) < MONTHS_MS;
  }

  #time(value: number, key: string, { key: parent, beside }: { key: string; beside: { [key: string]: Json } }): string {
    if (PASSING_TIMES.has(key)) return '<time>';
    if (key === 'atMs' && PASSING_PARENTS.has(parent) && beside.final !== true) return '<time>';
    const known = this.#names.get(`time ${value}`);
    if (known !== undefined) return known;
    const before = EXACT_AFTER[key]?.(beside);
    if (typeof before !== 'number') return this.#name('time', String(value));
    const afterMs = value - before;
    // A poll that was held closes later by as long as that took.
    if (key === 'closesAtMs' && afterMs !== beside.windowMs) return this.#name('time', String(value));
    const name = `${this.#time(before, '', { key: '', beside: {} })} + ${afterMs}`;
    this.#names.set(`time ${value}`, name);
    return name;
  }

  #name(kind: string, value: string): string {
    const known = this.#names.get(`${kind} ${value}`);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `<${kind} ${count}>`;
    this.#names.set(`${kind} ${value}`, name);
    return name;
  }
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
