import { describe, expect, test } from 'vitest';
import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import type { Role } from '../../../shared/protocol/commands.ts';
import { Intake } from '../../../shared/protocol/desk-state.ts';
import { CommandId } from '../../../shared/protocol/ids.ts';
import type { CommandPhase, CommandRecord } from '../store/command-record.ts';
import { slotOf } from '../store/command-record.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, NOW_MS, VITALS } from '../testing/show-fixture.ts';
import { goView } from '../transport/go-view.ts';
import { overriddenBy } from '../words/overridden.ts';
import { actionView, lastRecordOf, pressOf } from './action-view.ts';
import { type ActionId, specOf } from './acts.ts';
import { seenAction } from './alarm-acts.ts';

const ALL: readonly ActionId[] = [
  'go',
  'arm',
  'disarm',
  'skip',
  'close',
  'hold',
  'hold-reason',
  'verify',
  'reveal',
  'recall',
  'minus-30',
  'minus-10',
  'plus-10',
  'plus-30',
  'clear',
  'control',
  'rerun',
  'void',
  'revoke',
  'archive',
  'reveal-answer',
  'recode',
];

function withRecord(moment: Moment, id: ActionId, phase: CommandPhase): Moment {
  const { intent } = specOf(id, moment);
  if (!intent) throw new Error(`${id} has nothing to act on`);
  const record: CommandRecord = {
    id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
    slot: slotOf(intent),
    actionId: id,
    label: 'test',
    intent,
    source: 'button',
    pressedAtMs: NOW_MS,
    phase,
  };
  return { ...moment, commands: { [record.slot]: record } };
}
const accepted = (agoMs: number, revision = 42): CommandPhase => ({
  kind: 'answered',
  atMs: NOW_MS - agoMs,
  outcome: {
    kind: 'accepted',
    answer: { status: 'accepted', revision, atMs: NOW_MS },
    latencyMs: 18,
    settledLater: false,
  },
});

describe('a button and the core agree', () => {
  test.each(Intake.options)(
    'with the cue on air %s, what stands under a blocked button is what the core would say',
    (intake) => {
      for (const selected of [cueId(7), cueId(8), cueId(10), cueId(12)]) {
        const moment = momentWith({
          cues: { [cueId(7)]: { intake } },
          moment: { window: { selected, lane: null, watched: null, holding: null } },
        });
        for (const id of ALL) {
          const { intent } = specOf(id, moment);
          if (!intent) continue;
          const refusal = mayCommand(moment.show, intent, guardContext(moment));
          const view = actionView(id, moment);
          if (refusal) expect(view, id).toMatchObject({ kind: 'blocked', reason: refusal.message });
          else expect(view.kind, id).toBe('ready');
        }
      }
    },
  );

  test('a role that may not is told so under every button but those it may use', () => {
    const moment = momentWith({ moment: { me: { actor: 'Dan', roles: ['director'] } } });
    expect(actionView('arm', moment)).toMatchObject({ kind: 'blocked', say: 'not your role' });
    expect(actionView('clear', moment).kind).toBe('ready');
  });
});

test('without a link every button says so, CLEAR AIR too', () => {
  const moment = momentWith({ moment: { link: { kind: 'silent', sinceMs: 0 } } });
  for (const id of ALL) {
    if (specOf(id, moment).intent) expect(actionView(id, moment).kind, id).toBe('no-link');
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

test('a held button shows what is left, and can’t be pressed a second time', () => {
  const view = actionView(
    'close',
    momentWith({
      moment: {
        window: {
          selected: null,
          lane: null,
          watched: null,
          holding: { actionId: 'close', startedAtMs: NOW_MS - 480, holdMs: 800 },
        },
      },
    }),
  );
  expect(view).toMatchObject({ kind: 'holding', leftMs: 320 });
  expect(pressOf(view)).toBeNull();
});

test('a command that is under way locks its button', () => {
  const moment = withRecord(momentWith({}), 'hold', { kind: 'sending', sinceMs: NOW_MS - 40 });
  expect(actionView('hold', moment)).toMatchObject({ kind: 'sending', say: 'sent, waiting' });
  expect(actionView('hold-reason', moment)).toMatchObject({ kind: 'sending', say: 'waiting' });
});

test('an accepted command stays locked until what it changed is on screen', () => {
  const moment = withRecord(momentWith({}), 'plus-10', accepted(50, 43));
  expect(actionView('plus-10', moment).kind).toBe('sending');
});

test('a double click on REVEAL does not hide again, and neither HOLD nor RESUME undoes itself', () => {
  const revealed = {
    intake: 'verified',
    visibility: { desk: 'counts', audience: 'counts', overlay: 'hidden', api: 'hidden' },
  } as const;
  const moment = withRecord(momentWith({ cues: { [cueId(7)]: { intake: 'verified' } } }), 'reveal', accepted(200));
  const after = { ...momentWith({ cues: { [cueId(7)]: revealed } }), commands: moment.commands };
  expect(actionView('reveal', after)).toMatchObject({ kind: 'confirmed', word: 'HIDE', press: null });

  const held = withRecord(momentWith({}), 'hold', accepted(200));
  const paused = {
    ...momentWith({ cues: { [cueId(7)]: { intake: 'paused', remainingMs: 20_000 } } }),
    commands: held.commands,
  };
  expect(actionView('hold', paused)).toMatchObject({ word: 'RESUME', press: null });
});

test('time may be added again at once', () => {
  expect(pressOf(actionView('plus-10', withRecord(momentWith({}), 'plus-10', accepted(50))))).not.toBeNull();
});

test('a refusal stands in the button with its reason, which may be pressed again', () => {
  const view = actionView(
    'plus-10',
    withRecord(momentWith({}), 'plus-10', {
      kind: 'answered',
      atMs: NOW_MS - 100,
      outcome: {
        kind: 'refused',
        answer: { status: 'refused', code: 'stale-revision', message: 'Changed by Tom W.', serverNowMs: NOW_MS },
        latencyMs: 12,
        settledLater: false,
      },
    }),
  );
  expect(view).toMatchObject({ kind: 'refused', say: 'changed meanwhile', reason: 'Changed by Tom W.' });
  expect(pressOf(view)).not.toBeNull();
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

test('a button shows its last answer, also when the core’s clock was set back since the one before', () => {
  const record = (id: number, intent: CommandIntent, change: Partial<CommandRecord>): CommandRecord => ({
    id: CommandId.parse(`0e4a2f6e-1111-4111-8111-11111111111${id}`),
    ...{ slot: slotOf(intent), actionId: 'hold', label: '', intent, source: 'key' },
    ...{ pressedAtMs: NOW_MS, phase: { kind: 'sending', sinceMs: NOW_MS } },
    ...change,
  });
  const accepted = { kind: 'accepted', answer: { status: 'accepted', revision: 1, atMs: 0 }, latencyMs: 9 } as const;
  const answered = (atMs: number) =>
    ({ kind: 'answered', atMs, outcome: { ...accepted, settledLater: false } }) as const;
  const resume: CommandIntent = { type: 'poll.resume', target: cueId(7) };
  const pause: CommandIntent = { type: 'poll.pause', target: cueId(7), payload: { reason: 'hold' } };
  const commands = {
    older: record(1, resume, { pressedAtMs: NOW_MS + 3_600_000, phase: answered(NOW_MS - 60_000) }),
    newer: record(2, pause, { pressedAtMs: NOW_MS, phase: answered(NOW_MS - 200) }),
  };
  const moment = momentWith({ moment: { commands } });
  expect(lastRecordOf('hold', pause, moment)?.intent.type).toBe('poll.pause');
  expect(actionView('hold', moment).kind).toBe('confirmed');
});

test('an act that is not in the journal is confirmed, and says so', () => {
  const intent: CommandIntent = { type: 'show.clear' };
  const answer = { status: 'accepted', revision: 1, atMs: 0, journaled: false } as const;
  const outcome = { kind: 'accepted', answer, latencyMs: 9, settledLater: false } as const;
  const commands = {
    'show.clear': {
      id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
      ...{ slot: 'show.clear', actionId: 'clear', label: 'CLEAR AIR', intent, source: 'key' as const },
      ...{ pressedAtMs: NOW_MS, phase: { kind: 'answered' as const, atMs: NOW_MS - 100, outcome } },
    },
  };
  const view = actionView('clear', momentWith({ moment: { commands } }));
  expect(view).toMatchObject({ kind: 'confirmed', say: 'not journaled' });
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
