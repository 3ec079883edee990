import { beforeEach, describe, expect, it } from 'vitest';
import { stateOf } from './fake-core.test-part.ts';
import { MeasuresInForce } from './measures-in-force.ts';
import { PublicStates } from './public-states.ts';

let states: PublicStates;
/** Calls that wait for what was published before them to be out. */
let waiting: (() => void)[];
let measures: MeasuresInForce;
const SLOW = { t: 'measures', rev: 3, on: ['results-cadence'] } as const;

beforeEach(() => {
  states = new PublicStates();
  waiting = [];
  measures = new MeasuresInForce({ states, onceOut: (done) => waiting.push(done) });
});

const allOut = () => {
  for (const done of waiting.splice(0)) done();
};
const follow = () => measures.follow({ ...SLOW, on: [...SLOW.on] });

describe('a measure', () => {
  it('is in force, and confirmed, only once what it changes has gone out', () => {
    follow();
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([0, false]);
    allOut();
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([3, true]);
    measures.follow({ t: 'measures', rev: 4, on: [] });
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([3, true]);
    allOut();
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([4, false]);
  });

  it('is not confirmed to a core that has not asked for it, and goes on until that one says otherwise', () => {
    follow();
    allOut();
    measures.newCore();
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([0, true]);
    measures.follow({ t: 'measures', rev: 1, on: [] });
    allOut();
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([1, false]);
  });

  it('of a core that has gone meanwhile does not come into force', () => {
    follow();
    measures.newCore();
    allOut();
    expect([measures.rev, measures.isOn('results-cadence')]).toEqual([0, false]);
  });
});

describe('its parameters', () => {
  it('are those of the newest state of each mode', () => {
    const { hints } = stateOf({});
    states.offer(stateOf({ rev: 1, hints: { ...hints, cadenceMs: 1_000, retryAfterMs: 700 } }));
    states.offer(stateOf({ rev: 1, mode: 'rehearsal', hints: { ...hints, cadenceMs: 50, jitterMs: 20 } }));
    states.offer(stateOf({ rev: 2, hints: { ...hints, cadenceMs: 3_000, retryAfterMs: 900 } }));
    expect([measures.cadenceMs('live'), measures.retryAfterMs('live')]).toEqual([3_000, 900]);
    expect([measures.cadenceMs('rehearsal'), measures.jitterMs('rehearsal')]).toEqual([50, 20]);
  });

  it('send a crowd back at times of its own for each, none before the earliest', () => {
    states.offer(stateOf({ hints: { ...stateOf({}).hints, retryAfterMs: 700, jitterMs: 10_000 } }));
    const times = Array.from({ length: 200 }, () => measures.comeBackMs('live'));
    for (const ms of times) expect(Number.isInteger(ms) && ms >= 700 && ms <= 10_700).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(100);
  });

  it('are known before the first state, too: come back after a second', () => {
    expect([measures.retryAfterMs('live'), measures.comeBackMs('live'), measures.jitterMs('live')]).toEqual([
      1_000, 1_000, 0,
    ]);
  });
});
