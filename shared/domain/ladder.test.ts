import { describe, expect, it, test } from 'vitest';
import { Hints } from '../protocol/audience.ts';
import { SwitchId, type SwitchPosition, SwitchState } from '../protocol/desk-state.ts';
import { CALM_HINTS, hintsFor, measuresOf, requested, SWITCHES, switchSpec, switchStates } from './ladder.ts';
import { FUN } from './testing/sample-cues.test-part.ts';
import { DIRECTOR, OPERATOR, OWNER, PRODUCER, ShowDriver, VERIFIER } from './testing/show-driver.test-part.ts';

const ID = 'results-cadence';
const act = { actor: 'Otto', source: 's', commandId: 'c', atMs: 5 };
const setting = (position: SwitchPosition) => ({
  position,
  reason: 'a test',
  setBy: act,
  revertsAtMs: null,
  revision: 3,
});

describe('the table of switches', () => {
  it('names every switch of the protocol once, and none that its automatic would turn on at the normal level', () => {
    expect(SWITCHES.map(({ id }) => id).toSorted()).toEqual(SwitchId.options.toSorted());
    for (const { id, fromLevel, name, notices, cost } of SWITCHES) {
      expect(switchSpec(id)?.id).toBe(id);
      expect(fromLevel).toBeGreaterThanOrEqual(1);
      for (const words of [name, notices, cost]) expect(words).not.toBe('');
    }
    expect(switchSpec('economy')).toBeNull();
  });

  test.for([
    ['auto', 0, false],
    ['auto', 1, true],
    ['auto', 5, true],
    ['on', 0, true],
    ['on', 5, true],
    ['off', 0, false],
    ['off', 5, false],
  ] as [SwitchPosition, number, boolean][])('slower results on %s at level %s: %s', ([position, level, isOn]) => {
    for (const spec of SWITCHES) expect(requested(spec, setting(position), level)).toBe(isOn);
  });

  it('follows the level where nobody has set anything', () => {
    expect(measuresOf({}, 0)).toEqual({ level: 0, on: [] });
    expect(measuresOf({}, 1)).toEqual({ level: 1, on: [ID] });
  });
});

describe('what viewers are told', () => {
  it('is to ask every second while all is calm, every three with slower results, and nothing else changes', () => {
    expect(hintsFor({ level: 0, on: [] })).toEqual(CALM_HINTS);
    expect(hintsFor({ level: 0, on: [ID] })).toEqual({ ...CALM_HINTS, cadenceMs: 3_000 });
    expect(hintsFor({ level: 1, on: [ID] })).toEqual({ ...CALM_HINTS, level: 1, cadenceMs: 3_000 });
    expect(CALM_HINTS.cadenceMs).toBe(1_000);
    expect(Hints.parse(hintsFor({ level: 5, on: [ID] }))).toEqual(hintsFor({ level: 5, on: [ID] }));
  });
});

describe('the board', () => {
  it('shows a switch that nobody has touched as automatic', () => {
    expect(switchStates({ switches: {}, level: 0 }, [])).toEqual([
      { id: ID, position: 'auto', revision: 0, requested: false, inForce: false },
    ]);
  });

  it('shows who pinned it, why and until when, and calls in force only what is requested', () => {
    const pinned = { [ID]: { ...setting('on'), revertsAtMs: 99 } };
    const [state] = switchStates({ switches: pinned, level: 0 }, [ID]);
    expect(state).toEqual({
      id: ID,
      position: 'on',
      requested: true,
      inForce: true,
      reason: 'a test',
      setBy: act,
      revertsAtMs: 99,
      revision: 3,
    });
    expect(SwitchState.parse(state)).toEqual(state);
    expect(switchStates({ switches: { [ID]: setting('off') }, level: 3 }, [ID])).toMatchObject([
      { position: 'off', requested: false, inForce: false },
    ]);
  });
});

describe('setting a switch', () => {
  const live = () => new ShowDriver([FUN], 'live');
  const set = (position: SwitchPosition, revertAfterMs: number | null, id: string = ID) => ({
    type: 'switch.set' as const,
    payload: { switch: id, position, reason: 'edges are slow', ...(revertAfterMs === null ? {} : { revertAfterMs }) },
  });
  const revertOf = (revertsAtMs: number) =>
    ({ type: 'system.revert', switch: ID, revertsAtMs, reason: 'over' }) as const;

  it('is for operator and owner', () => {
    const show = live();
    for (const person of [OPERATOR, OWNER]) expect(show.may(set('on', null), person)).toBeNull();
    for (const person of [PRODUCER, DIRECTOR, VERIFIER]) {
      expect(show.may(set('on', null), person)).toMatchObject({ code: 'role' });
    }
    expect(show.may(set('on', null, 'economy'), OPERATOR)).toMatchObject({ code: 'unknown-switch' });
  });

  it('pins it until its time is over, which a repeated set renews', () => {
    const show = live();
    show.do(set('on', 60_000), OPERATOR);
    expect(show.state.switches[ID]).toEqual({
      position: 'on',
      reason: 'edges are slow',
      setBy: expect.objectContaining({ actor: 'Otto' }),
      revision: show.state.revision,
      revertsAtMs: show.nowMs + 60_000,
    });
    const first = show.nowMs + 60_000;
    show.pass(50_000);
    show.do(set('on', 60_000), OPERATOR);
    const second = show.nowMs + 60_000;
    show.pass(10_000);
    expect(show.step(revertOf(first))).toMatchObject({ code: 'too-soon', nextAllowedAtMs: second });
    show.pass(50_000);
    expect(show.step(revertOf(second))).toBeNull();
    expect(show.state.switches[ID]).toEqual({
      position: 'auto',
      reason: null,
      setBy: expect.objectContaining({ actor: 'core' }),
      revertsAtMs: null,
      revision: show.state.revision,
    });
    expect(show.step(revertOf(second))).toMatchObject({ code: 'already' });
  });

  it('goes back after as long as was set, whatever the machine’s clock is set to meanwhile', () => {
    for (const byMs of [-600_000, 600_000]) {
      const show = live();
      show.do(set('on', 3_000), OPERATOR);
      const anchor = { bootId: 'boot', coreMs: show.nowMs + byMs, monotonicMs: 5_000, uptimeMs: 5_000 };
      expect(show.step({ type: 'system.clock', byMs, anchor })).toBeNull();
      expect(show.state.clock).toEqual(anchor);
      expect(show.state.switches[ID]?.revertsAtMs).toBe(show.nowMs + 3_000);
    }
  });

  it('stays pinned where no time was named, and has none to go back at on auto', () => {
    const show = live();
    show.do(set('off', null), OPERATOR);
    show.pass(86_400_000);
    expect(show.step(revertOf(0))).toMatchObject({ code: 'already' });
    show.do(set('auto', 60_000), OPERATOR);
    expect(show.state.switches[ID]).toMatchObject({ position: 'auto', revertsAtMs: null });
  });

  it('holds over a change of mode', () => {
    const show = live();
    show.do(set('on', null), OPERATOR);
    show.do({ type: 'show.mode', payload: { mode: 'rehearsal' } }, PRODUCER);
    expect(show.view(['director']).switches).toMatchObject([{ id: ID, position: 'on', requested: true }]);
  });
});

describe('the level', () => {
  const to = (from: number, level: number) => ({ type: 'system.level', from, to: level, cause: 'ack p99' }) as const;

  it('turns what nobody has pinned, in one step and for every desk', () => {
    const show = new ShowDriver([FUN], 'live');
    expect(show.view(['director']).switches).toMatchObject([{ id: ID, position: 'auto', requested: false }]);
    expect(show.step(to(0, 4))).toBeNull();
    expect(show.state.level).toBe(4);
    expect(show.entries.at(-1)?.events).toEqual([{ type: 'level.changed', from: 0, to: 4, cause: 'ack p99' }]);
    expect(show.view(['director']).switches).toMatchObject([{ id: ID, position: 'auto', requested: true }]);
  });

  it('moves from where it is only, and not to where it is', () => {
    const show = new ShowDriver([FUN], 'live');
    show.step(to(0, 2));
    expect(show.step(to(0, 1))).toMatchObject({ code: 'stale-revision' });
    expect(show.step(to(1, 2))).toMatchObject({ code: 'already' });
    expect(show.step(to(2, 1))).toBeNull();
    expect(show.state.level).toBe(1);
  });

  it('holds over a change of mode and CLEAR AIR', () => {
    const show = new ShowDriver([FUN], 'live');
    show.step(to(0, 3));
    show.do({ type: 'show.mode', payload: { mode: 'rehearsal' } }, PRODUCER);
    show.do({ type: 'show.clear' }, OPERATOR);
    expect(show.state.level).toBe(3);
  });
});
