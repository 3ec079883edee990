/** What every component may reach, and the hooks that select from it. */
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import type { Runner } from '../actions/runner.ts';
import type { Sounds } from '../audio/sounds.ts';
import type { DeskHistory } from '../history/history.ts';
import type { DeskLink } from '../link/desk-link.ts';
import type { DeskLogs } from '../logbook/desk-logs.ts';
import type { DeskData, DeskStore } from '../store/desk-store.ts';
import { type Moment, momentOf } from '../store/moment.ts';
import type { PreferencesStore } from '../store/preferences.ts';
import type { WindowData, WindowStore } from '../store/window-store.ts';

export interface Desk {
  store: DeskStore;
  window: WindowStore;
  runner: Runner;
  link: DeskLink;
  history: DeskHistory;
  logs: DeskLogs;
  preferences: PreferencesStore;
  sounds: Sounds;
  /** Null in a browser. */
  bridge: DeskBridge | null;
}

const Context = createContext<Desk | null>(null);

export function DeskProvider({ desk, children }: { desk: Desk; children: ReactNode }) {
  return <Context value={desk}>{children}</Context>;
}

export function useDesk(): Desk {
  const desk = useContext(Context);
  if (!desk) throw new Error('a desk component was drawn outside of the desk');
  return desk;
}

export function useDeskData<T>(select: (data: DeskData) => T): T {
  return useStore(useDesk().store, select);
}

export function useWindowData<T>(select: (data: WindowData) => T): T {
  return useStore(useDesk().window, select);
}

/** Gives the same data until something but the clock changed, or the clock went on by a step. */
function stepped(stepMs: number): (data: DeskData) => DeskData {
  let last: DeskData | null = null;
  const step = (data: DeskData) => Math.floor((data.localNowMs + data.clock.offsetMs) / stepMs);
  return (data) => {
    const same =
      last !== null &&
      step(last) === step(data) &&
      last.show === data.show &&
      last.vitals === data.vitals &&
      last.link === data.link &&
      last.commands === data.commands &&
      last.session === data.session;
    if (!same || last === null) last = data;
    return last;
  };
}

/** The show at this moment, drawn anew at every change and every step of core time; null while no show is known. */
export function useMoment(stepMs: number): Moment | null {
  const data = useDeskData(useMemo(() => stepped(stepMs), [stepMs]));
  const window = useWindowData((w) => w);
  return useMemo(() => momentOf(data, window), [data, window]);
}
