/** An alarm is told once: a page that is loaded anew does not tell again what it told before. */
import type { DeskStore } from './desk-store.ts';

const STORED_AS = 'tallyroom.told-alarms';

/** @param storage as long as the tab or window; may throw where the browser is told to keep nothing */
export function keepToldAlarms(store: DeskStore, storage: () => Pick<Storage, 'getItem' | 'setItem'>): void {
  try {
    store.setState({ toldAlarms: parse(storage().getItem(STORED_AS)) });
  } catch {
    // Nothing is kept: this page tells them once more, which is better than not at all.
  }
  store.subscribe(({ toldAlarms }, before) => {
    if (toldAlarms === before.toldAlarms) return;
    try {
      storage().setItem(STORED_AS, JSON.stringify(toldAlarms));
    } catch {
      // As above.
    }
  });
}

function parse(text: string | null): readonly string[] {
  const value: unknown = text === null ? [] : JSON.parse(text);
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}
