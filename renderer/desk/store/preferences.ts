/** What this person likes, on this machine: kept in the browser's storage and shared by all windows of the desk. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface Preferences {
  soundsOn: boolean;
  /** 0..1 */
  volume: number;
}

export interface PreferencesData extends Preferences {
  /** False where this browser keeps nothing: what is chosen lasts as long as the window. */
  kept: boolean;
}

export type PreferencesStore = StoreApi<PreferencesData>;

const STORED_AS = 'tallyroom.preferences';
export const DEFAULTS: Preferences = { soundsOn: true, volume: 0.6 };

/** What a stored text says; whatever is missing or makes no sense is as by default. */
export function parsePreferences(text: string | null): Preferences {
  let found: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value === 'object' && value !== null) found = value;
  } catch {
    return DEFAULTS;
  }
  const { soundsOn, volume } = found;
  return {
    soundsOn: typeof soundsOn === 'boolean' ? soundsOn : DEFAULTS.soundsOn,
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
  };
}

/** The parts of a page that preferences need. */
export interface PreferencesPage {
  /** Throws where the browser is told to keep nothing. */
  storage(): Pick<Storage, 'getItem' | 'setItem'>;
  /** Calls back when another window has stored something under this key. */
  onStored(key: string, heard: (text: string | null) => void): void;
}

export function createPreferences(page: PreferencesPage): PreferencesStore {
  const store = createStore<PreferencesData>(() => ({ ...DEFAULTS, kept: true }));
  try {
    store.setState(parsePreferences(page.storage().getItem(STORED_AS)));
  } catch {
    store.setState({ kept: false });
  }
  let heard = false;
  page.onStored(STORED_AS, (text) => {
    // What another window stored is not stored again.
    heard = true;
    store.setState(parsePreferences(text));
    heard = false;
  });
  store.subscribe(({ soundsOn, volume, kept }, before) => {
    if (heard || (soundsOn === before.soundsOn && volume === before.volume)) return;
    try {
      page.storage().setItem(STORED_AS, JSON.stringify({ soundsOn, volume }));
      if (!kept) store.setState({ kept: true });
    } catch {
      if (kept) store.setState({ kept: false });
    }
  });
  return store;
}

export const preferencesPage = (page: Window): PreferencesPage => ({
  storage: () => page.localStorage,
  onStored: (key, heard) =>
    page.addEventListener('storage', (event) => {
      if (event.key === key) heard(event.newValue);
    }),
});
