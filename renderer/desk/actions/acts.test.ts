import { expect, test } from 'vitest';
import type { CommandType, Role } from '../../../shared/protocol/commands.ts';
import { slotOf } from '../store/command-record.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, NOW_MS, VITALS } from '../testing/show-fixture.ts';
import { goView } from '../transport/go-view.ts';
import { overriddenBy } from '../words/overridden.ts';
import { actionView, pressOf } from './action-view.ts';
import { ACTS } from './acts.ts';
import { seenAction } from './alarm-acts.ts';
import { wordsOf } from './command-words.ts';

test('acts that send the same command speak of it in the same words', () => {
  for (const { sends } of Object.values(ACTS)) {
    for (const [type, words] of Object.entries(sends)) expect(wordsOf(type as CommandType), type).toBe(words);
  }
});

test('CLOSE is held while more than a fifth of the window is left, and then confirms it', () => {
  const early = momentWith({});
  expect(pressOf(actionView('close', early))).toMatchObject({
    gesture: { kind: 'hold', holdMs: 800 },
    intent: { type: 'poll.close', payload: { confirmed: true } },
  });
  const late = pressOf(actionView('close', momentWith({ moment: { nowMs: NOW_MS + 6_000 } })));
  expect(late?.gesture.kind).toBe('tap');
  expect(late?.intent).not.toHaveProperty('payload');
});

/** Cue 8 ready to be armed, with checks that fail. */
function failing(...checks: ('forecast' | 'ledger' | 'storage')[]) {
  const fails = Object.fromEntries(checks.map((check) => [check, { ok: false, text: `${check} is off` }]));
  const preflight = { ...VITALS.preflight, ...fails };
  return momentWith({ cues: { [cueId(8)]: { intake: 'ready' } }, vitals: { preflight } });
}

test('ARM offers to go over forecast and ledger with a reason, and names what it goes over', () => {
  const override = { kind: 'ask', question: { kind: 'reason', act: 'override', cueId: cueId(8) } };
  for (const [moment, say] of [
    [failing('forecast'), 'over capacity: say why'],
    [failing('ledger'), 'ledger not whole: say why'],
    [failing('forecast', 'ledger'), '2 checks fail: say why'],
  ] as const) {
    const view = actionView('arm', moment);
    expect(view).toMatchObject({ kind: 'ready', say, gesture: override });
  }
  expect(actionView('arm', failing('ledger', 'storage'))).toMatchObject({ kind: 'blocked', say: 'storage not ready' });
  expect(
    overriddenBy(failing('forecast', 'ledger').vitals?.preflight ?? null).map(({ name, text }) => [name, text]),
  ).toEqual([
    ['Forecast', 'forecast is off'],
    ['Ledger', 'ledger is off'],
  ]);
});

test('what was armed over a ledger that is not whole is held to fire, and says why', () => {
  const { preflight } = VITALS;
  const moment = momentWith({
    cues: { [cueId(7)]: { intake: 'verified' } },
    vitals: { preflight: { ...preflight, ledger: { ok: false, text: 'lacks 30 ballots' } } },
  });
  expect(pressOf(actionView('go', moment))?.gesture).toEqual({ kind: 'hold', holdMs: 800 });
  expect(goView(moment)).toMatchObject({
    hold: true,
    note: 'The ledger lacks what the journal knows, armed by Mara L.',
  });
});

test('SEEN names one alarm, is for those who run the show, and says when the alarm is gone', () => {
  const alarms = [{ id: 'a', code: 'edge', message: 'Edge e6 died.', atMs: NOW_MS + 3_600_000 }];
  const intent = { type: 'alarm.seen', payload: { id: 'a' } };
  for (const role of ['owner', 'producer', 'director', 'operator'] as const) {
    const moment = momentWith({ vitals: { alarms }, moment: { me: { actor: 'A', roles: [role] } } });
    expect(actionView(seenAction('a'), moment)).toMatchObject({ kind: 'ready', word: 'SEEN', intent });
  }
  const verifier = momentWith({ vitals: { alarms }, moment: { me: { actor: 'V', roles: ['verifier'] } } });
  expect(actionView(seenAction('a'), verifier)).toMatchObject({ kind: 'blocked', say: 'not your role' });
  expect(actionView(seenAction('b'), momentWith({ vitals: { alarms } }))).toMatchObject({ say: 'gone already' });
  expect(slotOf({ type: 'alarm.seen', payload: { id: 'a' } })).not.toBe(
    slotOf({ type: 'alarm.seen', payload: { id: 'b' } }),
  );
});

test('ARM over capacity asks for a reason, and a regulated vote without an identity service is blocked', () => {
  const preflight = { ...(momentWith({}).vitals?.preflight ?? null) };
  const over = momentWith({
    cues: { [cueId(8)]: { intake: 'ready' } },
    vitals: { preflight: { ...preflight, forecast: { ok: false, text: 'Too many.' } } as never },
  });
  expect(pressOf(actionView('arm', over))?.gesture).toEqual({
    kind: 'ask',
    question: { kind: 'reason', act: 'override', cueId: cueId(8) },
  });
  const regulated = momentWith({
    moment: { window: { selected: cueId(10), lane: null, watched: null, holding: null } },
  });
  expect(actionView('arm', regulated)).toMatchObject({ kind: 'blocked', say: 'no identity service' });
});

test('a new rehearsal code is asked about first, and who may not is told why', () => {
  const at = (role: Role) => momentWith({ moment: { me: { actor: role, roles: [role] } } });
  for (const role of ['owner', 'producer', 'operator'] as const) {
    expect(actionView('recode', at(role)), role).toMatchObject({
      kind: 'ready',
      word: 'NEW CODE…',
      intent: { type: 'rehearsal.recode' },
      gesture: { kind: 'ask', question: { kind: 'recode' } },
    });
  }
  for (const role of ['director', 'verifier'] as const) {
    expect(actionView('recode', at(role)), role).toMatchObject({ kind: 'blocked', say: 'not your role' });
  }
  const noLink = momentWith({ moment: { link: { kind: 'down', sinceMs: 0, attempt: 1 } } });
  expect(actionView('recode', noLink)).toMatchObject({ kind: 'no-link' });
});
