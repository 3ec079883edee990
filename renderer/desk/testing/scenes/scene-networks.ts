/** Nights on which much comes from few networks, or seems to. */
import type { DeskCue } from '../../../../shared/protocol/desk-state.ts';
import type { NetworkVitals, Vitals } from '../../../../shared/protocol/vitals.ts';
import type { DeskData } from '../../store/desk-store.ts';
import type { WindowData } from '../../store/window-store.ts';
import { ATTACK, CARRIER_NIGHT, concentratedIn, HIDDEN_COUNT, HOARDED } from '../network-fixture.ts';
import { cueId, NOW_MS, VITALS } from '../show-fixture.ts';
import { desk } from './scene-data.ts';

const night = (networks: readonly NetworkVitals[]): Partial<Vitals> => ({
  networks: [...networks],
  runs: VITALS.runs.map((run) => ({ ...run, concentrated: concentratedIn(networks) })),
});

/** The result of cue 6 came from few networks as well. */
const sealed6 = { [cueId(6)]: { concentrated: { ballots: 14_310, networks: 2, above: 611 } } } as const;
const attack = desk({ cues: sealed6, vitals: night(ATTACK) });

const hidden = { desk: 'hidden', audience: 'hidden', overlay: 'hidden', api: 'hidden' } as const;
const hiddenRun = { runId: VITALS.runs[0]?.runId, reconciled: true } as Vitals['runs'][number];
const hiddenNight = desk({
  cues: { [cueId(7)]: { visibility: hidden } },
  vitals: { networks: [...HIDDEN_COUNT], runs: [hiddenRun] },
});
const verified7: Partial<DeskCue> = {
  ...{ intake: 'verified', verifiedBy: 'Mara L.', head: '77c05be19a31', closedAtMs: NOW_MS - 9_000 },
  tally: { total: 61_482, options: VITALS.runs[0]?.options ?? [] },
  concentrated: concentratedIn(ATTACK),
};

interface NetworksScene {
  name: string;
  desk: DeskData;
  window: Partial<WindowData>;
}

const table = (name: string, data: DeskData): NetworksScene => ({
  name: `operator-networks-${name}`,
  desk: data,
  window: { screen: 'operator', incoming: 'networks' },
});

const withOld = (data: DeskData): DeskData => ({
  ...data,
  vitals: data.vitals && { ...data.vitals, receivedAtMs: NOW_MS - 4_200 },
});

export const NETWORKS: readonly NetworksScene[] = [
  table('calm', desk({ vitals: night(CARRIER_NIGHT) })),
  table('attack', attack),
  table('hoarded', desk({ vitals: night(HOARDED) })),
  table('hidden', hiddenNight),
  table('none', desk({ vitals: { networks: [] } })),
  table('kept', desk({})),
  table('stale', withOld(attack)),
  { name: 'operator-attack', desk: attack, window: { screen: 'operator' } },
  { name: 'producer-carriers', desk: desk({ vitals: night(CARRIER_NIGHT) }), window: { screen: 'producer' } },
  { name: 'producer-attack', desk: attack, window: { screen: 'producer', selected: cueId(6) } },
  {
    name: 'producer-attack-verified',
    desk: desk({ cues: { [cueId(7)]: verified7 }, vitals: { ...night(ATTACK), runs: [] } }),
    window: { screen: 'producer', selected: cueId(7) },
  },
  {
    name: 'producer-attack-paused',
    desk: desk({
      cues: { [cueId(7)]: { intake: 'paused', remainingMs: 23_000, reason: 'Too much from one network' } },
      vitals: night(ATTACK),
    }),
    window: { screen: 'producer' },
  },
  { name: 'director-attack', desk: attack, window: { screen: 'director' } },
  {
    name: 'director-attack-kept',
    desk: desk({ cues: sealed6, vitals: { runs: night(ATTACK).runs ?? [] } }),
    window: { screen: 'director' },
  },
  {
    name: 'question-surfaces-attack',
    desk: attack,
    window: { screen: 'producer', question: { kind: 'surfaces', cueId: cueId(6) } },
  },
  {
    name: 'question-more-attack',
    desk: attack,
    window: { screen: 'producer', question: { kind: 'more', cueId: cueId(6) }, selected: cueId(6) },
  },
];
