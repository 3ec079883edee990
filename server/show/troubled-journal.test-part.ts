import type { JournalEntry } from '../../shared/protocol/records.ts';
import type { Journal } from '../journal/journal.ts';
import type { Engine } from './engine.ts';
import { type EngineRig, PRODUCER } from './engine-rig.test-part.ts';
import { onePoll } from './one-poll.test-part.ts';

export interface Disk {
  is: 'well' | 'full' | 'stalled';
  /** Well again, and what waits for it goes on. */
  free: () => void;
}

/** A journal whose disk is full, or takes nothing and says nothing, while it is told to be. */
export async function troubledJournal(rig: EngineRig): Promise<{ journal: Journal; disk: Disk }> {
  const real = await rig.journal();
  let released = Promise.withResolvers<void>();
  const disk: Disk = {
    is: 'well',
    free: () => {
      disk.is = 'well';
      released.resolve();
      released = Promise.withResolvers();
    },
  };
  const append: Journal['append'] = async (...given) => {
    if (disk.is === 'full') throw new Error('disk full');
    if (disk.is === 'stalled') await released.promise;
    return real.append(...given);
  };
  return { journal: { ...real, append }, disk };
}

/** A live show whose one poll is open. */
export async function onePollOnAir(rig: EngineRig, journal: Journal): Promise<Engine> {
  const engine = rig.engineOn(journal);
  await engine.importShow(onePoll({}), 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  return engine;
}

export async function entriesOf(journal: Journal, type: string): Promise<JournalEntry[]> {
  return (await journal.page(0, 1_000)).entries.filter((entry) => entry.type === type);
}
