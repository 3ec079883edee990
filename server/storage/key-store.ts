import type { CodeChange } from '../../shared/protocol/process.ts';
import {
  addKey,
  type CodesInForce,
  type Keys,
  loadKeys,
  type NextCode,
  prepareCode,
  promoteKey,
  settleCode,
  storeEpoch,
} from './keys.ts';

/** Where the keys of voters' tokens, the rehearsal's code and the epoch outlive every process. Changes come one after the other. */
export interface KeyStore {
  /** Made at the first start. @throws StorageError with the sentence to show */
  load(): Promise<Keys>;
  /** A new key that verifies and does not sign yet; one that waits already is taken. */
  add(): Promise<Keys>;
  /** The key that waits signs from now on. @param nowMs wall clock */
  promote(nowMs: number): Promise<Keys>;
  /** A new rehearsal code stands beside the one in force. */
  prepareCode(inForce: CodesInForce, change: CodeChange): Promise<NextCode>;
  /** What was decided about it. */
  settleCode(inForce: CodesInForce, changeId: string): Promise<void>;
  /** Of a core's life; a higher one that stands there stays. */
  storeEpoch(epoch: number): Promise<void>;
}

/** @param secret `TALLYROOM_SECRET`, or '': signs in place of the file's keys */
export function fileKeyStore(path: string, secret: string): KeyStore {
  return {
    load: async () => loadKeys(path, secret),
    add: () => addKey(path),
    promote: (nowMs) => promoteKey(path, nowMs),
    prepareCode: (inForce, change) => prepareCode(path, inForce, change),
    settleCode: (inForce, changeId) => settleCode(path, inForce, changeId),
    storeEpoch: (epoch) => storeEpoch(path, epoch),
  };
}
