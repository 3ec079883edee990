/** Four nights at the fixture's moment, by what came from where: cue 7 has 61,482 counted ballots, so that beyond is over 615. */
import type { Concentration } from '../../../shared/protocol/desk-state.ts';
import type { NetworkVitals, TokenAges } from '../../../shared/protocol/vitals.ts';

const TOTAL = 61_482;

interface Draft {
  network: string;
  tokens: readonly [all: number, perMin: number];
  ballots: readonly [all: number, perMin: number];
  refusedPerMin: number;
  /** How many of its ballots came with tokens of each age; must add up to its ballots. */
  ages: readonly [minute: number, hour: number, day: number, older: number];
}

function network({ network: name, tokens, ballots, refusedPerMin, ages }: Draft): NetworkVitals {
  const [minute, hour, day, older] = ages;
  const counted: TokenAges = { minute, hour, day, older };
  return {
    network: name,
    tokens: tokens[0],
    tokensPerMin: tokens[1],
    refusedPerMin,
    ballots: ballots[0],
    ballotsPerMin: ballots[1],
    share: Math.round((ballots[0] / TOTAL) * 1_000) / 1_000,
    ages: counted,
    isBeyond: ballots[0] > 615,
  };
}

/** Two carriers whose phones share addresses, a hall, and homes. */
export const CARRIER_NIGHT: readonly NetworkVitals[] = [
  network({
    network: '198.51.100.23',
    tokens: [1_871, 6],
    ballots: [1_204, 780],
    refusedPerMin: 0,
    ages: [24, 610, 570, 0],
  }),
  network({
    network: '203.0.113.9',
    tokens: [1_240, 3],
    ballots: [818, 512],
    refusedPerMin: 0,
    ages: [9, 402, 407, 0],
  }),
  network({ network: '192.0.2.114', tokens: [602, 1], ballots: [431, 240], refusedPerMin: 0, ages: [2, 120, 309, 0] }),
  ...[212, 188, 151, 96, 90, 72, 55, 41, 38].map((ballots, i) =>
    network({
      network: i % 2 === 0 ? `2001:db8:20:${(0x1a0 + i).toString(16)}::/64` : `198.51.100.${40 + i}`,
      tokens: [ballots + 30 + i, i % 3],
      ballots: [ballots, Math.round(ballots * 0.6)],
      refusedPerMin: 0,
      ages: [1, 20, ballots - 21, 0],
    }),
  ),
];

/** One /64 that makes tokens and votes with them at once: 61 % of the run. */
export const ATTACK: readonly NetworkVitals[] = [
  network({
    network: '2001:db8:5bad:cafe::/64',
    tokens: [38_214, 31_760],
    ballots: [37_504, 30_940],
    refusedPerMin: 128_406,
    ages: [37_212, 280, 12, 0],
  }),
  ...CARRIER_NIGHT.slice(0, 11),
];

/** Tokens that were made over days and all vote in the first seconds. */
export const HOARDED: readonly NetworkVitals[] = [
  network({
    network: '192.0.2.77',
    tokens: [9_480, 0],
    ballots: [8_206, 8_206],
    refusedPerMin: 310,
    ages: [0, 2, 1_470, 6_734],
  }),
  ...CARRIER_NIGHT.slice(0, 11),
];

/** The same night on a desk that may not know how many voted. */
export const HIDDEN_COUNT: readonly NetworkVitals[] = ATTACK.map(
  ({ network: name, tokens, tokensPerMin, refusedPerMin }) => ({ network: name, tokens, tokensPerMin, refusedPerMin }),
);

/** What stands beside the result on such a night. */
export function concentratedIn(networks: readonly NetworkVitals[]): Concentration {
  const beyond = networks.filter(({ isBeyond }) => isBeyond);
  return { ballots: beyond.reduce((sum, { ballots }) => sum + (ballots ?? 0), 0), networks: beyond.length, above: 615 };
}
