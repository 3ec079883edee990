/** What is asked of the product, and which scenario shows it with how many viewers. P10 is the desk's and is not measured by this bench. */
export interface Budget {
  budget: string;
  asked: string;
  measuredBy: { scenario: string; viewers: number }[];
}

const by = (scenario: string, viewers: number) => ({ scenario, viewers });

export const BUDGETS: readonly Budget[] = [
  {
    budget: 'P1',
    asked:
      'arrivals: 141,000 in 30 s without an error, p99 ≤ 2 s; 200,000 in 45 s; with a separate join 141,000 in 60 s',
    measuredBy: [by('arrivals', 141_000), by('arrivals-more', 200_000), by('arrivals-join', 141_000)],
  },
  { budget: 'P2', asked: '200,000 held for 10 min, no drop, ≤ 25 % of one core', measuredBy: [by('held', 200_000)] },
  {
    budget: 'P3',
    asked: 'memory per viewer ≤ 6 KiB after traffic, ≤ 0.5 × bare Socket.IO with the same V8 flags',
    measuredBy: [by('arrivals', 141_000), by('held', 200_000), by('beside-socket.io', 18_000)],
  },
  {
    budget: 'P4',
    asked:
      'durable ballots: 20,000 /s with p99 ≤ 150 ms; 141,000 in 12 s with p99 ≤ 1.2 s; at least level (≥ 0.8) with bare Socket.IO, which stores nothing',
    measuredBy: [by('ballots', 141_000), by('ballots-sustained', 36_000), by('beside-socket.io', 18_000)],
  },
  {
    budget: 'P5',
    asked: 'fan-out per core: ≥ 2 × bare Socket.IO; level with nchan; SSE within 1.4 × of WebSocket',
    measuredBy: [by('fan-out', 19_000), by('beside-socket.io', 18_000), by('beside-nchan', 18_000)],
  },
  {
    budget: 'P6',
    asked:
      'the night: everyone comes in 30 s and votes in 15 s, results at least every 3 s; phase change p99 ≤ 2.5 s; desk commands p99 ≤ 200 ms',
    measuredBy: [by('night', 141_000)],
  },
  { budget: 'P7', asked: '≥ 25,000 `GET /v1/state` a second per edge', measuredBy: [by('polling', 200)] },
  {
    budget: 'P8',
    asked: 'the core killed under 100,000 viewers: no socket closed, first receipt ≤ 1.5 s after, no ballot lost',
    measuredBy: [by('core-killed', 100_000)],
  },
  {
    budget: 'P9',
    asked: 'an edge killed with 17,000 viewers: all back ≤ 20 s, busiest second ≤ 1.3 × the mean',
    measuredBy: [by('edge-killed', 34_000)],
  },
  {
    budget: 'P11',
    asked: 'growth: exponent between 0.9 and 1.1 from 10,000 to 200,000 viewers',
    measuredBy: [by('growth', 200_000)],
  },
];

/** Viewers that a scenario needs for what its budgets ask; null where no budget asks for it. */
export function budgetViewers(scenario: string): number | null {
  return BUDGETS.flatMap(({ measuredBy }) => measuredBy).find((one) => one.scenario === scenario)?.viewers ?? null;
}
