/** The table of screens: the strip, keys, the palette and Settings read it; what each of them draws stands in `app.tsx`. */
import { type Screen, TO_NETWORKS, type WindowData } from '../store/window-store.ts';
import { type Chord, HERE, key, nameOf, shift } from './keys.ts';

/** What one can go to: a screen, or a part of one. */
export interface Place {
  id: string;
  /** As the cheat sheet and the palette say it. */
  says: string;
  chord: Chord;
  /** Other words that the palette finds it by. */
  also: string;
  to: Partial<WindowData>;
}

interface ScreenEntry {
  name: string;
  chord: Chord;
  /** Parts of it that have a key of their own. */
  parts: readonly Place[];
}

/** In the order of their keys. */
const TABLE: Readonly<Record<Screen, ScreenEntry>> = {
  producer: { name: 'Producer', chord: key('f1'), parts: [] },
  director: { name: 'Director', chord: key('f2'), parts: [] },
  operator: {
    name: 'Operator',
    chord: key('f3'),
    parts: [
      {
        id: 'networks',
        says: 'Networks: what came from where',
        chord: shift('n'),
        also: 'screen address ip stuffing tokens ballots',
        to: TO_NETWORKS,
      },
    ],
  },
  log: { name: 'Log', chord: key('f4'), parts: [] },
  settings: { name: 'Settings', chord: key('f6'), parts: [] },
};

const ENTRIES = Object.entries(TABLE) as readonly [Screen, ScreenEntry][];

export const SCREENS: readonly { screen: Screen; key: string; name: string }[] = ENTRIES.map(
  ([screen, { name, chord }]) => ({ screen, key: nameOf(chord, HERE), name }),
);

/** Every screen, each followed by its parts. */
export const PLACES: readonly Place[] = ENTRIES.flatMap(([screen, { name, chord, parts }]) => [
  { id: screen, says: name, chord, also: 'screen', to: { screen } },
  ...parts,
]);
