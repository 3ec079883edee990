import type { SeenState, StateReader } from './state-reader.ts';
import type { HeldBallot, Viewer } from './viewer.ts';

/** An answer to a ballot, as read; a peer of the product gives fewer fields. */
export interface HeardReceipt {
  ballotId?: unknown;
  pollId?: unknown;
  round?: unknown;
  status?: unknown;
  ref?: unknown;
}

/** What a way of speaking reports of what it has understood. */
export interface Ears {
  readonly reader: StateReader;
  /** The viewer is in. `token` null: it came with one, or needs none; `voterId` null: nobody has told. */
  welcomed(viewer: Viewer, who: { token: string | null; voterId: string | null }, state: SeenState): void;
  shown(viewer: Viewer, state: SeenState): void;
  answered(viewer: Viewer, receipt: HeardReceipt): void;
  /** An error instead of a receipt. `ref` names the ballot; null where the answer doesn't. */
  refused(viewer: Viewer, error: { code: string; ref: string | null; retryAfterMs: number | null }): void;
  /** The server says goodbye before it closes. */
  dismissed(viewer: Viewer, reason: string, retryAfterMs: number): void;
  fault(kind: string, example: string): void;
}

/** A transport: what is written to a wire, and what is made of what comes back. */
export interface Speech {
  connected(viewer: Viewer): void;
  /** Answers how many of the bytes were used. */
  read(viewer: Viewer, bytes: Buffer, start: number, end: number): number;
  cast(viewer: Viewer, ballot: HeldBallot): void;
  /** The viewer ends the connection in good order. */
  goodbye(viewer: Viewer): void;
}

/** Reads what stands between two marks of a JSON text that its sender always writes alike; null where it doesn't. */
export function between(bytes: Buffer, start: number, end: number, mark: Buffer): number | null {
  const at = bytes.indexOf(mark, start);
  return at < 0 || at >= end ? null : at + mark.length;
}
