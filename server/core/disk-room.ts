import { statfs } from 'node:fs/promises';

const CHECK_MS = 5_000;

/** How much room the disk of the data folder has, looked up every few seconds. */
export class DiskRoom {
  /** Null where the system doesn't tell. */
  freeBytes: number | null;
  readonly #timer: NodeJS.Timeout;

  private constructor(dir: string, freeBytes: number | null) {
    this.freeBytes = freeBytes;
    this.#timer = setInterval(async () => {
      this.freeBytes = await freeBytesAt(dir);
    }, CHECK_MS);
  }

  static async of(dir: string): Promise<DiskRoom> {
    return new DiskRoom(dir, await freeBytesAt(dir));
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

async function freeBytesAt(dir: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  } catch {
    return null;
  }
}
