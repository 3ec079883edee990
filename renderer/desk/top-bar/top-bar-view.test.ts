import { expect, test } from 'vitest';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, NOW_MS } from '../testing/show-fixture.ts';
import { linkView, otherServer, topBarView } from './top-bar-view.ts';

test('the top bar of the fixture’s moment', () => {
  expect(topBarView(momentWith({}))).toEqual({
    mode: 'live',
    title: 'Saturday Finale',
    sinceStart: 'T+ 1:14:37',
    clock: '21:14:37',
    off: { text: '+0:42', word: 'over' },
    air: {
      kind: 'on-air',
      tag: 'ON AIR',
      cue: 'Cue 7',
      detail: 'single choice, closes 21:15:00',
      text: 'Who sings the final song?',
      left: '00:23',
      unit: 'left',
    },
    online: '118,204',
    queue: { depth: '312', head: 'head 252 ms' },
    level: { number: 1, name: 'Economy', why: 'ack p99 96 ms' },
    control: { name: 'Mara L.', mine: true },
  });
});

test('in rehearsal it is open in rehearsal, and a second lane is named', () => {
  const view = topBarView(momentWith({ show: { mode: 'rehearsal' }, cues: { [cueId(9)]: { intake: 'open' } } }));
  expect(view.air).toMatchObject({
    kind: 'rehearsal',
    tag: 'Open in rehearsal',
    detail: 'single choice, closes 21:15:00, also cue 9',
  });
});

test('a closed poll is not on air', () => {
  expect(topBarView(momentWith({ cues: { [cueId(7)]: { intake: 'closing' } } })).air).toEqual({ kind: 'nothing' });
});

test('the link says its latency while it is up, and its silence while it is not', () => {
  const seen = { rttMs: 14.2, heardAgoMs: 200, localNowMs: NOW_MS };
  expect(linkView({ kind: 'up', sinceMs: 0 }, seen)).toEqual({ kind: 'up', ms: '14', seen: 'seen 0.2 s ago' });
  expect(linkView({ kind: 'silent', sinceMs: 0 }, { ...seen, heardAgoMs: 4_200 })).toEqual({
    kind: 'stale',
    word: 'Silent',
    seen: 'seen 4.2 s ago',
  });
  expect(linkView({ kind: 'down', sinceMs: NOW_MS - 12_000, attempt: 4 }, seen)).toEqual({
    kind: 'stale',
    word: 'No link',
    seen: 'for 12.0 s',
  });
});

test('another machine’s server is named by the page whose link ends there, not by one that has yet to turn to it', () => {
  const [own, other] = ['http://127.0.0.1:4310', 'http://192.0.2.7:4310'];
  const there = { remote: other, lastRemote: other };
  expect(otherServer(other, there)).toBe(other);
  expect(otherServer(null, there)).toBe(other);
  expect(otherServer(own, there)).toBeNull();
  const back = { remote: null, lastRemote: other };
  expect(otherServer(other, back)).toBe(other);
  expect(otherServer(own, back)).toBeNull();
  expect(otherServer(null, back)).toBeNull();
  expect(otherServer(own, { remote: null, lastRemote: null })).toBeNull();
});
