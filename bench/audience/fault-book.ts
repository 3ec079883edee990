/** What went wrong, by kind: how often, and the first few in words. A benchmark with a fault has failed. */
const EXAMPLES = 5;

export type Faults = Record<string, { count: number; examples: string[] }>;

export class FaultBook {
  readonly faults: Faults = {};

  note(kind: string, example: string): void {
    this.#entry(kind).count += 1;
    if (this.#entry(kind).examples.length < EXAMPLES) this.#entry(kind).examples.push(example);
  }

  add(faults: Faults): void {
    for (const [kind, { count, examples }] of Object.entries(faults)) {
      const entry = this.#entry(kind);
      entry.count += count;
      entry.examples.push(...examples.slice(0, EXAMPLES - entry.examples.length));
    }
  }

  get count(): number {
    return Object.values(this.faults).reduce((sum, { count }) => sum + count, 0);
  }

  /** One line a kind. */
  lines(): string[] {
    return Object.entries(this.faults).map(
      ([kind, { count, examples }]) => `${kind} × ${count}: ${examples.join(' | ')}`,
    );
  }

  #entry(kind: string) {
    const entry = this.faults[kind] ?? { count: 0, examples: [] };
    this.faults[kind] = entry;
    return entry;
  }
}
