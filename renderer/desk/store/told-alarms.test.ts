import { expect, test } from 'vitest';
import { VITALS } from '../testing/show-fixture.ts';
import { createDeskStore, vitalsCame } from './desk-store.ts';
import { keepToldAlarms } from './told-alarms.ts';

const alarms = [{ id: 'a', code: 'edge', message: 'Edge e6 died.', atMs: 5 }];

/** A page of one tab: its storage stays when it is loaded anew. */
function loaded(kept: Map<string, string>) {
  const store = createDeskStore();
  keepToldAlarms(store, () => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
  }));
  return store;
}

test('a page that is loaded anew does not tell again what it told before', () => {
  const tab = new Map<string, string>();
  const first = loaded(tab);
  first.setState(vitalsCame(first.getState(), { ...VITALS, alarms }, 1_000).data);
  expect(first.getState().toasts).toHaveLength(1);
  const again = loaded(tab);
  again.setState(vitalsCame(again.getState(), { ...VITALS, alarms }, 1_000).data);
  expect(again.getState().toasts).toEqual([]);
  const elsewhere = loaded(new Map());
  elsewhere.setState(vitalsCame(elsewhere.getState(), { ...VITALS, alarms }, 1_000).data);
  expect(elsewhere.getState().toasts).toHaveLength(1);
});

test('where nothing can be kept, or something else lies there, they are told all the same', () => {
  for (const getItem of [() => 'no json', () => '{}']) {
    const store = createDeskStore();
    const denied = () => {
      throw new Error('denied');
    };
    keepToldAlarms(store, () => ({ getItem, setItem: denied }));
    store.setState(vitalsCame(store.getState(), { ...VITALS, alarms }, 1_000).data);
    expect(store.getState().toasts).toHaveLength(1);
  }
});
