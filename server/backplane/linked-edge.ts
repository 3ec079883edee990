/** What the core knows of an edge on the other end of the backplane, whatever carries it. */
import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import type { CoreToEdge, EdgeHeartbeat } from '../../shared/protocol/backplane.ts';

/** An edge counts as living for this long after its last word. */
export const LIVING_MS = 2_000;

/** An edge that has said hello. */
export interface LinkedEdge {
  readonly edgeId: string;
  readonly edgeEpoch: string;
  readonly pid: number;
  /** When it said its last word. */
  heardAt: MonotonicMs;
  /** Its last word was that nothing more will come. */
  left: boolean;
  /** It has been told how things stand: what is broadcast before would come to it out of order. */
  isTold: boolean;
  heartbeat: EdgeHeartbeat | null;
  /** Unsent bytes; the receiver is our own edge, so nothing is dropped. */
  send(message: CoreToEdge): void;
  /** `answers`: what `answersText` made. */
  answer(batchNo: number, answers: string): void;
}

/** By the edge's last word; 0 before its first. */
export function viewersOn({ heartbeat }: Pick<LinkedEdge, 'heartbeat'>): number {
  return heartbeat === null ? 0 : heartbeat.ws + heartbeat.sse + heartbeat.poll;
}

/**
 * How many of these viewers somebody stands behind for certain, as far as can be known: those who have said hello, and of those
 * who only ask or listen no more than have come for a token. All edges together, since one may have joined at another than it asks.
 * @param formerJoins those who came for a token at edges that are no more
 */
export function vouchedViewers(links: readonly Pick<LinkedEdge, 'heartbeat'>[], formerJoins: number): number {
  const sum = (pick: (heartbeat: EdgeHeartbeat) => number) =>
    links.reduce((total, { heartbeat }) => total + (heartbeat === null ? 0 : pick(heartbeat)), 0);
  return (
    sum(({ ws }) => ws) +
    Math.min(
      sum(({ sse, poll }) => sse + poll),
      sum(({ joins }) => joins) + formerJoins,
    )
  );
}

/** Whether the edge has spoken within the last two seconds, and not to say that it leaves; its link may be broken meanwhile. */
export function isLiving(link: Pick<LinkedEdge, 'heardAt' | 'left'>, now: MonotonicMs): boolean {
  return !link.left && sinceMs(now, link.heardAt) <= LIVING_MS;
}
