import { type ChildProcess, fork } from 'node:child_process';
import { asBatch } from '../server/process/batch-policy.ts';

/** Starts a script of the bench under the policy that the product's edges run under: peers for fairness, audiences so that neither side interrupts the other for every message. */
export function forkAsBatch(file: string, v8Flags: readonly string[] = process.execArgv): ChildProcess {
  const [execPath, ...execArgv] = asBatch([process.execPath, ...v8Flags]);
  return fork(file, { execPath, execArgv });
}
