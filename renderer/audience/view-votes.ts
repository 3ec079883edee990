import { averageOf } from '../../shared/domain/average.ts';
import { leadersOf, shareText } from '../../shared/domain/shares.ts';
import type { PublicState, Receipt } from '../../shared/protocol/audience.ts';
import { clockText, countText } from './format.ts';
import { isMultiple } from './model.ts';
import { texts } from './texts.ts';
import type { Mine, Moment, ResultRow, Total } from './view.ts';
import type { Vote } from './vote.ts';

type Poll = NonNullable<PublicState['poll']>;
type Results = NonNullable<PublicState['results']>;

/** Bars leave air beside the longest; a unanimous vote fills its track. */
const AIR_BESIDE_LONGEST = 1.2;

function lateByMs(receipt: Receipt, vote: Vote): number | null {
  return vote.closesAtMs === null ? null : receipt.atMs - vote.closesAtMs;
}

/** The moment after sending: what became of the vote, in full. */
export function receiptMoment(vote: Vote, total: Total | null): Moment {
  const bad = (word: { headline: string; text: string }): Moment => ({
    kind: 'receipt',
    name: 'not-counted',
    headline: word.headline,
    text: word.text,
    rows: [],
    total,
  });
  if (vote.answer.kind !== 'receipt') return bad(texts.unknown);
  const { receipt } = vote.answer;
  switch (receipt.status) {
    case 'accepted':
      return {
        kind: 'receipt',
        name: 'accepted',
        headline: texts.accepted.headline,
        text: vote.choiceText,
        rows: [
          ...(receipt.ref === undefined ? [] : [{ label: texts.receipt, value: receipt.ref }]),
          { label: texts.received, value: clockText(receipt.atMs) },
        ],
        total,
      };
    case 'duplicate':
      return bad(texts.duplicate);
    case 'late':
      return bad({ headline: texts.late.headline, text: texts.late.text(lateByMs(receipt, vote)) });
    case 'over-limit':
      return bad(texts.overLimit);
    case 'not-eligible':
      return bad(texts.notEligible);
  }
}

/** The same in a card, beside the closed notice or the result; null where this device didn't vote. */
export function mineCard(vote: Vote | null): Mine | null {
  if (vote === null) return null;
  const words = texts.mine;
  const choice = vote.choiceText;
  switch (vote.answer.kind) {
    case 'pending':
      return { counted: false, title: words.pending(choice), text: words.pendingText };
    case 'unknown':
      return { counted: false, title: words.unknown(choice), text: words.unknownText };
    case 'refused':
      return { counted: false, title: words.refused(choice), text: words.refusedText };
    case 'receipt':
      break;
  }
  const { receipt } = vote.answer;
  switch (receipt.status) {
    case 'accepted':
      return { counted: true, title: words.accepted(choice), text: words.inTime(receipt.ref ?? null) };
    case 'duplicate':
      return { counted: true, title: words.duplicate, text: words.duplicateText };
    case 'over-limit':
      return { counted: true, title: words.overLimit, text: words.overLimitText };
    case 'late':
      return { counted: false, title: words.notCounted(choice), text: words.late(lateByMs(receipt, vote)) };
    case 'not-eligible':
      return { counted: false, title: words.notCounted(choice), text: words.notEligibleText };
  }
}

/** How many votes, and whether that is the end of it; null where nothing of it is released. */
export function totalOf(results: Results | null, poll: Poll): Total | null {
  if (results === null) return null;
  const said = results.final ? texts.results.final(clockText(results.atMs)) : texts.results.notFinal;
  // Where one may choose several, the percentages don't add up.
  const when = isMultiple(poll) && results.options !== undefined ? `${said}, ${texts.results.ofVoters}` : said;
  if (results.total === undefined) return { strong: '', text: when.charAt(0).toUpperCase() + when.slice(1) };
  const separator = results.final ? ', ' : ' ';
  return { strong: countText(results.total), text: `${texts.results.votes(results.total)}${separator}${when}` };
}

/** The released result, or the right answer alone where only that is released. */
export function resultsMoment(shown: {
  poll: Poll;
  results: Results | null;
  answer: PublicState['answer'] | null;
  vote: Vote | null;
}): Moment {
  const { poll, results, answer, vote } = shown;
  const figures = new Map((results?.options ?? []).map((option) => [option.id, option]));
  const shares = new Map(poll.options.map(({ id }) => [id, figures.get(id)?.share ?? null]));
  const longest = Math.max(0, ...[...shares.values()].map((share) => share ?? 0));
  const [leader, ...level] = leadersOf(results);
  // Its bar alone would not tell: one vote of many thousands is no tenth of a percent.
  const printsLevel = [...shares.values()].filter((share) => share === longest).length > 1;
  const narrowly = leader !== undefined && level.length === 0 && printsLevel ? leader : null;
  const scale = Math.min(1, longest * AIR_BESIDE_LONGEST);
  // Choices other than counted ones are not "your vote" in this result.
  const counted = vote?.answer.kind === 'receipt' && vote.answer.receipt.status === 'accepted' ? vote.choice : [];
  const rows = poll.options.map((option): ResultRow => {
    const share = shares.get(option.id) ?? null;
    const count = figures.get(option.id)?.count;
    return {
      id: option.id,
      text: option.text,
      mine: counted.includes(option.id),
      right: answer?.options.includes(option.id) ?? false,
      ahead: option.id === narrowly,
      bar: share === null ? null : scale === 0 ? 0 : Math.min(1, share / scale),
      value: share === null ? null : `${shareText(share)}\u00a0%`,
      count: count === undefined ? null : countText(count),
    };
  });
  const mine = mineCard(vote);
  return {
    kind: 'results',
    name: 'results',
    question: poll.text,
    lead: leadOf({ poll, shares, figures, rows, answered: answer != null }),
    rows,
    total: totalOf(results, poll),
    receipt: counted.length > 0 ? (mine?.text ?? null) : null,
    mine: counted.length > 0 ? null : mine,
  };
}

function leadOf(shown: {
  poll: Poll;
  shares: ReadonlyMap<string, number | null>;
  figures: ReadonlyMap<string, { count?: number | undefined }>;
  rows: readonly ResultRow[];
  answered: boolean;
}): string | null {
  const { poll, shares, figures, rows, answered } = shown;
  const chosen = rows.filter((row) => row.mine);
  if (answered && chosen.length > 0) {
    const right = rows.every((row) => row.mine === row.right);
    return right ? texts.results.right : texts.results.wrong;
  }
  if (poll.kind !== 'rating') return null;
  // The shares are rounded for print; where the counts are shown the average is theirs.
  const average = averageOf(poll.options, (id) => figures.get(id)?.count ?? shares.get(id) ?? null);
  return average === null ? null : texts.results.average(average.text, average.most);
}
