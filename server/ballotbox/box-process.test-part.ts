import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BallotAnswer, RunRule } from '../../shared/protocol/backplane.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { BallotBox, SubmittedBatch } from './ballot-box.ts';
import type { RecountResult, SealedRun } from './ledger.ts';

export type BoxCall = { ref: number } & (
  | { t: 'rules'; rules: RunRule[] }
  | { t: 'submit'; batch: SubmittedBatch }
  | { t: 'recount' | 'seal'; runId: RunId }
  | { t: 'vitals' }
);
type Ask = BoxCall extends infer C ? (C extends BoxCall ? Omit<C, 'ref'> : never) : never;

export interface BoxReply {
  ref: number;
  value: unknown;
  error: string | null;
}

/** The parent's side of `box-child.test-part.ts`. */
export interface BoxProcess {
  child: ChildProcess;
  stderr: () => string;
  rules: (rules: RunRule[]) => Promise<unknown>;
  submit: (batch: SubmittedBatch) => Promise<BallotAnswer[]>;
  recount: (runId: RunId) => Promise<RecountResult>;
  seal: (runId: RunId) => Promise<SealedRun>;
  vitals: () => Promise<ReturnType<BallotBox['vitals']>>;
  /** SIGKILL; resolves when the process is gone. Calls under way stay without an answer. */
  kill: () => Promise<void>;
}

export async function startBoxProcess(ledgers: Record<Mode, string>): Promise<BoxProcess> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./box-child.test-part.ts', import.meta.url)), ledgers.live, ledgers.rehearsal],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const asked = new Map<number, (reply: BoxReply) => void>();
  let lastRef = 0;
  function ask(call: Ask): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ref = ++lastRef;
      asked.set(ref, ({ value, error }) => (error === null ? resolve(value) : reject(new Error(error))));
      child.send({ ref, ...call }, (error) => {
        if (error !== null && child.exitCode === null && child.signalCode === null) reject(error);
      });
    });
  }
  const exited = once(child, 'exit');
  await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error(stderr)))]);
  child.on('message', (reply: BoxReply) => {
    asked.get(reply.ref)?.(reply);
    asked.delete(reply.ref);
  });
  return {
    child,
    stderr: () => stderr,
    rules: (rules) => ask({ t: 'rules', rules }),
    submit: (batch) => ask({ t: 'submit', batch }) as Promise<BallotAnswer[]>,
    recount: (runId) => ask({ t: 'recount', runId }) as Promise<RecountResult>,
    seal: (runId) => ask({ t: 'seal', runId }) as Promise<SealedRun>,
    vitals: () => ask({ t: 'vitals' }) as Promise<ReturnType<BallotBox['vitals']>>,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
