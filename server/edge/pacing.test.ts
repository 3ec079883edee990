/** When which viewer gets which state, with a clock of the test's own. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mode } from '../../shared/protocol/ids.ts';
import { stateOf } from './fake-core.test-part.ts';
import { type Crowd, FanOut } from './fan-out.ts';
import { MeasuresInForce } from './measures-in-force.ts';
import { type HeldState, PublicStates } from './public-states.ts';
import { Roster, type Seated } from './roster.ts';

interface FakeViewer extends Seated {
  seen: number[];
  /** When each of them came. */
  atMs: number[];
}

/** Viewers that only remember; `writeMs`: what a write takes of the clock. */
class FakeCrowd implements Crowd {
  readonly roster = new Roster<FakeViewer>();
  writeMs = 0;

  constructor(size: number) {
    for (let i = 0; i < size; i += 1) this.join(0);
  }
  join(seq: number): void {
    this.roster.add({ place: -1, seen: [seq], atMs: [nowMs] });
  }
  size(mode: Mode): number {
    return mode === 'live' ? this.roster.size : 0;
  }
  visit(held: HeldState, count: number): void {
    for (let i = 0; i < count; i += 1) this.#send(this.roster.next(), held);
  }
  broadcast(held: HeldState): void {
    for (const viewer of this.roster) this.#send(viewer, held);
  }
  have(seq: number): number {
    return [...this.roster].filter(({ seen }) => seen.at(-1) === seq).length;
  }
  #send(viewer: FakeViewer | null, held: HeldState): void {
    if (viewer === null || (viewer.seen.at(-1) ?? 0) >= held.seq) return;
    viewer.seen.push(held.seq);
    viewer.atMs.push(nowMs);
    nowMs += this.writeMs;
  }
}

/** Big enough for a round to take its time. */
const MANY = 15_000;
const CADENCE_MS = 1_000;
let nowMs = 0;
let states: PublicStates;
let rev = 0;

/** The next state, held. */
function next(cadenceMs = CADENCE_MS): HeldState {
  rev += 1;
  const hints = { level: 0, cadenceMs, jitterMs: 0, retryAfterMs: 100, transport: 'ws' as const };
  const held = states.offer(stateOf({ rev, hints }));
  if (held === null) throw new Error('the state was not newer');
  return held;
}

/** Lets time pass, with every timer that falls due in it. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1) {
    nowMs += 1;
    vi.advanceTimersByTime(1);
  }
}

function fanOutTo(...crowds: FakeCrowd[]): FanOut {
  return new FanOut({ crowds, measures: new MeasuresInForce({ states, onceOut: () => {} }), monotonicMs: () => nowMs });
}

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  rev = 0;
  states = new PublicStates();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a small crowd', () => {
  it('gets a state in one go', () => {
    const crowd = new FakeCrowd(100);
    fanOutTo(crowd).publish(next(), false);
    expect(crowd.have(1)).toBe(100);
  });

  it('gets the next one a cadence later, and of all that came meanwhile only the last', () => {
    const crowd = new FakeCrowd(100);
    const fanOut = fanOutTo(crowd);
    for (let i = 0; i < 50; i += 1) fanOut.publish(next(), false);
    pass(CADENCE_MS - 1);
    expect(crowd.have(1)).toBe(100);
    pass(1);
    expect(crowd.have(50)).toBe(100);
    expect([...crowd.roster][0]?.seen).toEqual([0, 1, 50]);
  });

  it('gets it sooner once a state asks for a shorter cadence', () => {
    const crowd = new FakeCrowd(100);
    const fanOut = fanOutTo(crowd);
    fanOut.publish(next(60_000), false);
    fanOut.publish(next(60_000), false);
    fanOut.publish(next(10), false);
    pass(10);
    expect(crowd.have(3)).toBe(100);
  });
});

describe('a large crowd', () => {
  it('gets results bit by bit, each transport alike, and all of them before the next are due', () => {
    const crowds = [new FakeCrowd(MANY), new FakeCrowd(MANY / 10)];
    fanOutTo(...crowds).publish(next(), false);
    const shares = () => crowds.map((crowd) => crowd.have(1) / crowd.roster.size);
    for (const share of shares()) expect(share).toBeLessThan(0.05);
    pass(400);
    for (const share of shares()) expect(share).toBeGreaterThan(0.4);
    for (const share of shares()) expect(share).toBeLessThan(0.6);
    pass(CADENCE_MS - 400);
    expect(shares()).toEqual([1, 1]);
  });

  it('gets what is due by the time that has passed, however rarely there is a turn', () => {
    const crowd = new FakeCrowd(MANY);
    fanOutTo(crowd).publish(next(), false);
    // The process had other things to do for half of the round.
    nowMs += 400;
    vi.advanceTimersByTime(5);
    expect(crowd.have(1)).toBeGreaterThan(MANY * 0.45);
  });

  it('gets a change of phase first and faster, in the middle of a round too', () => {
    const crowd = new FakeCrowd(MANY);
    const fanOut = fanOutTo(crowd);
    fanOut.publish(next(), false);
    pass(300);
    fanOut.publish(next(), true);
    pass(400);
    expect(crowd.have(2)).toBe(MANY);
    // Those whom the round had not come to were not kept waiting with the old one.
    expect([...crowd.roster].filter(({ seen }) => !seen.includes(1)).length).toBeGreaterThan(MANY / 2);
  });

  it('gets the newest where the round comes later, and nobody misses the last one', () => {
    const crowd = new FakeCrowd(MANY);
    const fanOut = fanOutTo(crowd);
    fanOut.publish(next(), false);
    pass(400);
    fanOut.publish(next(), false);
    pass(500);
    expect(crowd.have(2)).toBeGreaterThan(MANY * 0.4);
    expect(crowd.have(2)).toBeLessThan(MANY * 0.6);
    pass(1_500);
    expect(crowd.have(2)).toBe(MANY);
  });

  it('gets results less often where writing takes too long, and at the latest after two cadences', () => {
    const crowd = new FakeCrowd(MANY);
    crowd.writeMs = 0.03;
    const fanOut = fanOutTo(crowd);
    for (let i = 0; i < 80; i += 1) {
      fanOut.publish(next(), false);
      pass(100);
    }
    // The first rounds are where it learns what a write costs.
    const times = [...crowd.roster][0]?.atMs.slice(3) ?? [];
    const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0));
    expect(gaps.length).toBeGreaterThan(1);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThan(CADENCE_MS * 1.5);
      expect(gap).toBeLessThan(CADENCE_MS * 2.5);
    }
  });

  it('is served to the end whoever leaves and joins meanwhile, and never goes back', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            publish: fc.constantFrom('results', 'phase', null),
            leave: fc.array(fc.nat(), { maxLength: 400 }),
            join: fc.nat(200),
            ms: fc.nat(300),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        (steps) => {
          states = new PublicStates();
          rev = 0;
          const crowd = new FakeCrowd(5_000);
          const fanOut = fanOutTo(crowd);
          let last = 0;
          for (const { publish, leave, join, ms } of steps) {
            if (publish !== null) {
              const held = next(100);
              last = held.seq;
              fanOut.publish(held, publish === 'phase');
            }
            for (const n of leave) {
              const all = [...crowd.roster];
              const who = all[n % all.length];
              if (who !== undefined) crowd.roster.delete(who);
            }
            for (let i = 0; i < join; i += 1) crowd.join(last);
            pass(ms);
          }
          pass(2_000);
          expect(crowd.have(last)).toBe(crowd.roster.size);
          for (const { seen } of crowd.roster) expect(seen).toEqual([...seen].sort((a, b) => a - b));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('what has to be out before something else is said', () => {
  it('is said to be out when the round is over, and what waits does not wait on', () => {
    const crowd = new FakeCrowd(MANY);
    const fanOut = fanOutTo(crowd);
    const out = vi.fn();
    fanOut.onceOut(out);
    expect(out).toHaveBeenCalledTimes(1);
    fanOut.publish(next(60_000), false);
    pass(2_000);
    fanOut.publish(next(60_000), false);
    fanOut.onceOut(out);
    expect(out).toHaveBeenCalledTimes(1);
    pass(500);
    expect(crowd.have(2)).toBe(MANY);
    expect(out).toHaveBeenCalledTimes(2);
  });

  it('is what had been published by then: what a round did not begin with goes out in the next, and later ones are not waited for', () => {
    const crowd = new FakeCrowd(MANY);
    const fanOut = fanOutTo(crowd);
    const out = vi.fn();
    fanOut.publish(next(60_000), false);
    pass(300);
    const asked = next(60_000);
    fanOut.publish(asked, false);
    fanOut.onceOut(() => {
      for (const { seen } of crowd.roster) expect(seen.at(-1)).toBeGreaterThanOrEqual(asked.seq);
      out();
    });
    // Something new all the while, faster than a round.
    for (let i = 0; i < 20; i += 1) {
      pass(100);
      fanOut.publish(next(60_000), false);
    }
    expect(out).toHaveBeenCalledTimes(1);
  });

  it('goes out at once before a goodbye, and only once', () => {
    const crowd = new FakeCrowd(MANY);
    const fanOut = fanOutTo(crowd);
    fanOut.publish(next(60_000), false);
    fanOut.flush();
    expect(crowd.have(1)).toBe(MANY);
    fanOut.publish(next(60_000), false);
    fanOut.flush();
    expect(crowd.have(2)).toBe(MANY);
    pass(3_000);
    for (const { seen } of crowd.roster) expect(seen).toEqual([0, 1, 2]);
  });
});
