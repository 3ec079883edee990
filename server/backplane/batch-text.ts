import type { BallotAnswer, BallotBatch } from '../../shared/protocol/backplane.ts';

/** What the core's main thread has to know of a batch; all else in it is for the ballot box's writer. */
export interface BatchHead {
  batchNo: number;
  /** Ballots in it. */
  count: number;
}

/**
 * A batch as it goes over the backplane. Its head stands first, so that a batch is read once, by the thread that judges
 * it: reading it in the core's main thread and handing it on as objects cost as much as writing it to disk.
 */
export function batchText({ t, batchNo, ballots, classes }: BallotBatch): string {
  return JSON.stringify({ t, batchNo, count: ballots.length, ballots, classes });
}

const HEAD = /^\{"t":"batch","batchNo":(\d+),"count":(\d+),/;

/** The head of what `batchText` made; null for any other message. */
export function batchHead(text: string): BatchHead | null {
  const found = HEAD.exec(text);
  return found === null ? null : { batchNo: Number(found[1]), count: Number(found[2]) };
}

/** The batch in what `batchText` made. */
export function readBatch(text: string): Pick<BallotBatch, 'batchNo' | 'ballots' | 'classes'> {
  return JSON.parse(text) as BallotBatch;
}

/** The message that answers a batch. `answers`: what `answersText` made. */
export function answersMessage(batchNo: number, answers: string): string {
  return `{"t":"answers","batchNo":${batchNo},"answers":${answers}}`;
}

/** Answers in the order of the batch's ballots. */
export function answersText(answers: readonly BallotAnswer[]): string {
  return JSON.stringify(answers);
}
