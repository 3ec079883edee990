import { expect, test } from 'vitest';
import type { SwitchState } from '../../../shared/protocol/desk-state.ts';
import { CommandId } from '../../../shared/protocol/ids.ts';
import type { SwitchVitals } from '../../../shared/protocol/vitals.ts';
import type { CommandPhase } from '../store/command-record.ts';
import { type Changes, momentWith } from '../testing/moment-fixture.ts';
import { at, NOW_MS, SHOW, VITALS } from '../testing/show-fixture.ts';
import { boardView } from './board-view.ts';

const [PINNED] = SHOW.switches;
const [CONFIRMED] = VITALS.switches;
if (!PINNED || !CONFIRMED) throw new Error('the fixture has no switch');

interface Board {
  state: Partial<SwitchState>;
  vitals: Partial<SwitchVitals> | null;
  change: Partial<Changes>;
}
function board({ state = {}, vitals = {}, change = {} }: Partial<Board>) {
  const moment = momentWith(change);
  const switches = [{ ...PINNED, ...state } as SwitchState];
  const heard = vitals === null ? [] : [{ ...CONFIRMED, ...vitals } as SwitchVitals];
  const known = moment.vitals === null ? null : { ...moment.vitals, switches: heard };
  return boardView({ ...moment, show: { ...moment.show, switches }, vitals: known });
}
const row = (at: Partial<Board>) => {
  const [first] = board(at).rows;
  if (!first) throw new Error('no row');
  return first;
};

test('a pinned switch says what it costs, who set it and why, whom it touches and when it reverts', () => {
  const pinned = row({});
  expect(pinned).toMatchObject({
    name: 'Slower results',
    requested: true,
    trigger: 'pinned',
    force: { kind: 'on', edges: '8 of 8' },
    touched: '118,204',
    setBy: 'Jonas P., 21:10:49',
    reason: 'Fan-out rounds near a second',
    revertsIn: '11:12',
    remark: null,
  });
  expect(pinned.notices).not.toBe('');
  expect(pinned.cost).not.toBe('');
  expect(board({}).sum).toBe('1 requested, 1 in force, 0 moving');
});

test('until every living edge has confirmed, a switch is moving and not in force', () => {
  expect(row({ vitals: { confirmed: 6, inForce: false } }).force).toEqual({ kind: 'moving', edges: '6 of 8' });
  expect(board({ vitals: { confirmed: 6 } }).sum).toBe('1 requested, 0 in force, 1 moving');
});

test('vitals from before the change confirm nothing of it', () => {
  const off = row({ state: { position: 'off', requested: false }, vitals: { requested: true, confirmed: 8 } });
  expect(off.force).toEqual({ kind: 'moving', edges: '0 of 8' });
});

test('without figures, or without an edge, nothing is claimed to be in force', () => {
  expect(row({ vitals: null }).force).toEqual({ kind: 'unheard' });
  expect(row({ vitals: { confirmed: 0, edges: 0 } }).force).toEqual({ kind: 'no-edges' });
});

test('a switch that nobody has touched is automatic, with the level that turns it on', () => {
  const { position: _p, setBy: _s, reason: _r, revertsAtMs: _t, ...bare } = PINNED;
  const moment = momentWith({});
  const switches: SwitchState[] = [{ ...bare, position: 'auto', requested: false }];
  const [auto] = boardView({ ...moment, show: { ...moment.show, switches } }).rows;
  expect(auto).toMatchObject({ setBy: 'automatic', reason: '', trigger: 'from level 1', revertsIn: null });
  expect(auto?.positions.find((p) => p.checked)).toMatchObject({ position: 'auto', pressable: false });
});

test('one that went back by itself says so', () => {
  const { reason: _r, revertsAtMs: _t, ...rest } = PINNED;
  const moment = momentWith({});
  const switches: SwitchState[] = [{ ...rest, position: 'auto', requested: false }];
  expect(boardView({ ...moment, show: { ...moment.show, switches } }).rows[0]?.reason).toBe('its time was over');
});

test('a director sees every position and why it can’t be set', () => {
  const seen = row({ change: { moment: { me: { actor: 'Dana K.', roles: ['director'] } } } });
  expect(seen.positions.map((p) => p.pressable)).toEqual([false, false, false]);
  expect(seen.remark).toEqual({ text: 'not your role', warn: false });
  expect(seen.positions.find((p) => p.position === 'off')?.say).toContain('not for your role (director)');
});

test('without a link nothing can be set, and it says so', () => {
  const seen = row({ change: { moment: { link: { kind: 'down', sinceMs: 0, attempt: 1 } } } });
  expect(seen.positions.every((p) => !p.pressable)).toBe(true);
  expect(seen.remark).toEqual({ text: 'no link', warn: true });
});

test('a command under way holds all three positions, and a refusal stands under them', () => {
  const under = (phase: CommandPhase) =>
    row({
      change: {
        moment: {
          commands: {
            'switch.set results-cadence': {
              id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
              slot: 'switch.set results-cadence',
              actionId: 'switch results-cadence off',
              label: 'PIN OFF “Slower results”',
              intent: {
                type: 'switch.set',
                payload: { switch: 'results-cadence', position: 'off', reason: 'a test' },
              },
              source: 'dialog',
              pressedAtMs: at(21, 14, 36),
              phase,
            },
          },
        },
      },
    });
  const sending = under({ kind: 'sending', sinceMs: NOW_MS - 40 });
  expect(sending.remark).toEqual({ text: 'sent, waiting', warn: false });
  expect(sending.positions.some((p) => p.pressable)).toBe(false);
  const answer = { status: 'refused', code: 'role', message: 'no', serverNowMs: NOW_MS } as const;
  const refused = under({
    kind: 'answered',
    atMs: NOW_MS - 100,
    outcome: { kind: 'refused', answer, latencyMs: 3, settledLater: false },
  });
  expect(refused.remark).toEqual({ text: 'refused: not your role', warn: true });
});
