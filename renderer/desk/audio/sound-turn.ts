/** Of several windows of one desk a single one is heard: each asks for the turn, and who has it keeps it while it lives. */

export interface SoundTurn {
  /** This window could be heard from now on. */
  ask(): void;
  /** To be called often: a turn without locks lives from it. `nowMs`: any clock that goes on. */
  beat(nowMs: number): void;
  isMine(): boolean;
}

const LOCK = 'tallyroom.sounds';
const CHANNEL = 'tallyroom.sounds';

/** The browser gives the lock on when its window goes, however it goes. */
export function turnByLock(locks: Pick<LockManager, 'request'>, onTrouble: (error: unknown) => void): SoundTurn {
  let asked = false;
  let mine = false;
  return {
    ask() {
      if (asked) return;
      asked = true;
      const held = locks.request(LOCK, () => {
        mine = true;
        return new Promise<void>(() => undefined);
      });
      held.catch(onTrouble);
    },
    beat: () => undefined,
    isMine: () => mine,
  };
}

const BEAT_EVERY_MS = 1_000;
/** A window that is this quiet is gone. */
const GONE_AFTER_MS = 2_500;
/** So long one listens for others before the turn can be one's own. */
const LISTEN_MS = 300;

interface Beat {
  id: string;
  /** Asks the others to be heard at once. */
  isNew: boolean;
}

export type TurnChannel = Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;

/**
 * For pages without locks (plain http under a network name): every window says that it lives, and the one that comes first
 * by its id has the turn.
 */
export function turnByChannel(channel: TurnChannel, id: string): SoundTurn {
  const heard = new Map<string, number>();
  let askedAtMs: number | null = null;
  let asks = false;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let nowMs = 0;
  channel.onmessage = ({ data }: MessageEvent<Beat>) => {
    heard.set(data.id, nowMs);
    if (data.isNew && askedAtMs !== null) channel.postMessage({ id, isNew: false } satisfies Beat);
  };
  return {
    ask() {
      asks = true;
    },
    beat(atMs) {
      nowMs = atMs;
      if (!asks || nowMs - saidAtMs < BEAT_EVERY_MS) return;
      channel.postMessage({ id, isNew: askedAtMs === null } satisfies Beat);
      saidAtMs = nowMs;
      askedAtMs ??= nowMs;
    },
    isMine() {
      if (askedAtMs === null || nowMs - askedAtMs < LISTEN_MS) return false;
      return [...heard].every(([other, atMs]) => id < other || nowMs - atMs > GONE_AFTER_MS);
    },
  };
}

export function turnOf(page: Window & typeof globalThis, id: string): SoundTurn {
  // Absent outside of secure contexts, whatever the types say.
  const locks = page.navigator.locks as LockManager | undefined;
  if (locks === undefined) return turnByChannel(new page.BroadcastChannel(CHANNEL), id);
  return turnByLock(locks, (error) => console.error('The lock for sounds failed.', error));
}
