import type { Tongue } from '../audience/messages.ts';

/** A server that is measured: the product with one edge, or a peer with one process. */
export interface Subject {
  name: string;
  tongue: Tongue;
  /** `http://host:port` */
  url: string;
  /** The process that carries the viewers. */
  pid: number;
  /** Everything that works on a ballot. */
  ballotPids: number[];
  takesBallots: boolean;
  /** Sends everyone a new state. */
  publish(): Promise<void>;
  end(): Promise<void>;
}
