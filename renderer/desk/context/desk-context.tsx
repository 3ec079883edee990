/** What every component may reach, and the hooks that select from it. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand/react';
import { useShallow } from 'zustand/react/shallow';
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import type { Runner } from '../actions/runner.ts';
import type { Sounds } from '../audio/sounds.ts';
import type { DeskHistory } from '../history/history.ts';
import type { DeskLink } from '../link/desk-link.ts';
import type { DeskLogs } from '../logbook/desk-logs.ts';
import type { DeskData, DeskStore } from '../store/desk-store.ts';
import { type Moment, momentOf } from '../store/moment.ts';
import type { PreferencesStore } from '../store/preferences.ts';
import { sameValue } from '../store/same-value.ts';
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

/** `select`, but the same value until it says something else. The same function at every call. */
export function useSame<T>(select: (data: DeskData) => T): (data: DeskData) => T {
  return useMemo(() => {
    let last: { value: T } | null = null;
    return (data) => {
      const value = select(data);
      if (last === null || !sameValue(last.value, value)) last = { value };
      return last.value;
    };
  }, [select]);
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

/** The part of a window's own data that a moment has. */
type Looked = Pick<WindowData, 'selected' | 'lane' | 'watched' | 'holding'>;
const lookedOf = ({ selected, lane, watched, holding }: WindowData): Looked => ({ selected, lane, watched, holding });

/** Gives the same moment until what `drawn` makes of it is another. */
function momentsDrawn(stepMs: number, drawn: (moment: Moment) => unknown) {
  const step = stepped(stepMs);
  let from: { data: DeskData; looked: Looked } | null = null;
  let last: { moment: Moment; drawn: unknown } | null = null;
  return (desk: DeskData, window: WindowData): Moment | null => {
    const data = step(desk);
    const looked = lookedOf(window);
    if (from !== null && from.data === data && sameValue(from.looked, looked)) return last?.moment ?? null;
    from = { data, looked };
    const moment = momentOf(data, looked);
    if (moment === null) last = null;
    else {
      const now = drawn(moment);
      if (last === null || !sameValue(last.drawn, now)) last = { moment, drawn: now };
    }
    return last?.moment ?? null;
  };
}

/**
 * The show at this moment, for a component that draws nothing of it but what `drawn` gives: it stays the same moment through
 * changes and steps of core time that change nothing there, so that a beat of the vitals draws nothing anew.
 *
 * @param drawn the same function at every call: what is drawn is looked at anew for another one
 */
export function useMomentFor(stepMs: number, drawn: (moment: Moment) => unknown): Moment | null {
  const { store, window } = useDesk();
  const pick = useMemo(() => momentsDrawn(stepMs, drawn), [stepMs, drawn]);
  const subscribe = useCallback(
    (changed: () => void) => {
      const leave = [store.subscribe(changed), window.subscribe(changed)];
      return () => {
        for (const away of leave) away();
      };
    },
    [store, window],
  );
  return useSyncExternalStore(subscribe, () => pick(store.getState(), window.getState()));
}

/** What `view` makes of the show at this moment: the same until it is another; null while no show is known. As `useMomentFor` otherwise. */
export function useView<T>(stepMs: number, view: (moment: Moment) => T): T | null {
  const moment = useMomentFor(stepMs, view);
  return useMemo(() => (moment === null ? null : view(moment)), [moment, view]);
}

/** The show at this moment, drawn anew at every change and every step of core time; null while no show is known. */
export function useMoment(stepMs: number): Moment | null {
  const data = useDeskData(useMemo(() => stepped(stepMs), [stepMs]));
  const looked = useWindowData(useShallow(lookedOf));
  return useMemo(() => momentOf(data, looked), [data, looked]);
}
