import { expect, test } from 'vitest';
import type { ShowHead } from '../../../shared/protocol/desk-state.ts';
import { CommandId } from '../../../shared/protocol/ids.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { SHOW, VITALS } from '../testing/show-fixture.ts';
import { type CommandRecord, isUnjournaled } from './command-record.ts';
import {
  changesCame,
  commandStarted,
  type DeskData,
  EMPTY_DESK,
  noticeCame,
  snapshotCame,
  socketChanged,
  ticked,
  vitalsCame,
} from './desk-store.ts';

const SNAPSHOT = { revision: SHOW.revision, serverNowMs: SHOW.serverNowMs, state: SHOW };

function joinedAt(nowMs: number): DeskData {
  const met = snapshotCame(EMPTY_DESK, SNAPSHOT, nowMs);
  return socketChanged(met, { joined: true, attempt: 0, nowMs });
}

test('a desk that hears nothing for nearly 2 s has no link, and has one again with the next vitals', () => {
  const up = joinedAt(1_000);
  expect(up.link.kind).toBe('up');
  expect(ticked(up, 2_700).link.kind).toBe('up');
  const silent = ticked(up, 2_800);
  expect(silent.link).toEqual({ kind: 'silent', sinceMs: 1_000 });
  expect(vitalsCame(silent, VITALS, 3_200).data.link.kind).toBe('up');
});

test('a reconnected socket is no link until its snapshot is there', () => {
  const down = socketChanged(joinedAt(1_000), { joined: false, attempt: 1, nowMs: 1_500 });
  expect(down.link).toEqual({ kind: 'down', sinceMs: 1_500, attempt: 1 });
  expect(ticked(down, 9_000).link.kind).toBe('down');
});

test('a gap leaves the state as it was and asks for the whole', () => {
  const { data, gap } = changesCame(joinedAt(1_000), { revision: 50, changes: [] }, 1_100);
  expect(gap).toBe(true);
  expect(data.show?.state).toBe(SHOW);
});

test('vitals that are ahead twice show a lost change; once may be overtaking', () => {
  const ahead = { ...VITALS, revision: SHOW.revision + 1 };
  const first = vitalsCame(joinedAt(1_000), ahead, 1_100);
  expect(first.gap).toBe(false);
  expect(vitalsCame(first.data, ahead, 1_350).gap).toBe(true);
});

const alarm = (id: string, atMs = 5) => ({ id, code: 'edge', message: `Alarm ${id}.`, atMs });
const hears = (data: DeskData, alarms: Vitals['alarms'], nowMs: number) =>
  vitalsCame(data, { ...VITALS, alarms }, nowMs).data;
const told = (data: DeskData) => data.toasts.map(({ message }) => message);

test('an alarm that stands is told once, also over a resync and a link that was lost', () => {
  const once = hears(joinedAt(1_000), [alarm('a')], 1_100);
  const twice = hears(once, [alarm('a')], 1_350);
  expect(told(twice)).toEqual(['Alarm a.']);
  const away = socketChanged({ ...twice, toasts: [] }, { joined: false, attempt: 1, nowMs: 2_000 });
  const back = socketChanged(snapshotCame(away, SNAPSHOT, 9_000), { joined: true, attempt: 0, nowMs: 9_000 });
  expect(told(hears(back, [alarm('a')], 9_100))).toEqual([]);
});

test('two alarms with one code are two, and one that is raised again after it was seen is told again', () => {
  const both = hears(joinedAt(1_000), [alarm('a'), alarm('b')], 1_100);
  expect(told(both)).toEqual(['Alarm a.', 'Alarm b.']);
  const again = hears(hears(both, [alarm('b')], 1_350), [alarm('a', 9), alarm('b')], 1_600);
  expect(told(again)).toEqual(['Alarm b.', 'Alarm a.']);
});

test('an alarm that somebody has seen is no longer told on any desk', () => {
  const both = hears(joinedAt(1_000), [alarm('a'), alarm('b')], 1_100);
  const notice = noticeCame(both, { code: 'edit', message: 'Text changed.', atMs: 9, level: 'info' }, 1_200);
  expect(told(hears(notice, [alarm('b')], 1_350))).toEqual(['Alarm b.', 'Text changed.']);
  expect(told(hears(notice, [], 1_350))).toEqual(['Text changed.']);
});

test('many other notices do not make a standing alarm new', () => {
  let data = hears(joinedAt(1_000), [alarm('a')], 1_100);
  for (let n = 0; n < 30; n++) {
    data = noticeCame(data, { code: `edit ${n}`, message: `Edit ${n}.`, atMs: 9, level: 'info' }, 1_200);
  }
  expect(told(hears(data, [alarm('a')], 1_350))).not.toContain('Alarm a.');
});

const CLEARED: CommandRecord = {
  id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
  ...{ slot: 'show.clear', actionId: 'clear', label: 'CLEAR AIR', intent: { type: 'show.clear' }, source: 'key' },
  pressedAtMs: 1_100,
  phase: {
    kind: 'answered',
    atMs: 1_200,
    outcome: {
      kind: 'accepted',
      answer: { status: 'accepted', revision: SHOW.revision, atMs: 1, journaled: false },
      ...{ latencyMs: 9, settledLater: false },
    },
  },
};
const missing = ({ commands }: DeskData) =>
  Object.values(commands).some(({ phase }) => phase.kind === 'answered' && isUnjournaled(phase.outcome));
const withHead = (data: DeskData, show: Partial<ShowHead>, nowMs: number) =>
  changesCame(
    data,
    { revision: SHOW.revision, changes: [{ kind: 'show', id: 'head', value: { ...SHOW.show, ...show } }] },
    nowMs,
  ).data;

test('a command that is not in the journal stays marked until the show says that the journal has everything', () => {
  const cleared = withHead(commandStarted(joinedAt(1_000), CLEARED), { unjournaled: 1 }, 1_250);
  const waiting = hears(cleared, [], 60_000);
  expect(missing(waiting)).toBe(true);
  expect(missing(hears(withHead(waiting, {}, 60_100), [], 60_250))).toBe(false);
});

test('an answer that overtakes the word of its own act is marked all the same', () => {
  const early = hears(commandStarted(joinedAt(1_000), CLEARED), [], 1_300);
  expect(missing(early)).toBe(true);
  expect(missing(hears(early, [], 3_300))).toBe(false);
});

test('a notice becomes a toast with its level', () => {
  const data = noticeCame(joinedAt(1_000), { code: 'edit', message: 'Text changed.', atMs: 9, level: 'info' }, 1_200);
  expect(data.toasts).toMatchObject([{ level: 'info', message: 'Text changed.', receivedAtMs: 1_200 }]);
});
