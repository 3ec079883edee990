import type { Audience } from './audience/audience.ts';
import type { Fate } from './audience/messages.ts';

const ROUND_MS = 1_000;
/** Of the crowd, in every round. As many come as go. */
const COMING = 0.01;
const EACH_ROUND: readonly { fate: Fate; share: number }[] = [
  { fate: 'leaves', share: 0.005 },
  { fate: 'vanishes', share: 0.005 },
  { fate: 'switches', share: 0.01 },
  { fate: 'stalls', share: 0.01 },
  { fate: 'repeats', share: 0.02 },
];
const STALL_MS = 3_000;
/** A server ends slow readers 5 s after its goodbye; most of those who read again this soon hear it. */
const SILENCE_MS = 500;
const STORM_EVERY = 15;
const STORM_SHARE = 0.25;
const STORM_MS = 50;
const SHOUT_EVERY = 10;

export interface ChurnOptions {
  audience: Audience;
  viewers: number;
  /** Shares of those who come, 0 to 1. */
  sse: number;
  poll: number;
}

/** A crowd that never rests: people come and go, change transports, stop reading, and now and then a quarter loses the connection at once. */
export async function churn({ audience, viewers, sse, poll }: ChurnOptions, forMs: number): Promise<void> {
  const round = { shape: 'even', overMs: ROUND_MS } as const;
  const endMs = performance.now() + forMs;
  for (let n = 1; performance.now() < endMs; n++) {
    audience.arrive({ count: Math.ceil(viewers * COMING), sse, poll, joinsFirst: n % 2 === 0, plan: round });
    for (const { fate, share } of EACH_ROUND) {
      audience.befall({ fate, count: Math.ceil(viewers * share), plan: round, forMs: STALL_MS });
    }
    if (n % SHOUT_EVERY === 0) audience.befall({ fate: 'shouts', count: 1, plan: round, forMs: SILENCE_MS });
    if (n % STORM_EVERY === 0) {
      const plan = { shape: 'even', overMs: STORM_MS } as const;
      audience.befall({ fate: 'loses', count: Math.floor(viewers * STORM_SHARE), plan, forMs: 0 });
    }
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
}
