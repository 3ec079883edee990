import type { Ballot } from '../../shared/protocol/audience.ts';
import type { BallotId, OptionId, PollId } from '../../shared/protocol/ids.ts';

const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_ROUND = 100_000;
const MAX_CHOICE = 50;

function isId(value: unknown): value is string {
  return typeof value === 'string' && CLIENT_ID.test(value);
}

function isRound(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ROUND;
}

function isChoice(value: unknown): value is OptionId[] {
  return Array.isArray(value) && value.length <= MAX_CHOICE && value.every(isId);
}

function fieldsOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** Which run a message names, as far as that can be read; for counting the attempt where it belongs. */
export function namedRun(value: unknown): { pollId: PollId; round: number } | null {
  const fields = fieldsOf(value);
  if (fields === null || !isId(fields.pollId) || !isRound(fields.round)) return null;
  return { pollId: fields.pollId as PollId, round: fields.round };
}

/** The ballot id that a message names, to say in an error which ballot is meant. */
export function namedBallot(value: unknown): BallotId | null {
  const id = fieldsOf(value)?.id;
  return isId(id) ? (id as BallotId) : null;
}

/**
 * The ballot in a parsed message, or null. By hand, because every vote comes through here; it takes exactly what the
 * schema `Ballot` takes, and a property test holds the two together.
 */
export function readBallot(value: unknown): Ballot | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const { id, pollId, round, choice, castAtMs } = fields;
  if (!isId(id) || !isId(pollId) || !isRound(round) || !isChoice(choice)) return null;
  const ballot: Ballot = { id: id as BallotId, pollId: pollId as PollId, round, choice };
  if (castAtMs === undefined) return ballot;
  if (!Number.isSafeInteger(castAtMs)) return null;
  ballot.castAtMs = castAtMs as number;
  return ballot;
}
