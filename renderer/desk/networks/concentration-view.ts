/** How much of a count came from few networks, as it stands beside every result that somebody at a desk decides about. */
import { shareOf, shareText } from '../../../shared/domain/shares.ts';
import type { Concentration, DeskCue } from '../../../shared/protocol/desk-state.ts';
import { counted, grouped } from '../../ui/format.ts';
import type { Moment } from '../store/moment.ts';
import { tallyOf } from '../words/visible-tally.ts';

/** Of all counted ballots. Below it a carrier explains most nights; from here on the result itself may hang on it. */
const LARGE_SHARE = 0.2;

export interface ConcentrationView {
  /** `4,310 of 18,204 from 2 networks with over 183 ballots each` */
  text: string;
  /** `4,310 of 18,204 from 2 networks, over 183 each`, where one line has to do. */
  short: string;
  /** A fifth of the count or more: amber, and the text says the share. */
  isLarge: boolean;
}

/** What the sentence means, for its tooltip and for screen readers: never an accusation. */
export const WHAT_IT_MEANS =
  'One address may be a carrier’s thousands or a hall, or one person with many tokens. Nothing is dropped by itself: a person decides.';

/** The one sentence. `total`: counted ballots of the run; null where there is nothing to say. */
export function concentrationView(found: Concentration | null, total: number | undefined): ConcentrationView | null {
  if (found === null || total === undefined || found.networks === 0) return null;
  const { ballots, networks, above } = found;
  const isLarge = ballots >= total * LARGE_SHARE;
  const share = isLarge ? ` (${shareText(shareOf(ballots, total))} %)` : '';
  const part = `${grouped(ballots)} of ${grouped(total)}`;
  const from = `from ${counted(networks, 'network', 'networks')}`;
  const each = networks === 1 ? '' : ' each';
  return {
    text: `${part}${share} ${from} with over ${counted(above, 'ballot', 'ballots')}${each}`,
    short: `${part} ${from}, over ${grouped(above)}${each}`,
    isLarge,
  };
}

/** Of a cue's run: of the sealed count once there is one, until then of the live one. */
export function concentratedOf(cue: DeskCue, { vitals }: Pick<Moment, 'vitals'>): Concentration | null {
  if (cue.tally !== undefined) return cue.concentrated ?? null;
  return vitals?.runs.find(({ runId }) => runId === cue.runId)?.concentrated ?? null;
}

/** The sentence about a cue's run. */
export function concentrationOfCue(cue: DeskCue, moment: Pick<Moment, 'vitals'>): ConcentrationView | null {
  return concentrationView(concentratedOf(cue, moment), tallyOf(cue, moment)?.total);
}

/** Addresses go only to desks that look after the audience; the others get the sentence and nothing behind it. */
export const maySeeNetworks = ({ vitals }: Pick<Moment, 'vitals'>): boolean => vitals?.networks !== undefined;
