import type { DeskScreen } from '../../shared/protocol/bridge.ts';

/** As titles and menus write them, in the order of their keys. */
export const SCREEN_NAMES: Readonly<Record<DeskScreen, string>> = {
  producer: 'Producer',
  director: 'Director',
  operator: 'Operator',
  log: 'Log',
  settings: 'Settings',
};
