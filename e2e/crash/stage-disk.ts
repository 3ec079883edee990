import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** The least that a pre-flight wants to see free, and what hundreds of rounds leave behind. It takes memory only as it is used. */
const ROOMY = '1g';
const TRIES = 20;
const BUSY_MS = 2_000;

/** Remounts it with this size; false where it holds more than that already. */
function resized(dir: string, size: string): boolean {
  return spawnSync('mount', ['-o', `remount,size=${size}`, dir]).status === 0;
}

/**
 * A disk of its own for the data folder of a server that lives through many rounds. It is filled and freed by its size, within
 * some ms: writing hundreds of MB of ballast into memory would hold up the viewers of the round.
 */
export class StageDisk {
  readonly #dir: string;
  #isFull = false;
  /** A run that somebody breaks off leaves no disk behind. */
  readonly #onExit = () => this.remove();

  private constructor(dir: string) {
    this.#dir = dir;
    process.once('exit', this.#onExit);
  }

  /** At a folder that is there and empty; null where none can be mounted: only Linux lets root. */
  static at(dir: string): StageDisk | null {
    if (process.platform !== 'linux') return null;
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOMY}`, 'tmpfs', dir]);
    return status === 0 ? new StageDisk(dir) : null;
  }

  /** It was filled, and not freed since. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * From now on it takes not one page more, from any process.
   *
   * @param databases whose logs are carried into them first: what has been written once is written over without any room, so
   *   that a log which is being used again from its beginning would go on taking commits
   */
  fill(databases: readonly string[]): void {
    for (const database of databases) emptyLog(database);
    for (let i = 0; i < TRIES; i += 1) {
      const { bsize, blocks, bfree } = statfsSync(this.#dir);
      // Somebody may have written in between.
      if (!resized(this.#dir, String((blocks - bfree) * bsize)) || statfsSync(this.#dir).bfree !== 0) continue;
      this.#isFull = true;
      return;
    }
    throw new Error(`${this.#dir} can't be filled`);
  }

  free(): void {
    if (!resized(this.#dir, ROOMY)) throw new Error(`${this.#dir} can't be freed`);
    this.#isFull = false;
  }

  /** Takes it away, with all that it holds. */
  remove(): void {
    process.off('exit', this.#onExit);
    // Lazily: a process that is just ending may hold a file on it still.
    spawnSync('umount', ['-l', this.#dir]);
  }
}

function emptyLog(path: string): void {
  if (!existsSync(path)) return;
  const database = new Database(path, { timeout: BUSY_MS });
  try {
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
