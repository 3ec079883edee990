/** A poll whose numbers are hidden from everyone but the verifier, with numbers that stand nowhere else; and a quiz with a secret answer. */

import { crowdOf, untilAllAnswered } from '../crowd.ts';
import type { DeskClient } from '../desk-client.ts';
import { poll, type TestCue } from '../place.ts';
import type { Stage } from '../stage.ts';
import type { Forbidden } from './forbidden.ts';

export const SEALED = 'sealed';
export const RIDDLE = 'riddle';
const RIGHT = 'riddle-right';
const FIRST = 613;
const SECOND = 396;
export const TOTAL = FIRST + SECOND;
/** Of one voter at once. */
const BALLOTS = 40;
const HOUR_MS = 3_600_000;

const optionsOf = (id: string, names: readonly string[]) => names.map((name) => ({ id: `${id}-${name}`, text: name }));

export const EMBARGOED_CUES: TestCue[] = [
  {
    ...poll(SEALED, { durationMs: HOUR_MS, graceMs: 0 }),
    options: optionsOf(SEALED, ['first', 'second', 'third']),
    live: { desk: 'hidden' },
    maxBallots: BALLOTS,
  },
  {
    ...poll(RIDDLE, { durationMs: HOUR_MS, graceMs: 0 }),
    kind: 'quiz',
    options: optionsOf(RIDDLE, ['right', 'wrong', 'neither']),
    answer: [RIGHT],
  },
];

/** Opens the sealed poll and casts its ballots; it stays open. */
export async function vote(stage: Stage, audienceUrl: string): Promise<void> {
  await stage.go(SEALED);
  const voters = await crowdOf(Math.ceil(TOTAL / BALLOTS), { audienceUrl });
  for (let n = 0; n < TOTAL; n++)
    voters[n % voters.length]?.vote(SEALED, [`${SEALED}-${n < FIRST ? 'first' : 'second'}`]);
  await untilAllAnswered(voters, `${TOTAL} ballots are answered`);
  for (const voter of voters) voter.leave();
}

/** Whether the verifier finds the count as it was cast, whatever came in between. */
export async function isWhole(verifier: DeskClient): Promise<boolean> {
  const { total, matches, chain } = await verifier.recount(SEALED, 1);
  return total === TOTAL && matches && chain === 'ok';
}

/** Fields that are numbers of something else. */
const OTHERS =
  '(?:\\w*[rR]evision|seq|next|after|before|rev|epoch|\\w*Ms|pid|\\w*PerS|rssMb|descriptors|queueDepth|online|ws|sse|poll)';

/** @param mayCount tokens of those who may see the numbers @param mayAnswer of those who may see the right answer */
export function embargo({ mayCount, mayAnswer }: { mayCount: string[]; mayAnswer: string[] }): Forbidden[] {
  const numbers = [TOTAL, FIRST, SECOND].join('|');
  return [
    ['a count of the sealed poll', new RegExp(`"(?!${OTHERS}")\\w+":(?:${numbers})\\b(?!\\.)`)],
    // A run that has not been opened yet has its zeros.
    ['an option’s count or share', new RegExp(`"id":"${SEALED}-\\w+"[^{}]*"(?:count|share)":(?!0\\b(?!\\.))`)],
    ['the sealed run’s numbers', new RegExp(`"runId":"${SEALED}:\\w+:\\d+"[^{}]*"(?:total|tally|leads|perS|options)"`)],
    ['a metric of the sealed poll', new RegExp(`^tallyroom_(?!revision )\\S+ (?:${numbers})$`, 'm')],
    ['a file name of the sealed poll’s evidence', new RegExp(`evidence-${SEALED}`)],
  ]
    .map(([what, pattern]) => ({ what: String(what), pattern: pattern as RegExp, knownTo: mayCount }))
    .concat([
      { what: 'the answer of the riddle', pattern: new RegExp(`"answer":\\[[^\\]]*"${RIGHT}"`), knownTo: mayAnswer },
    ]);
}
