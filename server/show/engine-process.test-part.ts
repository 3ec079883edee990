import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SystemStep } from '../../shared/domain/decide.ts';
import type { ScheduledAct } from '../../shared/domain/scheduled-act.ts';

export type ChildDoes = { fire: ScheduledAct } | { step: SystemStep };

/**
 * A process of its own does it on the journal at `path` and is killed (SIGKILL) when the entry is on disk: nobody has been
 * answered by then, and nothing was published.
 */
export async function killedOnceWritten(path: string, does: ChildDoes): Promise<void> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./engine-child.test-part.ts', import.meta.url)), path, JSON.stringify(does)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const exited = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`the engine's process ended with ${code}`))),
  ]);
  child.kill('SIGKILL');
  await exited;
}
