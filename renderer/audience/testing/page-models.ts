import type { PublicState, ReceiptStatus } from '../../../shared/protocol/audience.ts';
import type { BallotId, OptionId } from '../../../shared/protocol/ids.ts';
import { type Change, firstModel, type Model, reduce } from '../model.ts';
import { newVote } from '../vote.ts';
import { receipt, SERVER_NOW_MS } from './samples.ts';

const online: Change = { t: 'link', link: { kind: 'online', via: 'ws' } };
const sample: Change = { t: 'sample', sample: { offsetMs: SERVER_NOW_MS, roundTripMs: 10 } };

/** A page at local time 0, which is `SERVER_NOW_MS`, after these changes. */
export function modelOf(...changes: Change[]): Model {
  const first = firstModel({ nowMs: 0, votes: [], draft: null, lasting: true });
  return changes.reduce((model, change) => reduce(model, change, 0), first);
}

export function seated(shown: PublicState, ...changes: Change[]): Model {
  return modelOf(sample, { t: 'state', state: shown }, online, ...changes);
}

export function cast(shown: PublicState, choice: OptionId[]): Change {
  if (shown.poll === undefined) throw new Error('no poll to vote in');
  const vote = newVote({ state: shown, poll: shown.poll, choice, ballotId: 'b1' as BallotId, castAtMs: null });
  return { t: 'cast', vote };
}

export function answered(status: ReceiptStatus, atMs = SERVER_NOW_MS): Change {
  return { t: 'receipt', receipt: receipt('b1' as BallotId, { status, atMs }) };
}
