import type { Screen } from '../store/window-store.ts';

/** The screens in the order of their keys. */
export const SCREENS: readonly { screen: Screen; key: string; name: string }[] = [
  { screen: 'producer', key: 'F1', name: 'Producer' },
  { screen: 'director', key: 'F2', name: 'Director' },
  { screen: 'operator', key: 'F3', name: 'Operator' },
  { screen: 'log', key: 'F4', name: 'Log' },
  { screen: 'settings', key: 'F6', name: 'Settings' },
];
