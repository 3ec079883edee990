import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode } from '../../shared/protocol/ids.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { WorkerClient } from '../process/worker-client.ts';
import type { EvidenceRun, EvidenceWork, PackerCalls } from './evidence-messages.ts';

/** A bundle on disk, to be sent and then removed. */
export interface PackedEvidence {
  path: string;
  bytes: number;
  remove: () => Promise<void>;
}

/** A bundle could not be packed now; the sentence is for the person who asked. */
export class EvidenceFailed extends Error {}

export interface EvidenceRoom {
  /** `busy`: one is being packed; ask again in a moment. @throws EvidenceFailed when ledger or journal can't be read, or the disk takes no more */
  pack(run: EvidenceRun): Promise<PackedEvidence | 'busy'>;
  /** Stops what is being packed and removes what was left. */
  close(): Promise<void>;
}

export interface EvidenceRoomOptions {
  ledgers: Record<Mode, string>;
  journal: string;
  /** An existing folder that is ours; it is removed with the server. */
  dir: string;
  nowMs: () => number;
}

type Packer = WorkerClient<PackerCalls, null, never>;

const FOLDER = 'evidence-';

/**
 * Packs one bundle at a time, each on a thread of its own and in a folder that only we may enter. Removes what a core that was
 * killed has left there.
 */
export function openEvidenceRoom({ ledgers, journal, dir: parent, nowMs }: EvidenceRoomOptions): EvidenceRoom {
  removeLeft(parent);
  const folders = new Set<string>();
  let isBusy = false;
  let packer: Packer | null = null;

  async function remove(dir: string): Promise<void> {
    folders.delete(dir);
    await rm(dir, { recursive: true, force: true });
  }

  async function folder(): Promise<string> {
    const dir = await mkdtemp(join(parent, FOLDER));
    folders.add(dir);
    return dir;
  }

  async function packIn(dir: string, run: EvidenceRun): Promise<PackedEvidence> {
    packer = newPacker();
    try {
      const path = await packedBy(packer, { run, ledger: ledgers[run.mode], journal, dir, packedAtMs: nowMs() });
      return { path, bytes: (await stat(path)).size, remove: () => remove(dir) };
    } catch (error) {
      await remove(dir);
      throw error;
    } finally {
      await packer.end();
      packer = null;
    }
  }

  return {
    async pack(run) {
      if (isBusy) return 'busy';
      isBusy = true;
      try {
        return await packIn(await folder(), run);
      } finally {
        isBusy = false;
      }
    },
    async close() {
      await packer?.end();
      await Promise.all([...folders].map(remove));
    },
  };
}

/** What can't be removed, or looked for, stands in nobody's way. */
function removeLeft(parent: string): void {
  try {
    for (const name of readdirSync(parent)) {
      if (name.startsWith(FOLDER)) rmSync(join(parent, name), { recursive: true, force: true });
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

function newPacker(): Packer {
  return new WorkerClient({
    module: siblingModule(import.meta.url, './evidence-packer'),
    workerData: null,
    name: 'the evidence packer',
    onWord: () => {},
    // Who waits for the bundle has been told.
    onDeath: () => {},
  });
}

async function packedBy(packer: Packer, work: EvidenceWork): Promise<string> {
  try {
    return await packer.ask('pack', work);
  } catch (error) {
    if (packer.isOver) throw error;
    throw new EvidenceFailed(error instanceof Error ? error.message : String(error));
  }
}
