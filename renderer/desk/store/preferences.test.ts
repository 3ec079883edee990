import { expect, test } from 'vitest';
import { createPreferences, DEFAULTS, type PreferencesPage, parsePreferences } from './preferences.ts';

/** Two windows of one browser: what one stores, the other hears. */
function browser() {
  const stored = new Map<string, string>();
  const windows: ((text: string | null) => void)[] = [];
  let full = false;
  const page = (): PreferencesPage => {
    let own: ((text: string | null) => void) | null = null;
    return {
      storage: () => ({
        getItem: (key) => stored.get(key) ?? null,
        setItem: (key, text) => {
          if (full) throw new Error('keeps nothing');
          stored.set(key, text);
          for (const heard of windows) if (heard !== own) heard(text);
        },
      }),
      onStored: (_key, heard) => {
        own = heard;
        windows.push(heard);
      },
    };
  };
  return {
    page,
    stored,
    fill: (isFull: boolean) => {
      full = isFull;
    },
  };
}

test('what is chosen is there again in the next window', () => {
  const { page } = browser();
  createPreferences(page()).setState({ soundsOn: false, volume: 0.25 });
  expect(createPreferences(page()).getState()).toEqual({ soundsOn: false, volume: 0.25, kept: true });
});

test('a window that is open already follows at once', () => {
  const { page } = browser();
  const one = createPreferences(page());
  const other = createPreferences(page());
  one.setState({ soundsOn: false });
  expect(other.getState().soundsOn).toBe(false);
});

test('what a browser cannot keep still counts in this window, and it is known', () => {
  const { page, fill } = browser();
  const preferences = createPreferences(page());
  fill(true);
  preferences.setState({ soundsOn: false });
  expect(preferences.getState()).toMatchObject({ soundsOn: false, kept: false });
  fill(false);
  preferences.setState({ volume: 1 });
  expect(preferences.getState()).toMatchObject({ soundsOn: false, volume: 1, kept: true });
});

test('what was stored by nobody in their right mind is as by default', () => {
  for (const text of [null, 'no JSON', '7', '{"volume":40,"soundsOn":"yes"}']) {
    expect(parsePreferences(text)).toEqual(DEFAULTS);
  }
});
