import { expect, test } from 'vitest';
import type { DeskState, SwitchId, SwitchState } from '../../../shared/protocol/desk-state.ts';
import type { Sender } from '../commands/send-command.ts';
import { slotOf } from '../store/command-record.ts';
import { createDeskStore, snapshotCame, socketChanged } from '../store/desk-store.ts';
import type { Moment } from '../store/moment.ts';
import { createWindowStore } from '../store/window-store.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { NOW_MS, SHOW } from '../testing/show-fixture.ts';
import { actionView } from './action-view.ts';
import { labelOf } from './command-words.ts';
import { createRunner } from './runner.ts';
import { keepAction, switchAction } from './switch-acts.ts';

function withSwitch(change: Partial<SwitchState>): Moment {
  const moment = momentWith({});
  return { ...moment, show: { ...moment.show, switches: SHOW.switches.map((s) => ({ ...s, ...change })) } };
}

test('pinning asks for its reason and its time first', () => {
  const view = actionView(switchAction('results-cadence', 'off'), withSwitch({ revision: 37 }));
  expect(view).toMatchObject({
    kind: 'ready',
    gesture: { kind: 'ask', question: { kind: 'switch', switchId: 'results-cadence', position: 'off', revision: 37 } },
  });
});

test('back to auto is one press, with its reason given', () => {
  const view = actionView(switchAction('results-cadence', 'auto'), withSwitch({}));
  expect(view).toMatchObject({
    kind: 'ready',
    gesture: { kind: 'tap' },
    intent: { payload: { switch: 'results-cadence', position: 'auto', reason: 'back to automatic' } },
  });
});

test('KEEP adds five minutes to what is left and keeps the pin as it is', () => {
  const view = actionView(keepAction('results-cadence'), withSwitch({ revertsAtMs: NOW_MS + 40_000 }));
  expect(view).toMatchObject({
    kind: 'ready',
    word: 'KEEP 5 min',
    intent: { payload: { position: 'on', revertAfterMs: 340_000 } },
  });
});

test('every press names the revision of the switch that its sender saw', () => {
  for (const id of [keepAction('results-cadence'), switchAction('results-cadence', 'auto'), 'switches-auto'] as const) {
    const view = actionView(id, withSwitch({ revertsAtMs: NOW_MS + 40_000, revision: 37 }));
    expect(view).toMatchObject({ kind: 'ready', intent: { expectedRevision: 37 } });
  }
});

test('all to auto sets back what is pinned, and only that', () => {
  expect(actionView('switches-auto', withSwitch({}))).toMatchObject({
    kind: 'ready',
    say: '1 is pinned',
    intent: { payload: { switch: 'results-cadence', position: 'auto' } },
    gesture: { kind: 'each', others: [] },
  });
  expect(actionView('switches-auto', withSwitch({ position: 'auto' }))).toMatchObject({
    kind: 'blocked',
    reason: 'none is pinned',
  });
});

test('one press for all sends a command for each pinned switch, and none of them waits for another', async () => {
  const desk = createDeskStore();
  const [pinned] = SHOW.switches;
  if (!pinned) throw new Error('the fixture has no switch');
  const state: DeskState = { ...SHOW, switches: [pinned, { ...pinned, id: 'another' as SwitchId }] };
  const met = snapshotCame(desk.getState(), { revision: 42, serverNowMs: NOW_MS, state }, NOW_MS);
  desk.setState({
    ...socketChanged(met, { joined: true, attempt: 0, nowMs: NOW_MS }),
    session: { kind: 'open', me: { actor: 'Mara L.', roles: ['owner'] }, deskUrl: '' },
  });
  const slots: string[] = [];
  const sender: Sender = {
    send: (intent) => {
      slots.push(slotOf(intent));
      return new Promise(() => {});
    },
  };
  createRunner({ desk, window: createWindowStore(), sender, clock: { nowMs: () => NOW_MS } }).press(
    'switches-auto',
    'key',
  );
  expect(slots).toEqual(['switch.set results-cadence', 'switch.set another']);
});

test('the strip names the act and its object', () => {
  const payload = { switch: 'results-cadence', position: 'on', reason: 'a test' } as const;
  expect(labelOf({ type: 'switch.set', payload }, [])).toBe('PIN ON “Slower results”');
  expect(labelOf({ type: 'switch.set', payload: { ...payload, position: 'auto' } }, [])).toBe('AUTO “Slower results”');
});
