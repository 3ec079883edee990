import { expect, test } from 'vitest';
import { momentWith } from '../testing/moment-fixture.ts';
import { at, cueId, NOW_MS, T0_MS } from '../testing/show-fixture.ts';
import { type Look, soundMoments, soundsDue } from './sounds-due.ts';

type Changes = Parameters<typeof momentWith>[0];

function look(nowMs: number, changes: Changes = {}): Look {
  return { nowMs, moments: soundMoments(momentWith(changes).show) };
}
const kinds = (last: Look | null, now: Look) => soundsDue(last, now).map(({ kind }) => kind);
const keys = (last: Look | null, now: Look) => soundsDue(last, now).map(({ key }) => key);

/** Cue 7 is on air until 21:15:00. */
const TEN_BEFORE_MS = at(21, 14, 50);

test('ten seconds before the run on air closes there is one tick, and only one', () => {
  expect(kinds(look(TEN_BEFORE_MS - 200), look(TEN_BEFORE_MS - 1))).toEqual([]);
  expect(kinds(look(TEN_BEFORE_MS - 100), look(TEN_BEFORE_MS))).toEqual(['closing-10']);
  expect(kinds(look(TEN_BEFORE_MS), look(TEN_BEFORE_MS + 100))).toEqual([]);
});

test('a run that was extended after its tick ticks again, ten seconds before its new end', () => {
  const extended = { cues: { [cueId(7)]: { closesAtMs: at(21, 15, 10) } } };
  const first = keys(look(TEN_BEFORE_MS - 100), look(TEN_BEFORE_MS));
  expect(kinds(look(TEN_BEFORE_MS + 100), look(TEN_BEFORE_MS + 200, extended))).toEqual([]);
  const again = keys(look(at(21, 14, 59) + 900, extended), look(at(21, 15, 0), extended));
  expect(again).toHaveLength(1);
  expect(again).not.toEqual(first);
});

test('a run that is shortened to its last ten seconds ticks at once', () => {
  const nowMs = NOW_MS + 100;
  const shortened = { cues: { [cueId(7)]: { closesAtMs: nowMs + 9_900 } } };
  expect(kinds(look(NOW_MS), look(nowMs, shortened))).toEqual(['closing-10']);
});

test('a run on hold does not tick, and a poll of ten seconds does not tick as it opens', () => {
  const held = { cues: { [cueId(7)]: { intake: 'paused' as const } } };
  expect(kinds(look(TEN_BEFORE_MS - 100, held), look(TEN_BEFORE_MS, held))).toEqual([]);
  const short = { cues: { [cueId(7)]: { openedAtMs: TEN_BEFORE_MS } } };
  expect(kinds(look(TEN_BEFORE_MS - 100, short), look(TEN_BEFORE_MS, short))).toEqual([]);
});

test('an armed cue of the schedule warns a minute and ten seconds before it is due', () => {
  // Cue 8 is armed for 21:15:30; cue 7 is out of the way.
  const quiet = { cues: { [cueId(7)]: { intake: 'closed' as const } } };
  const dueMs = at(21, 15, 30);
  expect(kinds(look(dueMs - 60_100, quiet), look(dueMs - 60_000, quiet))).toEqual(['due-60']);
  expect(kinds(look(dueMs - 10_100, quiet), look(dueMs - 10_000, quiet))).toEqual(['due-10']);
  const byClock = { cues: { ...quiet.cues, [cueId(8)]: { trigger: { at: new Date(dueMs).toISOString() } } } };
  expect(kinds(look(dueMs - 10_100, byClock), look(dueMs - 10_000, byClock))).toEqual(['due-10']);
});

test('a cue that arms itself at T−60 s is heard though the change comes a little later', () => {
  const dueMs = at(21, 15, 30);
  const unarmed = { cues: { [cueId(7)]: { intake: 'closed' as const }, [cueId(8)]: { intake: 'ready' as const } } };
  const armed = { cues: { [cueId(7)]: { intake: 'closed' as const } } };
  expect(kinds(look(dueMs - 59_800, unarmed), look(dueMs - 59_600, armed))).toEqual(['due-60']);
  expect(kinds(look(dueMs - 50_000, unarmed), look(dueMs - 49_900, armed))).toEqual([]);
});

test('a cue that is fired by hand, or follows another, has no moment of its own', () => {
  const byHand = { cues: { [cueId(8)]: { trigger: { after: cueId(7), on: 'closed' as const } } } };
  expect(look(NOW_MS, byHand).moments.map(({ kind }) => kind)).toEqual(['closing-10']);
});

test('a rehearsal is warned one minute before air, a live show is not', () => {
  const rehearsal = { show: { mode: 'rehearsal' as const, t0Ms: T0_MS } };
  expect(kinds(look(T0_MS - 60_100, rehearsal), look(T0_MS - 60_000, rehearsal))).toContain('air-60');
  expect(kinds(look(T0_MS - 60_100), look(T0_MS - 60_000))).not.toContain('air-60');
});

test('nothing is caught up: not by a window that has just opened, not after the desk was away', () => {
  expect(kinds(null, look(TEN_BEFORE_MS))).toEqual([]);
  expect(kinds(look(TEN_BEFORE_MS - 100), look(TEN_BEFORE_MS + 5_000))).toEqual([]);
});
