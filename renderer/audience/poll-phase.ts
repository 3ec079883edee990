import type { PublicPoll } from '../../shared/protocol/audience.ts';

export type PollPhase = 'open' | 'paused' | 'over';

/**
 * Whether votes can be handed in now. `closesAtMs` on the core's clock decides, not the intake in a body that may have
 * been cached; null time means that clock is not known yet, then only the intake is left.
 */
export function pollPhase(poll: Pick<PublicPoll, 'intake' | 'closesAtMs'>, serverNowMs: number | null): PollPhase {
  switch (poll.intake) {
    case 'open':
      return serverNowMs !== null && poll.closesAtMs !== undefined && serverNowMs >= poll.closesAtMs ? 'over' : 'open';
    case 'paused':
      return 'paused';
    case 'closing':
    case 'closed':
      return 'over';
  }
}
