import { beforeEach, expect, test } from 'vitest';
import { createDeskStore, type DeskStore, snapshotCame, socketChanged, ticked } from '../store/desk-store.ts';
import { createPreferences, type PreferencesStore } from '../store/preferences.ts';
import { at, cueId, SHOW } from '../testing/show-fixture.ts';
import { createSounds, type Sounds } from './sounds.ts';
import type { SpeakerState } from './speaker.ts';

/** Cue 7 is on air until 21:15:00. */
const TICK_MS = at(21, 14, 50);

let desk: DeskStore;
let preferences: PreferencesStore;
let played: { kind: string; volume: number }[];
let sounds: Sounds;
let turn: { mine: boolean; asked: number };
let setSpeaker: (state: SpeakerState) => void;

beforeEach(() => {
  desk = createDeskStore();
  const met = snapshotCame(desk.getState(), { revision: 42, serverNowMs: TICK_MS - 900, state: SHOW }, TICK_MS - 900);
  desk.setState(socketChanged(met, { joined: true, attempt: 0, nowMs: TICK_MS - 900 }));
  const stored = new Map<string, string>();
  preferences = createPreferences({
    storage: () => ({ getItem: (k) => stored.get(k) ?? null, setItem: (k, text) => void stored.set(k, text) }),
    onStored: () => undefined,
  });
  played = [];
  turn = { mine: true, asked: 0 };
  let state: SpeakerState = 'ready';
  let heard: (state: SpeakerState) => void = () => undefined;
  setSpeaker = (next) => {
    state = next;
    heard(next);
  };
  sounds = createSounds({
    desk,
    preferences,
    speaker: {
      state: () => state,
      wake: () => undefined,
      onState: (listener) => {
        heard = listener;
      },
      play: (kind, volume) => {
        if (state === 'ready') played.push({ kind, volume });
        return state === 'ready';
      },
    },
    turn: { ask: () => turn.asked++, beat: () => undefined, isMine: () => turn.mine },
  });
});

function tickTo(nowMs: number): void {
  desk.setState((data) => ticked(data, nowMs));
}

test('the tick at T−10 s is heard once, at the volume that was chosen', () => {
  preferences.setState({ volume: 0.3 });
  for (const ms of [-200, -100, 0, 100, 200]) tickTo(TICK_MS + ms);
  expect(played).toEqual([{ kind: 'closing-10', volume: 0.3 }]);
  expect(sounds.store.getState().last).toMatchObject({ moment: { kind: 'closing-10' }, playedAtMs: TICK_MS });
});

test('muted, nothing is heard, and nothing is caught up when the sounds are on again', () => {
  preferences.setState({ soundsOn: false });
  for (const ms of [-100, 0]) tickTo(TICK_MS + ms);
  preferences.setState({ soundsOn: true });
  tickTo(TICK_MS + 100);
  expect(played).toEqual([]);
  expect(sounds.store.getState().last).toBeNull();
});

test('a window that has not the turn is silent', () => {
  turn.mine = false;
  for (const ms of [-100, 0]) tickTo(TICK_MS + ms);
  expect(played).toEqual([]);
});

test('before the first gesture nothing is said to have been heard, and the turn is not asked for', () => {
  setSpeaker('waiting');
  const asked = turn.asked;
  for (const ms of [-100, 0]) tickTo(TICK_MS + ms);
  expect(sounds.store.getState()).toEqual({ speaker: 'waiting', last: null });
  expect(turn.asked).toBe(asked);
  setSpeaker('ready');
  expect(turn.asked).toBe(asked + 1);
});

test('a desk without a link is silent: the run may have been extended without it', () => {
  tickTo(TICK_MS - 100);
  desk.setState((data) => socketChanged(data, { joined: false, attempt: 1, nowMs: TICK_MS - 50 }));
  tickTo(TICK_MS);
  expect(played).toEqual([]);
});

test('a change of the show brings its own moments', () => {
  tickTo(TICK_MS - 200);
  desk.setState((data) => {
    if (data.show === null) throw new Error('no show');
    const { state } = data.show;
    const cues = state.cues.map((c) => (c.id === cueId(7) ? { ...c, closesAtMs: TICK_MS + 20_000 } : c));
    return { ...data, show: { ...data.show, state: { ...state, cues } } };
  });
  for (const ms of [-100, 0, 100]) tickTo(TICK_MS + ms);
  expect(played).toEqual([]);
});
