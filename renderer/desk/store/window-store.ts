/** What concerns this window alone: where one looks, what is being asked, what is being held down. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Lane } from '../../../shared/protocol/desk.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';

export type Screen = 'producer' | 'director' | 'operator' | 'log' | 'settings';

/** A question that stands in the middle of the window; transport stays usable beside it. */
export type Question =
  | { kind: 'reason'; act: 'pause' | 'void' | 'revoke' | 'override'; cueId: PollId }
  | { kind: 'surfaces'; cueId: PollId }
  | { kind: 'more'; cueId: PollId }
  | { kind: 'mode' }
  | { kind: 'quit' };

export interface Holding {
  actionId: string;
  /** Local time. */
  startedAtMs: number;
  holdMs: number;
}

export interface WindowData {
  screen: Screen;
  /** Null: the desk chooses what comes next. */
  selected: PollId | null;
  /** The lane that the on-air panel shows, where several are taken; null: the desk chooses. */
  lane: Lane | null;
  question: Question | null;
  holding: Holding | null;
  /** A text field has the focus. */
  typing: boolean;
  /** Keys of toasts that were seen or have left. */
  seenToasts: ReadonlySet<string>;
}

export type WindowStore = StoreApi<WindowData>;

export const createWindowStore = (): WindowStore =>
  createStore<WindowData>(() => ({
    screen: 'producer',
    selected: null,
    lane: null,
    question: null,
    holding: null,
    typing: false,
    seenToasts: new Set(),
  }));
