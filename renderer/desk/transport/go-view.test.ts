import { expect, test } from 'vitest';
import { CommandId } from '../../../shared/protocol/ids.ts';
import type { CommandPhase, CommandRecord } from '../store/command-record.ts';
import type { Moment } from '../store/moment.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { at, cueId, NOW_MS } from '../testing/show-fixture.ts';
import { goView, thenCue } from './go-view.ts';

const closed7 = { [cueId(7)]: { intake: 'verified' } } as const;

function sentGo(moment: Moment, phase: CommandPhase): Moment {
  const record: CommandRecord = {
    id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
    slot: `cue.go ${cueId(8)}`,
    actionId: 'go',
    label: 'GO cue 8',
    intent: { type: 'cue.go', target: cueId(8) },
    source: 'key',
    pressedAtMs: NOW_MS,
    phase,
  };
  return { ...moment, commands: { [record.slot]: record } };
}

test('idle: nothing armed, and what to arm', () => {
  const view = goView(momentWith({ cues: { ...closed7, [cueId(8)]: { intake: 'ready' } } }));
  expect(view).toMatchObject({ kind: 'idle', head: 'Nothing armed', title: 'Arm cue 8 to open it' });
});

test('idle with nothing left: an empty rundown says so, a played one where RERUN is', () => {
  const played = momentWith({});
  const empty = { ...played, show: { ...played.show, cues: [] } };
  expect(goView(empty)).toMatchObject({ kind: 'idle', note: 'The rundown is empty' });
  const all = { intake: 'verified' } as const;
  const cues = Object.fromEntries(played.show.cues.map(({ id }) => [id, all]));
  expect(goView(momentWith({ cues }))).toMatchObject({ kind: 'idle', note: expect.stringContaining('RERUN') });
});

test('armed while the air is taken: what it waits for and when that ends', () => {
  const view = goView(momentWith({}));
  expect(view).toMatchObject({ kind: 'wait', head: 'Opens cue 8', note: 'Ready when cue 7 has closed, in 00:23' });
  expect(view.kind === 'wait' && view.share).toBeCloseTo(67 / 90, 5);
});

test('a desk whose role may not fire says so instead of waiting for the air', () => {
  const me = { actor: 'Tom W.', roles: ['director' as const] };
  expect(goView(momentWith({ moment: { me } }))).toMatchObject({
    kind: 'wait',
    note: expect.stringContaining('looks on'),
  });
});

test('closing frees the lane: solid green although the grace still runs', () => {
  expect(goView(momentWith({ cues: { [cueId(7)]: { intake: 'closing' } } }))).toMatchObject({
    kind: 'armed',
    hold: false,
    note: '60 s, to 118,204 viewers',
  });
});

test('within a second of the last GO it says why it waits', () => {
  const view = goView(momentWith({ cues: closed7, show: { lastGoAtMs: NOW_MS - 300 } }));
  expect(view).toMatchObject({ kind: 'wait', note: 'A second has to pass between two GOs.' });
});

test('a regulated vote, or one armed over capacity, is held to fire', () => {
  const regulated = momentWith({
    cues: { ...closed7, [cueId(8)]: { intake: 'ready' }, [cueId(10)]: { intake: 'armed', armedBy: 'Ines D.' } },
  });
  expect(goView(regulated)).toMatchObject({ kind: 'armed', hold: true, note: 'Regulated, armed by Ines D.' });
  const holding = {
    ...regulated,
    window: {
      selected: null,
      lane: null,
      watched: null,
      holding: { actionId: 'go', startedAtMs: NOW_MS - 480, holdMs: 800 },
    },
  };
  const view = goView(holding);
  expect(view).toMatchObject({ kind: 'holding', head: 'Keep holding: 0.3 s' });
  expect(view.kind === 'holding' && view.share).toBeCloseTo(0.6, 5);
});

test('sent: it waits and turns red only on the answer', () => {
  const view = goView(sentGo(momentWith({ cues: closed7 }), { kind: 'sending', sinceMs: NOW_MS - 40 }));
  expect(view).toMatchObject({ kind: 'sent', head: 'Sent 40 ms ago' });
});

test('confirmed: on air, and how long RECALL works; in rehearsal it is not on air', () => {
  const phase: CommandPhase = {
    kind: 'answered',
    atMs: NOW_MS - 1_000,
    outcome: {
      kind: 'accepted',
      answer: { status: 'accepted', revision: 42, atMs: NOW_MS },
      latencyMs: 18,
      settledLater: false,
    },
  };
  const cues = { ...closed7, [cueId(8)]: { intake: 'open', openedAtMs: at(21, 14, 36) } } as const;
  expect(goView(sentGo(momentWith({ cues }), phase))).toMatchObject({
    kind: 'confirmed',
    onAir: true,
    head: 'On air since 21:14:36',
    note: 'RECALL works for 4 s more',
  });
  expect(goView(sentGo(momentWith({ cues, show: { mode: 'rehearsal' } }), phase))).toMatchObject({
    onAir: false,
    head: 'Open since 21:14:36',
  });
});

test('refused: the core’s own sentence', () => {
  const view = goView(
    sentGo(momentWith({ cues: closed7 }), {
      kind: 'answered',
      atMs: NOW_MS - 100,
      outcome: {
        kind: 'refused',
        answer: { status: 'refused', code: 'stale-revision', message: 'Tom W. edited cue 8.', serverNowMs: NOW_MS },
        latencyMs: 9,
        settledLater: false,
      },
    }),
  );
  expect(view).toMatchObject({ kind: 'refused', head: 'Refused: changed meanwhile', note: 'Tom W. edited cue 8.' });
});

test('unknown: the core is asked and nothing is sent again', () => {
  expect(goView(sentGo(momentWith({ cues: closed7 }), { kind: 'unknown', sinceMs: NOW_MS })).kind).toBe('unknown');
});

test('no link: nothing can fire, armed or not', () => {
  const link = { kind: 'down', sinceMs: NOW_MS - 1_400, attempt: 3 } as const;
  expect(goView(momentWith({ moment: { link } }))).toMatchObject({ kind: 'no-link', head: 'No contact for 1.4 s' });
  expect(goView(momentWith({ cues: { [cueId(8)]: { intake: 'ready' } }, moment: { link } })).kind).toBe('no-link');
});

test('then: the cue after the one that GO is about', () => {
  expect(thenCue(momentWith({}))?.id).toBe(cueId(9));
});

test('one viewer is one viewer', () => {
  const ready = { cues: { [cueId(7)]: { intake: 'verified' as const } } };
  expect(goView(momentWith({ ...ready, vitals: { online: 1 } }))).toMatchObject({ note: '60 s, to 1 viewer' });
});

test('who armed it keeps to itself where the name runs from right to left', () => {
  const cues = {
    [cueId(7)]: { intake: 'verified' as const },
    [cueId(8)]: { class: 'regulated' as const, armedBy: 'דנה ל.' },
  };
  expect(goView(momentWith({ cues }))).toMatchObject({ note: 'Regulated, armed by \u2068דנה ל.\u2069' });
});
