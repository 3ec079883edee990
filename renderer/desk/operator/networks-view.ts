/** What came from where: the networks that stand out, with what each of them did to the newest vote. */

import { thresholdOf } from '../../../shared/domain/concentration.ts';
import { laneOf } from '../../../shared/domain/cue-rules.ts';
import { sharesOf, shareText } from '../../../shared/domain/shares.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { NetworkVitals, TokenAges } from '../../../shared/protocol/vitals.ts';
import { counted, grouped } from '../../ui/format.ts';
import { concentratedOf, concentrationOfCue } from '../networks/concentration-view.ts';
import type { Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { tallyOf } from '../words/visible-tally.ts';
import type { Ranked } from './networks-order.ts';

export type AgeGroup = keyof TokenAges;

const AGES: readonly { group: AgeGroup; words: string }[] = [
  { group: 'minute', words: 'under 1 min' },
  { group: 'hour', words: '1 to 60 min' },
  { group: 'day', words: '1 to 24 h' },
  { group: 'older', words: 'over a day' },
];

export interface AgesView {
  /** `82.0 % over a day`: the largest group. */
  words: string;
  /** Every group with its number, for the tooltip and for screen readers. */
  exact: string;
  parts: readonly { group: AgeGroup; share: number }[];
}

export interface NetworkRow extends Ranked {
  network: string;
  tokens: string;
  tokensPerMin: string;
  refusedPerMin: string;
  /** A dash where this desk may not know how many voted. */
  ballots: string;
  ballotsPerMin: string;
  share: string;
  ages: AgesView | null;
  /** Null where the ballots are not known. */
  isBeyond: boolean | null;
}

export type NetworksView =
  /** This desk is not told of networks. */
  | { kind: 'kept' }
  | {
      kind: 'told';
      /** In the order of the core. */
      rows: readonly NetworkRow[];
      /** `cue 7, beyond is over 615 of 61,482 ballots`, or why the columns about ballots are empty. */
      about: string;
      /** Networks beyond the threshold. */
      beyond: number;
      /** They sent so much that the result may hang on it: amber. Below that a carrier is beyond on most nights. */
      isLarge: boolean;
    };

export function networksView({ show, vitals, me }: Moment): NetworksView {
  const networks = vitals?.networks;
  if (networks === undefined) return { kind: 'kept' };
  const newest = newestVote(show.cues);
  const total = newest === null ? undefined : tallyOf(newest, { vitals })?.total;
  const concentrated = newest === null ? null : concentratedOf(newest, { vitals });
  const aboutWords = (): string => {
    if (newest === null) return 'no vote was opened yet';
    const cue = cueName(show.cues, newest.id);
    if (total !== undefined) {
      return `${cue}, beyond is over ${grouped(thresholdOf(total))} of ${counted(total, 'ballot', 'ballots')}`;
    }
    const { desk } = newest.visibility;
    const isHidden = !me.roles.includes('verifier') && (desk === 'hidden' || desk === 'percentages');
    return isHidden ? `${cue}, ballots are not shown while the count is hidden` : cue;
  };
  return {
    kind: 'told',
    rows: networks.map(rowOf),
    about: aboutWords(),
    // The rows are the first few; the count knows of all.
    beyond: Math.max(networks.filter(({ isBeyond }) => isBeyond).length, concentrated?.networks ?? 0),
    isLarge: newest !== null && (concentrationOfCue(newest, { vitals })?.isLarge ?? false),
  };
}

/** `2 beyond`; null where none is. */
export function beyondWords(view: NetworksView): string | null {
  return view.kind === 'kept' || view.beyond === 0 ? null : `${grouped(view.beyond)} beyond`;
}

/** What the figures of this run are about: the vote that was opened last. */
function newestVote(cues: readonly DeskCue[]): DeskCue | null {
  const opened = cues.filter((cue) => laneOf(cue.kind) === 'poll' && cue.openedAtMs !== undefined);
  return opened.sort((a, b) => (b.openedAtMs ?? 0) - (a.openedAtMs ?? 0))[0] ?? null;
}

const figure = (n: number | undefined): string => (n === undefined ? '–' : grouped(n));

function rowOf(of: NetworkVitals): NetworkRow {
  return {
    key: of.network,
    by: [of.ballots ?? 0, of.tokens],
    network: of.network,
    tokens: grouped(of.tokens),
    tokensPerMin: grouped(of.tokensPerMin),
    refusedPerMin: grouped(of.refusedPerMin),
    ballots: figure(of.ballots),
    ballotsPerMin: figure(of.ballotsPerMin),
    share: of.share === undefined ? '–' : `${shareText(of.share)} %`,
    ages: of.ages === undefined ? null : agesView(of.ages),
    isBeyond: of.isBeyond ?? null,
  };
}

/** Null where nobody has voted from there. */
export function agesView(ages: TokenAges): AgesView | null {
  const counts = AGES.map(({ group }) => ages[group]);
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const printed = sharesOf(counts, total);
  const most = counts.indexOf(Math.max(...counts));
  const exact = AGES.map(({ group, words }) => `${grouped(ages[group])} ${words}`).join(', ');
  return {
    words: `${shareText(printed[most] ?? 0)} % ${AGES[most]?.words ?? ''}`,
    exact: `Ballots by the age of their voter’s token: ${exact}`,
    parts: AGES.map(({ group }) => ({ group, share: ages[group] / total })).filter(({ share }) => share > 0),
  };
}
