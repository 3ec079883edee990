import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SystemStep } from '../../shared/domain/decide.ts';
import type { ScheduledAct } from '../../shared/domain/scheduled-act.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { monotonicNow } from '../process/clocks.ts';
import { Engine } from './engine.ts';

/** An engine on this journal and the machine's clocks, in a world where all is well. */
export function plainEngine(journal: Journal): Engine {
  return new Engine({
    journal,
    epoch: 1,
    nowMs: Date.now,
    monotonicNow,
    formerTimes: () => [],
    world: () => ({ preflight: null, identityConnected: false, edgesRestarting: false, alarms: null }),
    recountMatches: async () => true,
    onApplied: () => {},
    onOrders: () => {},
    onHeld: () => {},
    onFenced: () => {},
  });
}

/** Does it on the journal at `path`, which is closed again. */
export async function withEngine(path: string, act: (engine: Engine) => Promise<unknown>): Promise<void> {
  const engine = plainEngine(await openJournal(path, 1));
  await act(engine);
  await engine.close();
}

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
