import type { Hints, PublicIntake, PublicState } from '../../shared/protocol/audience.ts';

/** Width of what arrival times of states are counted in, ms. */
export const SHOWN_BIN_MS = 5;
/** Of the newest states, whose bytes are remembered. */
const REMEMBERED = 8;

/** What a viewer has to know of a public state, read once for all viewers that get the same bytes. */
export interface SeenState {
  epoch: number;
  rev: number;
  pollId: string | null;
  round: number;
  intake: PublicIntake | null;
  /** Changes when a poll opens, pauses or closes, and not with results. */
  phase: string;
  /** Ballots that the server has by then count, epoch ms; null while paused or without a poll. */
  inByMs: number | null;
  hints: Hints;
  bytes: number;
  /** How many viewers were shown it, by the 5 ms of epoch time in which it reached them. Welcomes don't count. */
  shown: Map<number, number>;
}

/** Peers of the product send states that lack what only the product knows. */
type ReadState = Pick<PublicState, 'epoch' | 'rev'> & Partial<PublicState>;

const NO_HINTS: Hints = { level: 0, cadenceMs: 1_000, jitterMs: 3_000, retryAfterMs: 1_000, transport: 'ws' };

/** Every state that this process has been sent. The same bytes come ten thousand times; they are parsed once. */
export class StateReader {
  readonly #newest: { bytes: Buffer; state: SeenState }[] = [];
  readonly #all = new Map<string, { text: string; state: SeenState }>();
  readonly #onFault: (kind: string, example: string) => void;

  constructor(onFault: (kind: string, example: string) => void) {
    this.#onFault = onFault;
  }

  /** The state in these bytes, or null when they hold none. */
  read(bytes: Buffer, start: number, end: number): SeenState | null {
    for (const known of this.#newest) {
      const { length } = known.bytes;
      if (length === end - start && known.bytes.compare(bytes, start, end) === 0) return known.state;
    }
    const text = bytes.toString('utf8', start, end);
    const state = this.#parse(text);
    if (state === null) return null;
    this.#newest.unshift({ bytes: Buffer.from(text), state });
    this.#newest.length = Math.min(this.#newest.length, REMEMBERED);
    return state;
  }

  get states(): SeenState[] {
    return [...this.#all.values()].map(({ state }) => state);
  }

  #parse(text: string): SeenState | null {
    let read: ReadState;
    try {
      read = JSON.parse(text) as ReadState;
    } catch {
      this.#onFault('unreadable-state', text.slice(0, 200));
      return null;
    }
    const { epoch, rev, poll, hints } = read;
    if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(rev)) {
      this.#onFault('state-without-revision', text.slice(0, 200));
      return null;
    }
    const name = `${epoch}-${rev}`;
    const known = this.#all.get(name);
    if (known !== undefined) {
      if (known.text !== text) this.#onFault('one-revision-two-states', `${known.text} and ${text}`);
      return known.state;
    }
    const state: SeenState = {
      epoch,
      rev,
      pollId: poll?.id ?? null,
      round: poll?.round ?? 0,
      intake: poll?.intake ?? null,
      phase: `${poll?.id ?? '-'}:${poll?.round ?? 0}:${poll?.intake ?? '-'}`,
      inByMs: poll?.closesAtMs === undefined ? null : poll.closesAtMs + poll.graceMs,
      hints: hints ?? NO_HINTS,
      bytes: Buffer.byteLength(text),
      shown: new Map(),
    };
    this.#all.set(name, { text, state });
    return state;
  }
}
