import { describe, expect, it } from 'vitest';
import { networkOf } from '../process/network.ts';
import { AckTimes } from './ack-times.ts';
import { EDGE_LIMITS } from './limits.ts';
import { PingWheel, type Spoke } from './ping-wheel.ts';
import { PollCensus } from './poll-census.ts';

describe('the times to an answer', () => {
  it('are the percentiles of the last seconds, and nothing when nothing was answered', () => {
    const times = new AckTimes();
    expect(times.summary(0)).toEqual({ p50Ms: 0, p99Ms: 0 });
    for (let ms = 1; ms <= 100; ms += 1) times.note(0, ms);
    expect(times.summary(1_000)).toEqual({ p50Ms: 50, p99Ms: 99 });
    expect(times.summary(6_000)).toEqual({ p50Ms: 0, p99Ms: 0 });
  });
});

describe('the census of polling viewers', () => {
  it('counts a phone once however often it asks, and forgets it when it stops', () => {
    const census = new PollCensus();
    const seen = { cadenceMs: 1_000 };
    for (let nowMs = 0; nowMs < 9_000; nowMs += 1_000) census.note({ ...seen, network: '1.2.3.4', nowMs });
    census.note({ ...seen, network: '1.2.3.5', nowMs: 9_000 });
    expect(census.count(9_000)).toBe(2);
    expect(census.count(10_000)).toBe(2);
    expect(census.count(40_000)).toBe(0);
  });

  it('goes by the rate where many share an address, up to as many as have joined from there', () => {
    const census = new PollCensus();
    for (let viewer = 0; viewer < 150; viewer += 1) census.joined(networkOf('1.2.3.4'));
    for (let nowMs = 0; nowMs < 10_000; nowMs += 10) census.note({ network: '1.2.3.4', cadenceMs: 1_200, nowMs });
    // 1,000 requests in ten seconds at one every 1.2 seconds each.
    expect(census.count(9_999)).toBe(120);
    for (let nowMs = 10_000; nowMs < 20_000; nowMs += 2) census.note({ network: '1.2.3.4', cadenceMs: 1_200, nowMs });
    expect(census.count(19_999)).toBe(150);
    expect(census.joins).toBe(150);
  });

  it('does not take a laptop that asks ten thousand times a second for a crowd', () => {
    const census = new PollCensus();
    for (let asked = 0; asked < 100_000; asked += 1) {
      census.note({ network: '1.2.3.4', cadenceMs: 3_000, nowMs: asked / 10 });
    }
    expect(census.count(10_000)).toBe(100);
  });

  it('does not count a crowd anew because it was told to ask less often', () => {
    const census = new PollCensus();
    const network = '1.2.3.4';
    for (let nowMs = 0; nowMs < 5_000; nowMs += 20) census.note({ network, cadenceMs: 1_000, nowMs });
    for (let nowMs = 5_000; nowMs < 10_000; nowMs += 60) census.note({ network, cadenceMs: 3_000, nowMs });
    expect(census.count(9_999)).toBe(50);
  });
});

describe('the ping wheel', () => {
  it('visits each connection once per round, a burst of them spread over the round', () => {
    const wheel = new PingWheel<Spoke & { visits: number }>(20);
    const items = Array.from({ length: 200 }, () => ({ slot: 0, seenAtTurn: 0, visits: 0 }));
    for (const item of items) wheel.add(item);
    const sizes: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const due = [...wheel.turn()];
      sizes.push(due.length);
      for (const item of due) item.visits += 1;
    }
    expect(items.every((item) => item.visits === 1)).toBe(true);
    expect(new Set(sizes)).toEqual(new Set([10]));
    for (const item of items) wheel.delete(item);
    for (let turn = 0; turn < 20; turn += 1) expect([...wheel.turn()]).toEqual([]);
  });

  it('visits every stream within the 25 s that clients are told, also when its turns come late by a tenth', () => {
    const wheel = new PingWheel<Spoke>(EDGE_LIMITS.heartbeatEveryMs);
    const item = { slot: 0, seenAtTurn: 0 };
    wheel.add(item);
    const visits: number[] = [];
    for (let turn = 1; turn <= 200; turn += 1) if ([...wheel.turn()].includes(item)) visits.push(turn);
    expect(visits.length).toBeGreaterThan(1);
    const longest = Math.max(...visits.map((turn, i) => turn - (visits[i - 1] ?? 0)));
    expect(longest * wheel.turnMs * 1.1).toBeLessThanOrEqual(25_000);
  });

  it('finds within 60 s who falls silent, at whatever moment that is, and nobody who is silent for less than 50 s', () => {
    const { pingEveryMs, deadAfterMs } = EDGE_LIMITS;
    const foundAfterMs: number[] = [];
    // Each slot's round begins at another turn, so all moments of a round are met.
    for (let lastTurn = 1; lastTurn <= 20; lastTurn += 1) {
      const wheel = new PingWheel<Spoke>(pingEveryMs);
      const items = Array.from({ length: 20 }, () => ({ slot: 0, seenAtTurn: 0 }));
      for (const item of items) wheel.add(item);
      while (wheel.turns < lastTurn) wheel.turn();
      for (const item of items) wheel.saw(item);
      while (foundAfterMs.length < lastTurn * items.length && wheel.turns < lastTurn + 100) {
        wheel.turn();
        for (const item of wheel.looked()) {
          if (wheel.sinceMs(item.seenAtTurn) < deadAfterMs) continue;
          wheel.delete(item);
          foundAfterMs.push((wheel.turns - lastTurn) * wheel.turnMs);
        }
      }
    }
    expect(foundAfterMs).toHaveLength(400);
    // The last word may have come just before the next turn.
    expect(Math.min(...foundAfterMs) - pingEveryMs / 20).toBeGreaterThanOrEqual(50_000);
    // A busy process turns late; a tenth of it is room for that.
    expect(Math.max(...foundAfterMs) * 1.1).toBeLessThanOrEqual(60_000);
  });
});
