/** What the overlay was told to show, what viewers and others may see of the watched poll, and what TAKE still waits for. */

import { freeze } from '../../../shared/domain/cue-rules.ts';
import { leftMs } from '../../../shared/domain/guards.ts';
import { isSealed, isVerified } from '../../../shared/domain/intakes.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import { leadersOf, shareText } from '../../../shared/domain/shares.ts';
import type { DeskCue, VisibleTally } from '../../../shared/protocol/desk-state.ts';
import type { Visibility } from '../../../shared/protocol/show-file.ts';
import { countdown, counted } from '../../ui/format.ts';
import type { Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { takenRun } from '../words/overlay-output.ts';
import { isLive } from '../words/subjects.ts';
import { tallyOf } from '../words/visible-tally.ts';

export interface OverlayStep {
  name: string;
  words: string;
  state: 'done' | 'next' | 'later';
}

export interface Preview {
  question: string;
  /** Time left while it runs. */
  time: string | null;
  /** `61,482 votes`, where the turnout is released; what the percentages are of, where that isn't votes. */
  votes: string | null;
  bars: readonly { text: string; share: number; words: string }[];
}

export interface OverlayView {
  /** What is on it, for the panel's head. */
  head: string;
  /** Null: nothing was taken. */
  shown: { cue: DeskCue; preview: Preview } | null;
  surfaces: readonly { name: string; value: string }[];
  steps: readonly OverlayStep[];
}

const SEES: Readonly<Record<Visibility, string>> = {
  hidden: 'nothing yet',
  turnout: 'turnout',
  percentages: 'percent',
  counts: 'counts',
};

/** An overlay has room for this many bars; the rest is not shown. */
const MOST_BARS = 5;

/** @param watched the poll that the director looks at, or null before the first */
export function overlayView(moment: Moment, watched: DeskCue | null): OverlayView {
  const { show } = moment;
  const taken = takenRun(show);
  const cue = taken === null ? null : (show.cues.find(({ runId }) => runId === taken) ?? null);
  return {
    head: cue === null ? 'nothing taken' : `${cueName(show.cues, cue.id)}, ${partsOf(cue)}`,
    shown: cue === null ? null : { cue, preview: previewOf(cue, moment) },
    surfaces: watched === null ? [] : surfacesOf(watched, moment),
    steps: watched === null ? [] : stepsOf(watched, moment),
  };
}

const partsOf = (cue: DeskCue): string =>
  [
    'question',
    ...(isLive(cue) ? ['clock'] : []),
    ...(cue.visibility.overlay === 'hidden' ? [] : [SEES[cue.visibility.overlay]]),
  ].join(', ');

function previewOf(cue: DeskCue, moment: Moment): Preview {
  const { overlay } = cue.visibility;
  const tally: VisibleTally = tallyOf(cue, moment) ?? {};
  const left = leftMs(cue, moment.nowMs);
  const showsBars = overlay === 'percentages' || overlay === 'counts';
  const votes = overlay === 'turnout' || overlay === 'counts' ? tally.total : undefined;
  const words = [
    ...(votes === undefined ? [] : [counted(votes, 'vote', 'votes')]),
    ...(showsBars && freeze(cue).max > 1 ? ['percent of voters'] : []),
  ];
  return {
    question: cue.text,
    time: isLive(cue) && left !== null ? countdown(left) : null,
    votes: words.length === 0 ? null : words.join(', '),
    bars: showsBars ? barsOf(cue, tally).slice(0, MOST_BARS) : [],
  };
}

function barsOf(cue: DeskCue, tally: VisibleTally): Preview['bars'] {
  const seen = new Map(tally.options?.map((option) => [option.id, option]));
  const leaders = new Set(leadersOf(tally));
  return freeze(cue)
    .options.map(({ id, text }) => {
      const { share = 0, count } = seen.get(id) ?? {};
      return { text, share, words: `${shareText(share)} %`, rank: [count ?? share, leaders.has(id) ? 1 : 0] as const };
    })
    .sort((a, b) => b.rank[0] - a.rank[0] || b.rank[1] - a.rank[1])
    .map(({ rank: _, ...bar }) => bar);
}

function surfacesOf({ visibility, seenOn }: DeskCue, { me }: Moment): OverlayView['surfaces'] {
  // The verifier sees counts whatever the desk's setting is.
  const desk = me.roles.includes('verifier') ? 'counts' : visibility.desk;
  return [
    { name: 'Desk sees', value: desk === 'hidden' ? 'nothing' : SEES[desk] },
    { name: 'Audience sees', value: SEES[visibility.audience] },
    { name: 'Overlay may show', value: SEES[visibility.overlay] },
    { name: 'API gives', value: SEES[visibility.api] },
    { name: 'Result seen on', value: seenOn.length === 0 ? 'nothing yet' : seenOn.join(', ') },
  ];
}

function stepsOf(cue: DeskCue, moment: Moment): readonly OverlayStep[] {
  const { visibility, runId } = cue;
  const over = isSealed(cue);
  const verified = isVerified(cue);
  const released = visibility.overlay !== 'hidden';
  const taken = takenRun(moment.show) === runId;
  const done = [over, verified, released, taken];
  // What was released in advance waits for neither the close nor the verdict.
  const next = released ? (taken ? -1 : 3) : done.indexOf(false);
  const words = [closedWords(cue, moment), verifiedWords(cue, moment), releasedWords(cue), taken ? 'taken' : 'TAKE'];
  return ['Closed', 'Verified', 'Released', 'On overlay'].map((name, i) => ({
    name,
    words: words[i] ?? '',
    state: done[i] === true ? 'done' : i === next ? 'next' : 'later',
  }));
}

function closedWords(cue: DeskCue, { nowMs }: Moment): string {
  const left = leftMs(cue, nowMs);
  switch (cue.intake) {
    case 'open':
      return `in ${countdown((left ?? 0) + freeze(cue).graceMs)}`;
    case 'paused':
      return 'on hold';
    case 'closing':
      return 'in its grace';
    case 'revoked':
    case 'void':
      return cue.intake;
    default:
      return 'closed';
  }
}

function verifiedWords(cue: DeskCue, { show }: Moment): string {
  const { verifiedBy } = cue;
  if (isVerified(cue)) return `by ${isolated(verifiedBy === undefined ? 'the server' : personIn(show, verifiedBy))}`;
  switch (cue.class ?? 'fun') {
    case 'fun':
      return 'by itself';
    case 'editorial':
      return 'by producer';
    case 'regulated':
      return 'by a verifier';
  }
}

function releasedWords({ visibility, live }: DeskCue): string {
  if (visibility.overlay === 'hidden') return 'by REVEAL';
  return live?.overlay === undefined ? SEES[visibility.overlay] : `${SEES[visibility.overlay]}, live`;
}
