import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { ToldNetworks } from '../ballotbox/ballot-box.ts';
import { NetworkWatch } from './network-watch.ts';

const at = monotonicMs;
const made = (network: string, amount: number) => ({
  spent: { arrivals: [[network, amount]] as [string, number][] },
  refused: [],
});
const turnedAway = (network: string) => ({ spent: {}, refused: [[network, 3]] as [string, number][] });
const ages = { minute: 5, hour: 0, day: 0, older: 0 };
const told: ToldNetworks = {
  at: at(0),
  concentrated: null,
  top: [
    { network: 'few-tokens', ballots: 60, perMin: 6, ages, isBeyond: false },
    { network: 'unheard', ballots: 40, perMin: 4, ages: null, isBeyond: false },
  ],
};

describe('the networks that stand out', () => {
  it('are those with most ballots and then most tokens, with what came of each within a minute', () => {
    const watch = new NetworkWatch(() => {});
    watch.heard(made('many-tokens', 500), at(0));
    watch.heard(made('few-tokens', 10), at(0));
    watch.heard(made('many-tokens', 100), at(50_000));
    watch.heard(turnedAway('many-tokens'), at(50_000));
    expect(watch.list({ told, total: 300, now: at(1_000) })).toEqual([
      {
        ...{ network: 'few-tokens', tokens: 10, tokensPerMin: 610 - 600, refusedPerMin: 0 },
        ...{ ballots: 60, ballotsPerMin: 6, share: 0.2, ages, isBeyond: false },
      },
      {
        ...{ network: 'unheard', tokens: 0, tokensPerMin: 0, refusedPerMin: 0 },
        ...{ ballots: 40, ballotsPerMin: 4, share: 0.133, isBeyond: false },
      },
      { network: 'many-tokens', tokens: 600, tokensPerMin: 600, refusedPerMin: 3 },
    ]);
    const [first, , third] = watch.list({ told, total: 300, now: at(90_000) });
    expect(first).toMatchObject({ tokensPerMin: 0, ballots: 60, ballotsPerMin: 0 });
    expect(third).toMatchObject({ tokens: 600, tokensPerMin: 100, refusedPerMin: 3 });
  });

  it('are told without ballots, and not in their order, to whom they would tell how many have voted', () => {
    const watch = new NetworkWatch(() => {});
    watch.heard(made('few-tokens', 10), at(0));
    watch.heard(made('many-tokens', 500), at(0));
    expect(watch.list({ told: null, total: 0, now: at(0) })).toEqual([
      { network: 'many-tokens', tokens: 500, tokensPerMin: 500, refusedPerMin: 0 },
      { network: 'few-tokens', tokens: 10, tokensPerMin: 10, refusedPerMin: 0 },
    ]);
  });

  it('are twelve at most, of ten thousand that are remembered', () => {
    const watch = new NetworkWatch(() => {});
    watch.heard(made('the first', 1_000_000), at(0));
    for (let i = 1; i <= 10_000; i += 1) watch.heard(made(`n${i}`, i), at(i));
    const list = watch.list({ told: null, total: 0, now: at(20_000) });
    expect(list.map(({ network }) => network)).toEqual(Array.from({ length: 12 }, (_, i) => `n${10_000 - i}`));
  });
});

it('raises an alarm once for a network whose limit turns people away, three within ten minutes, and names none of them', () => {
  const said: string[] = [];
  const watch = new NetworkWatch((code, message) => said.push(`${code} ${message}`));
  for (let i = 0; i < 5; i += 1) watch.heard(turnedAway('203.0.113.7'), at(i * 1_000));
  expect(said).toHaveLength(1);
  for (let i = 0; i < 20; i += 1) watch.heard(turnedAway(`203.0.113.${i}`), at(10_000));
  expect(said).toHaveLength(3);
  watch.heard(turnedAway('198.51.100.1'), at(700_000));
  expect(said).toHaveLength(4);
  expect(said.filter((words) => !words.startsWith('network-limit ') || words.includes('203.0'))).toEqual([]);
});
