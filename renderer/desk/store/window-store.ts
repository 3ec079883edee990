/** What concerns this window alone: where one looks, what is being asked, what is being held down. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeskScreen } from '../../../shared/protocol/bridge.ts';
import type { Lane, SwitchId } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import { FIRST_LOOK, type LogWindow } from './log-window.ts';

export type Screen = DeskScreen;

/** What lies over the middle of the window: the cheat sheet of keys, the field that finds everything, or the alarms that stand. */
export type Overlay = 'keys' | 'palette' | 'alarms';

/** A question that stands in the middle of the window; transport stays usable beside it. */
export type Question =
  | { kind: 'reason'; act: 'pause' | 'void' | 'revoke' | 'override'; cueId: PollId }
  | { kind: 'surfaces'; cueId: PollId }
  | { kind: 'more'; cueId: PollId }
  | { kind: 'switch'; switchId: SwitchId; position: 'on' | 'off'; revision: number }
  | { kind: 'mode' }
  | { kind: 'recode' }
  | { kind: 'quit' };

export interface Holding {
  actionId: string;
  /** Local time. */
  startedAtMs: number;
  holdMs: number;
}

/** What the operator looks at of all that comes in. */
export type Incoming = 'traffic' | 'networks';

export interface WindowData {
  screen: Screen;
  incoming: Incoming;
  /** Null: the desk chooses what comes next. */
  selected: PollId | null;
  /** The lane that the on-air panel shows, where several are taken; null: the desk chooses. */
  lane: Lane | null;
  /** The poll that the Director screen shows; null: the one on air, else the last. */
  watched: PollId | null;
  /** The poll that it is compared with; null: the one before. */
  compared: PollId | null;
  log: LogWindow;
  question: Question | null;
  overlay: Overlay | null;
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
    incoming: 'traffic',
    selected: null,
    lane: null,
    watched: null,
    compared: null,
    log: FIRST_LOOK,
    question: null,
    overlay: null,
    holding: null,
    typing: false,
    seenToasts: new Set(),
  }));

/** Where every sentence about networks leads. */
export const TO_NETWORKS = { screen: 'operator', incoming: 'networks' } as const satisfies Partial<WindowData>;
