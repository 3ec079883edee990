/** A disk of its own for a test, to be filled. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

export interface SmallDisk {
  dir: string;
  /** It takes not one byte more. */
  fill(): void;
  free(): void;
}

/** 1 MB in a folder of its own, gone after the test. Skips it where none can be made, as `smallDiskAt` does. */
export function smallDisk(context: TestContext): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'small-disk-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return smallDiskAt({ dir, megabytes: 1 }, context);
}

/** At a folder that is there, until the test ends. Skips the test, and says why, where this user may not mount one: only Linux lets root. */
export function smallDiskAt({ dir, megabytes }: { dir: string; megabytes: number }, { skip }: TestContext): SmallDisk {
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir]);
  if (status !== 0) {
    skip(`no small disk can be mounted here (${error?.message ?? String(stderr).trim()})`);
  }
  onTestFinished(() => {
    // Lazily: a process that is just ending may hold a file on it still.
    spawnSync('umount', ['-l', dir]);
  });
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        for (let size = 65_536; size >= 1; ) {
          try {
            writeSync(file, Buffer.alloc(size));
          } catch {
            size = Math.floor(size / 2);
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast),
  };
}
