/** Between the bench and a peer's server process. */
export type PeerOrder = { t: 'publish' };
export type PeerWord = { t: 'ready'; port: number };

/** What a bare server answers to a ballot: as much as the product does, with nothing stored. */
export function bareReceipt(ballot: { id: string; pollId: string; round: number }) {
  const { id, pollId, round } = ballot;
  return { ballotId: id, pollId, round, status: 'accepted', ref: 'AAAAAAAAAAAAAAAA', atMs: Date.now() };
}

/** What a bare HTTP server answers to every request. */
export interface SameAnswer {
  headers: Record<string, string>;
  body: string;
}
