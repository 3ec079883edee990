import { expect, test } from 'vitest';
import { SHOW, VITALS } from '../testing/show-fixture.ts';
import {
  changesCame,
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

test('an alarm that stays in the vitals is told once', () => {
  const alarms = [{ id: 'edge', code: 'edge', message: 'Edge e6 died.', atMs: 5 }];
  const once = vitalsCame(joinedAt(1_000), { ...VITALS, alarms }, 1_100).data;
  const twice = vitalsCame(once, { ...VITALS, alarms }, 1_350).data;
  expect(twice.toasts.map((t) => t.message)).toEqual(['Edge e6 died.']);
});

test('a notice becomes a toast with its level', () => {
  const data = noticeCame(joinedAt(1_000), { code: 'edit', message: 'Text changed.', atMs: 9, level: 'info' }, 1_200);
  expect(data.toasts).toMatchObject([{ level: 'info', message: 'Text changed.', receivedAtMs: 1_200 }]);
});
