import type { Mode, OptionId } from '../../shared/protocol/ids.ts';
import { isSameRun, prevailing, type Vote, voteKey } from './vote.ts';

/** A choice not sent yet. */
export interface Draft {
  key: string;
  /** Of `state.show`; absent where the device kept it before shows had one. */
  show?: string;
  choice: OptionId[];
}

/** What survives a reload. Falls back to memory where the browser keeps nothing (private mode may throw on any call). */
export interface Store {
  /** Whether what is written now will still be there after a reload. */
  lasting(): boolean;
  token(mode: Mode): string | null;
  /** Core epoch ms; null where it is not known. */
  tokenEndsAtMs(mode: Mode): number | null;
  setToken(mode: Mode, token: string | null, endsAtMs: number | null): void;
  /** The mode of the show when this device last saw it; null at first. */
  lastMode(): Mode | null;
  setLastMode(mode: Mode): void;
  /** Every ballot: tabs may have cast several in one run. */
  votes(): readonly Vote[];
  putVote(vote: Vote): void;
  /** All that were cast in its run; those of another run of the same name stay. */
  dropVote(vote: Vote): void;
  draft(): Draft | null;
  setDraft(draft: Draft | null): void;
}

const PREFIX = 'tallyroom.';
const VOTE = 'vote.';
/** A season of shows; older receipts make room. */
const KEPT_VOTES = 60;

/** `open` gives the browser's storage and may throw, as reading `localStorage` itself does where it is forbidden. */
export function createStore(open: () => Storage): Store {
  const memory = new Map<string, string>();
  let backing: Storage | null = null;
  try {
    backing = open();
    backing.setItem(`${PREFIX}probe`, '1');
    backing.removeItem(`${PREFIX}probe`);
  } catch {
    // Said on the page by `lasting()`.
    backing = null;
  }

  function read(key: string): string | null {
    const own = memory.get(key);
    if (own !== undefined) return own;
    try {
      return backing?.getItem(PREFIX + key) ?? null;
    } catch {
      backing = null;
      return null;
    }
  }

  function write(key: string, value: string | null): void {
    try {
      if (backing !== null) {
        if (value === null) backing.removeItem(PREFIX + key);
        else backing.setItem(PREFIX + key, value);
        memory.delete(key);
        return;
      }
    } catch {
      // Full, or taken away: from here on in memory, and `lasting()` says so.
      backing = null;
    }
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  }

  function keys(): string[] {
    const found = new Set(memory.keys());
    try {
      for (let i = 0; backing !== null && i < backing.length; i += 1) {
        const key = backing.key(i);
        if (key?.startsWith(PREFIX)) found.add(key.slice(PREFIX.length));
      }
    } catch {
      backing = null;
    }
    return [...found];
  }

  function parsed<T>(key: string): T | null {
    const text = read(key);
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch {
      console.warn(`${key} on this device was not readable and is dropped`);
      write(key, null);
      return null;
    }
  }

  function entries(): { key: string; vote: Vote }[] {
    return keys().flatMap((key) => {
      const vote = key.startsWith(VOTE) ? parsed<Vote>(key) : null;
      return vote === null ? [] : [{ key, vote }];
    });
  }

  function makeRoom(): void {
    const kept = entries().sort((a, b) => a.vote.openedAtMs - b.vote.openedAtMs);
    for (const { key } of kept.slice(0, Math.max(0, kept.length - KEPT_VOTES))) write(key, null);
  }

  return {
    lasting: () => backing !== null,
    token: (mode) => read(`token.${mode}`),
    tokenEndsAtMs(mode) {
      const endsAtMs = parsed<unknown>(`ends.${mode}`);
      return typeof endsAtMs === 'number' ? endsAtMs : null;
    },
    setToken(mode, token, endsAtMs) {
      write(`token.${mode}`, token);
      write(`ends.${mode}`, endsAtMs === null ? null : String(endsAtMs));
    },
    lastMode() {
      const mode = read('mode');
      return mode === 'live' || mode === 'rehearsal' ? mode : null;
    },
    setLastMode: (mode) => write('mode', mode),
    votes: () => entries().map(({ vote }) => vote),
    // One entry per ballot: two tabs never overwrite each other's, be it in the same instant.
    putVote(vote) {
      const key = `${VOTE}${voteKey(vote)}.${vote.ballotId}`;
      const kept = parsed<Vote>(key);
      write(key, JSON.stringify(kept === null ? vote : prevailing(vote, kept)));
      makeRoom();
    },
    dropVote(vote) {
      for (const { key, vote: kept } of entries()) if (isSameRun(kept, vote)) write(key, null);
    },
    draft: () => parsed<Draft>('draft'),
    setDraft: (draft) => write('draft', draft === null ? null : JSON.stringify(draft)),
  };
}
