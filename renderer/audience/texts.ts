/** Everything that the page says, in one place. */

const secondsOf = (ms: number) => Math.max(1, Math.round(ms / 1_000));

/** The fine print under the button, or the friendly word that takes its place. */
export interface Note {
  strong: string | null;
  text: string;
}

const plain = (text: string): Note => ({ strong: null, text });
const note = (strong: string, text: string): Note => ({ strong, text });

export const texts = {
  product: 'Tallyroom',
  rehearsal: 'REHEARSAL',
  left: 'left',
  paused: 'paused',
  yourVote: 'your vote',
  rightAnswer: 'right answer',
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
    text: 'It may be from an earlier rehearsal. Ask the crew for today’s link, then open it here.',
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
    vote: (choice: string) => `Vote for ${choice}`,
    voteMany: (n: number) => (n === 1 ? 'Vote for 1 choice' : `Vote for ${n} choices`),
    answer: (choice: string) => `Answer ${choice}`,
    predict: (choice: string) => `Predict ${choice}`,
    rate: (choice: string) => `Rate it ${choice}`,
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
  overLimit: { headline: 'All your votes are used.', text: 'The ones before this one count.' },
  notEligible: {
    headline: 'This vote was not counted.',
    text: 'It is not open to this phone. The next question opens here.',
  },
  unknown: {
    headline: 'No answer came.',
    text: 'This phone asked again and again, and could not learn whether your vote arrived.',
  },

  mine: {
    accepted: (choice: string) => `Your vote is in: ${choice}`,
    inTime: (ref: string | null) => (ref === null ? 'Received in time' : `Receipt ${ref}, in time`),
    notCounted: (choice: string) => `Not counted: ${choice}`,
    late: (afterMs: number | null) =>
      afterMs === null || afterMs <= 0
        ? 'It came after the end'
        : `It arrived ${(afterMs / 1_000).toFixed(1)} s after the end`,
    duplicate: 'You had voted already',
    duplicateText: 'Your first vote counts',
    overLimit: 'All your votes were used',
    overLimitText: 'The ones before count',
    notEligibleText: 'It was not open to this phone',
    pending: (choice: string) => `On its way: ${choice}`,
    pendingText: 'No answer yet, this phone keeps asking',
    unknown: (choice: string) => `No answer for: ${choice}`,
    unknownText: 'We could not learn whether it arrived',
    refused: (choice: string) => `Not counted: ${choice}`,
    refusedText: 'The vote could not be read',
  },

  results: {
    votes: (n: number) => (n === 1 ? 'vote' : 'votes'),
    final: (time: string) => `final at ${time}`,
    notFinal: 'so far, not final',
    right: 'You were right.',
    wrong: 'Not this time.',
    average: (value: string) => `Average ${value}`,
  },

  cta: { short: 'Open', open: (host: string) => `Open ${host}` },

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
    sendingReseated: note('New seat.', 'This phone’s seat was not known any more. Your vote goes out again.'),
    paused: plain('The vote is paused. Your choice is kept.'),
    pausedSending: note('Hold on.', 'The vote is paused. Yours goes out when it goes on.'),
    accepted: plain('You may close this page. The receipt stays on this phone.'),
    acceptedNotLasting: plain('Keep this page open: this browser keeps no receipt.'),
    notCounted: plain('Stay for the next question.'),
    closed: plain('Stay for the next question.'),
    results: plain('Thank you for voting. The next question opens here.'),
    resultsMoving: plain('It moves until the vote is over. The next question opens here.'),
    resultsNotVoted: plain('The next question opens here.'),
    cta: plain('It opens in a new tab. This page stays.'),
    refused: note('That vote could not be read.', 'Please send it again.'),
    earlier: note('Your earlier vote', 'is still on its way. This page keeps asking.'),
    door: (forMs: number) =>
      note('It is busy at the door.', `Your place is kept. You are in within about ${secondsOf(forMs)} s, by itself.`),
    noSignal: note('No signal.', 'This page comes back by itself.'),
    noSignalChoosing: note('No signal.', 'Choose and send. Your vote goes out when the signal is back.'),
    noSignalSending: note('No signal.', 'Your vote is saved on this phone and goes out when the signal is back.'),
    quiet: (forMs: number) => note(`No news for ${secondsOf(forMs)} s.`, 'This page is checking the line.'),
    quietSending: (forMs: number) => note(`No news for ${secondsOf(forMs)} s.`, 'Your vote is saved on this phone.'),
    busyPolling: (everyMs: number) =>
      note('Busy moment.', `This page now refreshes every ${secondsOf(everyMs)} s. Voting works as always.`),
    busy: note('Busy moment.', 'Voting works as always.'),
    busySending: note('Busy moment.', 'Your vote is on its way. This page tries again by itself.'),
    afterTheShow: note('You’re in.', 'Results come after the show.'),
    hold: note('One moment, please.', 'Your vote is kept on this phone. This page comes back by itself.'),
  },
} as const;
