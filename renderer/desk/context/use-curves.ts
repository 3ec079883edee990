/** The curves, for whoever draws them. They change once a step, not with every message. */
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { RunId } from '../../../shared/protocol/ids.ts';
import type { RunCurve, RunMark, TrafficCurve } from '../history/curves.ts';
import { type RunHistories, runCurve } from '../history/run-history.ts';
import { trafficCurve } from '../history/traffic-history.ts';
import { useDesk } from './desk-context.tsx';

const LOADING: RunCurve = { kind: 'loading' };

/** The last `windowMs` of the evening's traffic: by the second up to 20 min, by ten seconds up to 6 h. */
export function useTraffic(windowMs: number): TrafficCurve {
  const { store } = useDesk().history;
  const fine = useStore(store, ({ traffic }) => traffic.fine);
  const coarse = useStore(store, ({ traffic }) => traffic.coarse);
  const fetched = useStore(store, ({ traffic }) => traffic.fetched);
  return useMemo(() => trafficCurve({ fine, coarse, fetched }, windowMs), [fine, coarse, fetched, windowMs]);
}

const NO_MARKS: readonly RunMark[] = [];

/** What this desk saw happen to a run's clock: extensions, holds. */
export function useRunMarks(runId: RunId | null): readonly RunMark[] {
  const { store } = useDesk().history;
  return useStore(store, ({ runs }) => (runId === null ? NO_MARKS : (runs.get(runId)?.marks ?? NO_MARKS)));
}

/** A run's count as it grew, from GO to its end; what this desk did not hear itself is fetched when it is first looked at. */
export function useRunCurve(runId: RunId | null): RunCurve {
  const { history } = useDesk();
  const { store } = history;
  const of = (runs: RunHistories) => (runId === null ? undefined : runs.get(runId));
  const points = useStore(store, ({ runs }) => of(runs)?.points);
  const stepMs = useStore(store, ({ runs }) => of(runs)?.stepMs);
  const fetched = useStore(store, ({ runs }) => of(runs)?.fetched);
  useEffect(() => {
    if (runId !== null) history.look(runId);
  }, [history, runId]);
  return useMemo(
    () =>
      points === undefined || stepMs === undefined ? LOADING : runCurve({ points, stepMs, fetched: fetched ?? null }),
    [points, stepMs, fetched],
  );
}
