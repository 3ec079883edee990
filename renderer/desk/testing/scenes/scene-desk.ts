/** A desk that stands still in one scene: everything can be looked at, and nothing reaches a core. Alarms alone go when they are seen. */
import { createStore } from 'zustand/vanilla';
import { type AlarmActionId, isAlarmAction, seenAction } from '../../actions/alarm-acts.ts';
import type { SoundsData } from '../../audio/sounds.ts';
import type { Desk } from '../../context/desk-context.tsx';
import type { HistoryData } from '../../history/history.ts';
import { createDeskStore, type DeskData } from '../../store/desk-store.ts';
import { createPreferences } from '../../store/preferences.ts';
import { createWindowStore } from '../../store/window-store.ts';
import { sceneBridge } from './scene-bridge.ts';
import { sceneHistory } from './scene-history.ts';
import type { Scene } from './scene-list.ts';
import { sceneLogs } from './scene-logs.ts';

type Heard = NonNullable<DeskData['vitals']>;

/** As the next vitals of a core would be. */
const withoutAlarm = (vitals: Heard, id: AlarmActionId): Heard => ({
  ...vitals,
  value: { ...vitals.value, alarms: vitals.value.alarms.filter((alarm) => seenAction(alarm.id) !== id) },
});

export function sceneDesk(scene: Scene): Desk {
  const store = createDeskStore();
  store.setState(scene.desk);
  const win = createWindowStore();
  win.setState(scene.window);
  return {
    store,
    window: win,
    runner: {
      press: (id) => {
        if (isAlarmAction(id)) store.setState(({ vitals }) => ({ vitals: vitals && withoutAlarm(vitals, id) }));
      },
      release: () => {},
      hold: async () => false,
      send: async () => null,
    },
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
