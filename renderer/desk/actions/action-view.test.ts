import { describe, expect, test } from 'vitest';
import { type CommandIntent, mayCommand } from '../../../shared/domain/guards.ts';
import { Intake } from '../../../shared/protocol/desk-state.ts';
import { CommandId } from '../../../shared/protocol/ids.ts';
import type { CommandPhase, CommandRecord } from '../store/command-record.ts';
import { slotOf } from '../store/command-record.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, NOW_MS } from '../testing/show-fixture.ts';
import { actionView, lastRecordOf, pressOf } from './action-view.ts';
import { type ActionId, SINGLE_ACTS, specOf } from './acts.ts';

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
        for (const id of SINGLE_ACTS) {
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
  for (const id of SINGLE_ACTS) {
    if (specOf(id, moment).intent) expect(actionView(id, moment).kind, id).toBe('no-link');
  }
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
