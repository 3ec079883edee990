/** Listens to the show and plays what is due: once, in one window, unless muted. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import { coreNowMs, type DeskData, type DeskStore } from '../store/desk-store.ts';
import type { PreferencesStore } from '../store/preferences.ts';
import type { SoundTurn } from './sound-turn.ts';
import { type Look, type SoundKind, type SoundMoment, soundMoments, soundsDue } from './sounds-due.ts';
import type { Speaker, SpeakerState } from './speaker.ts';

export interface SoundsData {
  speaker: SpeakerState;
  /** The last sound that this window really started, and when in core time. */
  last: { moment: SoundMoment; playedAtMs: number } | null;
}

export interface Sounds {
  store: StoreApi<SoundsData>;
  /** A click or a key came: browsers let a page be heard from then on. */
  wake(): void;
  /** Lets a sound be heard at once, muted or not, so that one knows it. */
  test(kind: SoundKind): void;
}

export interface SoundsParts {
  desk: DeskStore;
  preferences: PreferencesStore;
  speaker: Speaker;
  turn: SoundTurn;
}

export function createSounds({ desk, preferences, speaker, turn }: SoundsParts): Sounds {
  const store = createStore<SoundsData>(() => ({ speaker: speaker.state(), last: null }));
  const heard = (state: SpeakerState) => {
    store.setState({ speaker: state });
    // A window that can't be heard must not take the turn from one that can.
    if (state === 'ready') turn.ask();
  };
  speaker.onState(heard);
  heard(speaker.state());

  let last: Look | null = null;
  let known: { state: DeskState; moments: readonly SoundMoment[] } | null = null;

  function look(data: DeskData): void {
    turn.beat(data.localNowMs);
    // Without a link nobody knows whether the moment still stands.
    if (data.show === null || data.link.kind !== 'up') return;
    const { state } = data.show;
    if (known?.state !== state) known = { state, moments: soundMoments(state) };
    const now: Look = { nowMs: coreNowMs(data), moments: known.moments };
    const due = soundsDue(last, now);
    last = now;
    const { soundsOn, volume } = preferences.getState();
    if (!soundsOn || !turn.isMine()) return;
    for (const moment of due) {
      if (speaker.play(moment.kind, volume)) store.setState({ last: { moment, playedAtMs: now.nowMs } });
    }
  }
  desk.subscribe(look);

  return {
    store,
    wake: () => speaker.wake(),
    test(kind) {
      speaker.wake();
      speaker.play(kind, preferences.getState().volume);
    },
  };
}

/** Browsers let a page be heard only after a gesture in it; every one counts. */
export function wakeByGestures(page: Window, sounds: Sounds): void {
  for (const gesture of ['pointerdown', 'keydown'] as const) {
    page.addEventListener(gesture, () => sounds.wake(), { capture: true, passive: true });
  }
}
