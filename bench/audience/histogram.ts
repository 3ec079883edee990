/** Whole units (here microseconds) in buckets that are at most 1/64 wider than what is in them, as HDR histograms keep them. */
const SUB_BITS = 6;
const SUB_COUNT = 1 << SUB_BITS;
/** 2^36 µs are 19 hours; nothing here waits for longer. */
const MAX_BITS = 36;
const BUCKETS = (MAX_BITS - SUB_BITS + 1) * SUB_COUNT;

/** Bucket and count of every bucket that is not empty, one after the other; it travels between processes. */
export type PackedHistogram = number[];

export interface Summary {
  count: number;
  meanMs: number;
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
}

/** Latencies of any number of events in a few kilobytes; histograms of several processes add up. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param ms what is below zero counts as zero: two processes may differ by that much in what time it is */
  record(ms: number): void {
    const place = bucketOf(Math.max(0, Math.round(ms * 1_000)));
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
  }

  /** The latency that a share (0 to 1) of all events did not exceed, ms; 0 where there are none. */
  quantileMs(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    for (const [place, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= wanted) return middleOf(place) / 1_000;
    }
    return 0;
  }

  summary(): Summary {
    let sum = 0;
    for (const [place, count] of this.#counts.entries()) sum += count * middleOf(place);
    return {
      count: this.#count,
      meanMs: this.#count === 0 ? 0 : sum / this.#count / 1_000,
      p50Ms: this.quantileMs(0.5),
      p99Ms: this.quantileMs(0.99),
      p999Ms: this.quantileMs(0.999),
      maxMs: this.quantileMs(1),
    };
  }

  pack(): PackedHistogram {
    const packed: PackedHistogram = [];
    for (const [place, count] of this.#counts.entries()) if (count > 0) packed.push(place, count);
    return packed;
  }

  add(packed: PackedHistogram): void {
    for (let i = 0; i + 1 < packed.length; i += 2) {
      const [place = 0, count = 0] = packed.slice(i, i + 2);
      this.#counts[place] = (this.#counts[place] ?? 0) + count;
      this.#count += count;
    }
  }
}

/** Values below 64 have a bucket each; above, every power of two has 64. */
function bucketOf(value: number): number {
  if (value < SUB_COUNT) return value;
  const bits = Math.min(MAX_BITS - 1, Math.floor(Math.log2(value)));
  const shift = bits - SUB_BITS;
  const sub = Math.min(SUB_COUNT - 1, Math.floor(value / 2 ** shift) - SUB_COUNT);
  return (shift + 1) * SUB_COUNT + sub;
}

function middleOf(place: number): number {
  if (place < SUB_COUNT) return place;
  const shift = Math.floor(place / SUB_COUNT) - 1;
  return ((place % SUB_COUNT) + SUB_COUNT + 0.5) * 2 ** shift;
}
