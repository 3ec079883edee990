import type { Hints } from '../../shared/protocol/audience.ts';
import type { Env } from './env.ts';
import type { Reach, TransportKind } from './transport.ts';

/** The ways to the edges, and what the hints, the browser and the network have left of them. */
export interface Ladder {
  best(): TransportKind;
  /** Whether the hints let this page use it: `sse` asks for no more than a stream, `poll` for no more than requests. */
  allowed(kind: TransportKind): boolean;
  /** Whether this browser has no better one. */
  isTop(kind: TransportKind): boolean;
  /** What is allowed above it, whatever came of it before: it may be worth another try. */
  above(kind: TransportKind): TransportKind[];
  /** What may come through below it, the best first. */
  below(kind: TransportKind): TransportKind[];
  /** It ended like this; `blocked` strikes it out. */
  strike(kind: TransportKind, reach: Reach): void;
  /** It came through, so what was before counts no more. */
  forgive(kind: TransportKind): void;
}

/** The ways down, the best first. */
const WAYS: readonly TransportKind[] = ['ws', 'sse', 'poll'];
/** Two ends without a word, and a way is left alone; some networks let nothing through on it. */
const STRIKES_OUT = 2;
/** What spoke and broke before it was stable counts half: some networks cut long connections, and edges restart, too. */
const STRIKE_OF: Record<Reach, number> = { spoke: STRIKES_OUT / 4, silent: STRIKES_OUT / 2, blocked: STRIKES_OUT };

export function createLadder(env: Env, hints: () => Hints): Ladder {
  const strikes: Record<TransportKind, number> = { ws: 0, sse: 0, poll: 0 };

  function exists(kind: TransportKind): boolean {
    if (kind === 'ws') return env.openSocket !== null;
    return kind === 'poll' || env.openStream !== null;
  }

  function allowed(kind: TransportKind): boolean {
    return exists(kind) && WAYS.indexOf(kind) >= WAYS.indexOf(hints().transport);
  }

  function hopeful(kind: TransportKind): boolean {
    return allowed(kind) && strikes[kind] < STRIKES_OUT;
  }

  return {
    best: () => WAYS.find(hopeful) ?? 'poll',
    allowed,
    isTop: (kind) => kind === WAYS.find(exists),
    above: (kind) => WAYS.slice(0, WAYS.indexOf(kind)).filter(allowed),
    below: (kind) => WAYS.slice(WAYS.indexOf(kind) + 1).filter(hopeful),
    strike(kind, reach) {
      strikes[kind] += STRIKE_OF[reach];
    },
    forgive(kind) {
      strikes[kind] = 0;
    },
  };
}
