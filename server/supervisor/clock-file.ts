import { z } from 'zod';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { rawMs } from '../../shared/domain/time.ts';
import { ClockAnchor } from '../../shared/protocol/process.ts';
import { readJsonFile } from '../storage/json-file.ts';

/** `DATA/clock.json`, mode 0600: what core time hung on last, for a supervisor after a crash of the one that wrote it. */
const ClockFile = z.strictObject({ version: z.literal(1), anchor: ClockAnchor.strict() });

export interface KnownAnchor {
  anchor: ClockAnchor | null;
  /** Why there is none though the folder holds a show, as a sentence. */
  anchorLost: string | null;
}

export interface AnchorWish {
  /** `clock.json` of the data folder. */
  path: string;
  /** Whether the folder holds a show that goes on; without one no deadline can be running. */
  hasShow: boolean;
  /** Of this boot; null where the system has no name for it. */
  bootId: string | null;
  now: MonotonicMs;
}

/** The anchor that the folder's last core told, where it still means something on this machine. */
export function anchorFor({ path, hasShow, bootId, now }: AnchorWish): KnownAnchor {
  if (!hasShow) return { anchor: null, anchorLost: null };
  const file = readJsonFile(path);
  if (file.kind === 'none') return lost(`There is no ${path}`);
  const parsed = file.kind === 'json' ? ClockFile.safeParse(file.value) : null;
  if (parsed?.success !== true) return lost(`${path} can't be read or is damaged`);
  const { anchor } = parsed.data;
  if (bootId === null || anchor.bootId === null) return lost('This system does not tell its boots apart');
  // A monotonic clock that has gone back counts from another boot, whatever its name.
  if (anchor.bootId !== bootId || anchor.monotonicMs > rawMs(now)) {
    return lost('The machine was started anew since the show ran last, or it ran on another machine');
  }
  return { anchor, anchorLost: null };
}

const lost = (why: string): KnownAnchor => ({
  anchor: null,
  anchorLost: `${why}, so deadlines that were running now follow the machine's wall clock. Check that it is right.`,
});

export function clockFileText(anchor: ClockAnchor): string {
  return `${JSON.stringify({ version: 1, anchor } satisfies z.infer<typeof ClockFile>)}\n`;
}
