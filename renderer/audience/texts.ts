/** Everything that the page says, in one place. */
import { isolated } from '../../shared/domain/isolated.ts';
import type { AudienceErrorCode } from '../../shared/protocol/audience.ts';

const secondsOf = (ms: number) => Math.max(1, Math.round(ms / 1_000));

/** The fine print under the button, or the friendly word that takes its place. */
export interface Note {
  strong: string | null;
  text: string;
  /** What is read out instead where the words count seconds; null for the words themselves. */
  said: string | null;
}

const plain = (text: string): Note => ({ strong: null, text, said: null });
const note = (strong: string, text: string): Note => ({ strong, text, said: null });
const counting = (said: string, strong: string, text: string): Note => ({ strong, text, said });

const VOTE_SAVED = 'Your vote is saved on this phone';
const OUT_OF_STEP = note('Something is not right.', 'This page keeps trying. If this stays, please reload it.');
const CROWDED = note('Many are voting now.', `${VOTE_SAVED} and goes out again soon.`);

/** Why a vote is still on its way, in the words of the answer it got. Null where the usual word says it all. */
const notTaken: Record<AudienceErrorCode, Note | null> = {
  unavailable: CROWDED,
  'waiting-room': CROWDED,
  'rate-limited': note('Not so fast.', `${VOTE_SAVED} and goes out again soon.`),
  paused: note('Hold on.', 'The vote is paused. Yours goes out when it goes on.'),
  // A new seat is found, the vote is chosen anew: both have their own word.
  'bad-token': null,
  malformed: null,
  'too-large': null,
  'bad-code': null,
  'unknown-type': OUT_OF_STEP,
  'hello-first': OUT_OF_STEP,
  'not-found': OUT_OF_STEP,
};

/** Why nobody lets this page in, in the words of the answer it got. Null where "no signal" says it all. */
const notLetIn: Record<AudienceErrorCode, Note | null> = {
  unavailable: note('One moment, please.', 'The show is not ready yet. This page comes in by itself.'),
  'waiting-room': note('It is busy at the door.', 'Your place is kept. You are in soon, by itself.'),
  'rate-limited': note('It is busy at the door.', 'Your place is kept. You are in soon, by itself.'),
  paused: null,
  'bad-token': null,
  'bad-code': null,
  malformed: OUT_OF_STEP,
  'too-large': OUT_OF_STEP,
  'unknown-type': OUT_OF_STEP,
  'hello-first': OUT_OF_STEP,
  'not-found': OUT_OF_STEP,
};

export const texts = {
  product: 'Tallyroom',
  rehearsal: 'REHEARSAL',
  left: 'left',
  paused: 'paused',
  yourVote: 'your vote',
  rightAnswer: 'right answer',
  ahead: 'most votes',
  beside: 'Also now',
  receipt: 'Receipt',
  received: 'Received',

  waiting: {
    headline: 'Take your seat.',
    text: 'When the host calls a vote, it opens here. Keep this page open, there is nothing to install.',
    finding: 'Finding your seat',
    seated: 'You’re in.',
  },
  badCode: {
    headline: 'This rehearsal link is not valid.',
    text: 'The crew has made a new one, or it is from an earlier rehearsal. Ask the crew for today’s link, then open it here.',
  },
  closed: {
    headline: 'Voting has closed.',
    text: 'Every vote is being counted. The result opens here when the show reveals it.',
    counted: 'The result opens here when the show reveals it.',
  },

  form: {
    single: 'Choose one',
    rating: 'Choose a number',
    upTo: (max: number) => `Choose up to ${max}`,
    exactly: (n: number) => `Choose ${n}`,
    between: (min: number, max: number) => `Choose ${min} to ${max}`,
    chosen: (n: number, max: number) => `${n} of ${max} chosen`,
    missing: (n: number) => `Choose ${n} more`,
    vote: (choice: string) => `Vote for ${isolated(choice)}`,
    voteMany: (n: number) => (n === 1 ? 'Vote for 1 choice' : `Vote for ${n} choices`),
    answer: (choice: string) => `Answer ${isolated(choice)}`,
    predict: (choice: string) => `Predict ${isolated(choice)}`,
    rate: (choice: string) => `Rate it ${isolated(choice)}`,
    sending: 'Sending your vote',
    hold: 'Hold on',
  },

  accepted: { headline: 'Your vote is in.' },
  duplicate: { headline: 'You have voted already.', text: 'Your first vote counts. This one changed nothing.' },
  late: {
    headline: 'The vote had closed.',
    text: (afterMs: number | null) =>
      afterMs === null || afterMs <= 0
        ? 'Yours came after the end and was not counted.'
        : `Yours arrived ${(afterMs / 1_000).toFixed(1)} s after the end and was not counted.`,
  },
  overLimit: { headline: 'All your votes are used.', text: 'Your earlier votes count.' },
  notEligible: {
    headline: 'This vote was not counted.',
    text: 'Its question is not open any more. The next one opens here.',
  },
  unknown: {
    headline: 'No answer came.',
    text: 'This phone asked again and again, and could not learn whether your vote arrived.',
  },

  mine: {
    accepted: (choice: string) => `Your vote is in: ${isolated(choice)}`,
    inTime: (ref: string | null) => (ref === null ? 'Received in time' : `Receipt ${ref}, in time`),
    notCounted: (choice: string) => `Not counted: ${isolated(choice)}`,
    late: (afterMs: number | null) =>
      afterMs === null || afterMs <= 0
        ? 'It came after the end'
        : `It arrived ${(afterMs / 1_000).toFixed(1)} s after the end`,
    duplicate: 'You had voted already',
    duplicateText: 'Your first vote counts',
    overLimit: 'All your votes were used',
    overLimitText: 'Your earlier votes count',
    notEligibleText: 'Its question was not open any more',
    pending: (choice: string) => `On its way: ${isolated(choice)}`,
    pendingText: 'No answer yet, this phone keeps asking',
    unknown: (choice: string) => `No answer for: ${isolated(choice)}`,
    unknownText: 'We could not learn whether it arrived',
    refused: (choice: string) => `Not counted: ${isolated(choice)}`,
    refusedText: 'The vote could not be read',
  },

  results: {
    votes: (n: number) => (n === 1 ? 'vote' : 'votes'),
    final: (time: string) => `final at ${time}`,
    notFinal: 'so far, not final',
    ofVoters: 'percent of voters',
    right: 'You were right.',
    wrong: 'Not this time.',
    average: (value: string, most: number) => `Average ${value} of ${most}`,
  },

  cta: { open: 'Open' },

  say: {
    under: (seconds: number) => `Under ${seconds} seconds left`,
    results: 'The result is here.',
  },

  notes: {
    none: plain(''),
    waiting: plain('Free. One vote each. We keep no name and no number.'),
    question: plain('One vote. It can’t be changed after sending.'),
    sending: plain('Keep this page open. It tries again by itself.'),
    sendingAfterEnd: plain('The time is up. This page finds out whether yours arrived.'),
    sendingReseated: note('You have a new seat.', 'The old one was not known any more. Your vote goes out again.'),
    paused: plain('The vote is paused. It goes on here, by itself.'),
    pausedChosen: plain('The vote is paused. Your choice is kept.'),
    pausedSending: note('Hold on.', 'The vote is paused. Yours goes out when it goes on.'),
    accepted: plain('You may close this page. The receipt stays on this phone.'),
    acceptedNotLasting: plain('Keep this page open: this browser keeps no receipt.'),
    notCounted: plain('Stay for the next question.'),
    closed: plain('Stay for the next question.'),
    results: plain('Thank you for voting. The next question opens here.'),
    resultsMoving: plain('The figures move until voting ends. The next question opens here.'),
    resultsNotVoted: plain('The next question opens here.'),
    cta: plain('It opens in a new tab. This page stays.'),
    refused: note('That vote could not be read.', 'Please send it again.'),
    earlier: note('Your earlier vote', 'is still on its way. This page keeps asking.'),
    door: (forMs: number) =>
      counting(
        'It is busy at the door. Your place is kept.',
        'It is busy at the door.',
        `Your place is kept. You are in within about ${secondsOf(forMs)} s, by itself.`,
      ),
    noSignal: note('No signal.', 'This page comes back by itself.'),
    noSignalChoosing: note('No signal.', 'Choose and send. Your vote goes out when the signal is back.'),
    noSignalSending: note('No signal.', `${VOTE_SAVED} and goes out when the signal is back.`),
    quiet: (forMs: number) =>
      counting(
        'No news for some seconds. This page is checking the line.',
        `No news for ${secondsOf(forMs)} s.`,
        'This page is checking the line.',
      ),
    quietSending: (forMs: number) =>
      counting(`No news for some seconds. ${VOTE_SAVED}.`, `No news for ${secondsOf(forMs)} s.`, `${VOTE_SAVED}.`),
    busyPolling: (everyMs: number) =>
      note('Busy moment.', `This page now refreshes every ${secondsOf(everyMs)} s. Voting works as always.`),
    busy: note('Busy moment.', 'Voting works as always.'),
    busySending: note('Busy moment.', 'Your vote is on its way. This page tries again by itself.'),
    afterTheShow: note('You’re in.', 'Results come after the show.'),
    slowFigures: (everyMs: number) =>
      note('Busy moment.', `These figures are new every ${secondsOf(everyMs)} s. Every vote counts.`),
    hold: note('One moment, please.', 'This page comes back by itself.'),
    holdChoosing: note('One moment, please.', 'Choose and send. Your vote is kept on this phone.'),
    holdVoted: note('One moment, please.', 'Your vote is kept on this phone. This page comes back by itself.'),
    notTaken,
    notLetIn,
  },
} as const;
