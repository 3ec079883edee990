import { z } from 'zod';

/** Ids that clients choose: 1 to 64 characters of `[A-Za-z0-9_-]`. */
const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** A cue's id, as the show file names it; polls go by their cue's id on the wire. */
export const PollId = z.string().regex(CLIENT_ID).brand('PollId');
export type PollId = z.infer<typeof PollId>;

export const OptionId = z.string().regex(CLIENT_ID).brand('OptionId');
export type OptionId = z.infer<typeof OptionId>;

export const BallotId = z.string().regex(CLIENT_ID).brand('BallotId');
export type BallotId = z.infer<typeof BallotId>;

/** A device's random id, signed by the server; never written to the ledger as it is. */
export const VoterId = z.string().regex(CLIENT_ID).brand('VoterId');
export type VoterId = z.infer<typeof VoterId>;

export const CommandId = z.uuid().brand('CommandId');
export type CommandId = z.infer<typeof CommandId>;

/** One airing of a cue: `<cueId>:<mode>:<round>`. */
export const RunId = z.string().max(96).brand('RunId');
export type RunId = z.infer<typeof RunId>;

export const Mode = z.enum(['rehearsal', 'live']);
export type Mode = z.infer<typeof Mode>;

/** Whole core epoch milliseconds. */
export const EpochMs = z.number().int();

/** The id of the run that is the `round`-th airing of a cue in a mode. */
export function runIdOf(cueId: PollId, mode: Mode, round: number): RunId {
  return `${cueId}:${mode}:${round}` as RunId;
}
