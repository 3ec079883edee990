import type { PublicState } from '../../shared/protocol/audience.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import { type Framed, framed } from './http-chunk.ts';
import { textFrame } from './ws-frame.ts';

export interface StateVersion {
  epoch: number;
  rev: number;
}

/** Whether `a` is newer than `b`: the core's incarnation is compared first. */
export function isNewer(a: StateVersion, b: StateVersion): boolean {
  return a.epoch === b.epoch ? a.rev > b.rev : a.epoch > b.epoch;
}

/** A public state with every form in which it goes out, encoded once. */
export interface HeldState {
  state: PublicState;
  /** Counts up with every state held in this mode; what a socket has seen is compared by it. */
  seq: number;
  /** `<epoch>-<rev>` */
  version: string;
  json: string;
  httpBody: Buffer;
  wsFrame: Buffer;
  sseEvent: Framed;
}

/** The newest public state of each mode. */
export class PublicStates {
  readonly #held: Record<Mode, HeldState | null> = { live: null, rehearsal: null };

  get(mode: Mode): HeldState | null {
    return this.#held[mode];
  }

  /** Holds the state and gives it encoded; null when it is not newer than the one held, which then stays. */
  offer(state: PublicState): HeldState | null {
    const last = this.#held[state.mode];
    if (last !== null && !isNewer(state, last.state)) return null;
    const json = JSON.stringify(state);
    const version = `${state.epoch}-${state.rev}`;
    const held = {
      state,
      seq: (last?.seq ?? 0) + 1,
      version,
      json,
      httpBody: Buffer.from(json),
      wsFrame: textFrame(`{"t":"state","state":${json}}`),
      sseEvent: framed(`event: state\nid: ${version}\ndata: ${json}\n\n`),
    };
    this.#held[state.mode] = held;
    return held;
  }
}
