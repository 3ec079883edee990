/** A desk that stands still in one scene: everything can be looked at, and nothing reaches a core. */
import { createStore } from 'zustand/vanilla';
import type { Desk } from '../../desk-context.tsx';
import type { HistoryData } from '../../history/history.ts';
import type { SoundsData } from '../../sounds/sounds.ts';
import { createDeskStore } from '../../store/desk-store.ts';
import { createPreferences } from '../../store/preferences.ts';
import { createWindowStore } from '../../store/window-store.ts';
import { sceneBridge } from './scene-bridge.ts';
import { sceneHistory } from './scene-history.ts';
import type { Scene } from './scene-list.ts';
import { sceneLogs } from './scene-logs.ts';

export function sceneDesk(scene: Scene): Desk {
  const store = createDeskStore();
  store.setState(scene.desk);
  const win = createWindowStore();
  win.setState(scene.window);
  return {
    store,
    window: win,
    runner: { press: () => {}, release: () => {}, hold: async () => false, send: async () => null },
    link: {
      start: () => {},
      stop: () => {},
      session: () => null,
      tryNow: () => {},
      renew: () => {},
      emit: () => Promise.reject(new Error('nothing is sent here')),
      record: () => Promise.reject(new Error('nothing is sent here')),
      lookup: async () => null,
    },
    history: {
      store: createStore<HistoryData>(() => sceneHistory(scene.history)),
      start: () => {},
      stop: () => {},
      look: () => {},
      tryAgain: () => {},
    },
    logs: sceneLogs(scene.log),
    preferences: createPreferences({
      storage: () => ({ getItem: () => null, setItem: () => {} }),
      onStored: () => {},
    }),
    sounds: {
      store: createStore<SoundsData>(() => ({ speaker: 'ready', last: null })),
      wake: () => {},
      test: () => {},
    },
    bridge: sceneBridge(scene.log),
  };
}
