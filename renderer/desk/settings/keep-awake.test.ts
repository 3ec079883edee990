import { expect, test } from 'vitest';
import { createDeskStore } from '../store/desk-store.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { CUES, NOW_MS } from '../testing/show-fixture.ts';
import { awakeReason, followShow } from './keep-awake.ts';

const rehearsing = { mode: 'rehearsal' } as const;
const calm = Object.fromEntries(CUES.map(({ id }) => [id, { intake: 'ready' }] as const));

test('a live show keeps the display on, whether anything is armed or not', () => {
  expect(awakeReason(momentWith({ cues: calm }).show)).toBe('live');
});

test('a rehearsal does so only while something is armed or on air', () => {
  expect(awakeReason(momentWith({ show: rehearsing }).show)).toBe('busy');
  expect(awakeReason(momentWith({ show: rehearsing, cues: calm }).show)).toBeNull();
});

test('it is said once a change, and not taken back when the link is lost', () => {
  const said: boolean[] = [];
  const desk = createDeskStore();
  followShow(desk, (awake) => said.push(awake));
  expect(said).toEqual([]);
  const show = (state: ReturnType<typeof momentWith>['show']) =>
    desk.setState({ show: { state, receivedAtMs: NOW_MS } });
  show(momentWith({}).show);
  show(momentWith({ cues: calm }).show);
  desk.setState({ link: { kind: 'down', sinceMs: NOW_MS, attempt: 1 } });
  expect(said).toEqual([true]);
  show(momentWith({ show: rehearsing, cues: calm }).show);
  expect(said).toEqual([true, false]);
});
