import { hash } from 'node:crypto';
import type { BallotClass } from '../../shared/protocol/records.ts';

/**
 * The hash chain of a run: one link per row of `batches`, in the order of their ids. The writer adds links with it and
 * the auditor computes them again; whoever has a copy of the ledger can do the same with any SHA-256 tool.
 *
 *   genesis = SHA-256(run id)
 *   hash    = SHA-256(text), prev = the hash of the run's link before, or genesis
 *
 * `text` is UTF-8 and made of lines, each ended by one line feed (0x0A):
 *
 *   1. prev, as 64 lower-case hex digits
 *   2. the batch: JSON array [run id, edge id, edge epoch, batch number, committedAtMs, classes]
 *   3. one line per ballot that the link holds, in the order of their ids: JSON array
 *      [voter key as 32 lower-case hex digits, slot, ballot id, ref, choice, receivedAtMs, castAtMs or null]
 *
 * JSON as ECMAScript's `JSON.stringify` writes it, without spaces. `classes` and `choice` are the strings that stand in
 * the ledger (JSON texts themselves, so they appear quoted); the ledger's own wording is bound, not a reading of it.
 */
export interface Link {
  runId: string;
  edgeId: string;
  edgeEpoch: string;
  batchNo: number;
  committedAtMs: number;
  /** As `classesText` wrote it. */
  classes: string;
}

/** A ballot as the ledger holds it. */
export interface LedgerBallot {
  voter: Buffer;
  slot: number;
  ballotId: string;
  ref: string;
  /** JSON array of option ids, in the voter's order. */
  choice: string;
  receivedAtMs: number;
  castAtMs: number | null;
}

/** The order of classes in a link's text. Part of the format: it stays as it is, whatever order they are shown in. */
export const CLASS_ORDER = [
  'counted',
  'duplicate',
  'late',
  'over-limit',
  'not-eligible',
  'malformed',
  'rate-limited',
  'unknown',
] as const satisfies readonly BallotClass[];

export type ClassDeltas = Partial<Record<BallotClass, number>>;

/** Hex head of a run that has no link yet. */
export function genesisOf(runId: string): string {
  return hash('sha256', runId);
}

/** Line 3 of a link's text, for one ballot. */
export function ballotLine(ballot: LedgerBallot): string {
  return JSON.stringify([
    ballot.voter.toString('hex'),
    ballot.slot,
    ballot.ballotId,
    ballot.ref,
    ballot.choice,
    ballot.receivedAtMs,
    ballot.castAtMs,
  ]);
}

/** Hex hash of a link; `lines` are its ballots' lines, in order. */
export function linkHash(prev: string, link: Link, lines: readonly string[]): string {
  const head = JSON.stringify([
    link.runId,
    link.edgeId,
    link.edgeEpoch,
    link.batchNo,
    link.committedAtMs,
    link.classes,
  ]);
  return hash('sha256', `${[prev, head, ...lines].join('\n')}\n`);
}

/** A link's classes as the ledger stores them: those that are not zero, in the order of `CLASS_ORDER`. */
export function classesText(deltas: ClassDeltas): string {
  const entries = CLASS_ORDER.flatMap((name) => {
    const count = deltas[name] ?? 0;
    return count === 0 ? [] : [[name, count] as const];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
