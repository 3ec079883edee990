import type { BallotAnswer, BallotBatch } from '../../shared/protocol/backplane.ts';

declare const inside: unique symbol;

/** The text of a batch, which nobody can look into but this file: whoever carries it has nothing to do with its ballots. */
interface BatchInside {
  readonly [inside]: 'batch';
}

/** A batch on its way from an edge to whoever judges it, with all of it that its carriers have to know. */
export interface CarriedBatch {
  readonly batchNo: number;
  /** Ballots in it. */
  readonly count: number;
  readonly inside: BatchInside;
}

/** The answers of a batch on their way back, in the order of its ballots. */
export interface CarriedAnswers {
  readonly [inside]: 'answers';
}

/**
 * A batch as it goes over the backplane. Its head stands first, so that a batch is read once, by the thread that judges
 * it: reading it in the core's main thread and handing it on as objects cost as much as writing it to disk.
 */
export function batchText({ t, batchNo, ballots, classes }: BallotBatch): string {
  return JSON.stringify({ t, batchNo, count: ballots.length, ballots, classes });
}

const HEAD = /^\{"t":"batch","batchNo":(\d+),"count":(\d+),/;

/** What `batchText` made, to be carried on; null for any other message. */
export function batchIn(text: string): CarriedBatch | null {
  const found = HEAD.exec(text);
  // In truth a text, as threads hand it over fastest; the types keep carriers out of it.
  return found === null
    ? null
    : { batchNo: Number(found[1]), count: Number(found[2]), inside: text as unknown as BatchInside };
}

/** For whoever judges it. */
export function readBatch(batch: CarriedBatch): Pick<BallotBatch, 'batchNo' | 'ballots' | 'classes'> {
  return JSON.parse(batch.inside as unknown as string) as BallotBatch;
}

/** In the order of the batch's ballots. */
export function carriedAnswers(answers: readonly BallotAnswer[]): CarriedAnswers {
  return JSON.stringify(answers) as unknown as CarriedAnswers;
}

/** The message that answers a batch. */
export function answersMessage(batchNo: number, answers: CarriedAnswers): string {
  return `{"t":"answers","batchNo":${batchNo},"answers":${answers as unknown as string}}`;
}
