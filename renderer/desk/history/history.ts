/** Keeps the desk's curves: writes down what the vitals say, and asks the core for what this desk did not hear itself. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isUnderWay } from '../../../shared/domain/intakes.ts';
import type { RunId } from '../../../shared/protocol/ids.ts';
import type { Series } from '../../../shared/protocol/records.ts';
import { getRunSeries, getSeries, type HttpResult, type Session } from '../host/desk-http.ts';
import { coreNowMs, type DeskData, type DeskStore } from '../store/desk-store.ts';
import { COARSE_FOR_MS, COARSE_STEP_MS, FINE_FOR_MS, FINE_STEP_MS } from './curves.ts';
import {
  markOf,
  type RunHistories,
  runAsked,
  runEnded,
  runFailed,
  runFetched,
  runForgotten,
  runHeard,
  runMarked,
} from './run-history.ts';
import { NO_TRAFFIC, type TrafficHistory, trafficFetched, trafficHeard } from './traffic-history.ts';

export interface HistoryData {
  traffic: TrafficHistory;
  runs: RunHistories;
}

export interface DeskHistory {
  store: StoreApi<HistoryData>;
  start(): void;
  stop(): void;
  /** Somebody looks at a run's curve: what came before is asked for, once. */
  look(runId: RunId): void;
  /** Asks again for everything that could not be had. */
  tryAgain(): void;
}

/** The core writes a second down after it is over, and may be a little late with it. */
const OVERLAP_MS = 15_000;
const UNREACHABLE = 'The core does not answer.';

const wordsOf = (result: Exclude<HttpResult<unknown>, { kind: 'ok' }>): string =>
  result.kind === 'refused' ? result.message : UNREACHABLE;

export function createHistory(parts: { desk: DeskStore; session: () => Session | null }): DeskHistory {
  const { desk, session } = parts;
  const store = createStore<HistoryData>(() => ({ traffic: NO_TRAFFIC, runs: new Map() }));
  const unsubscribe: (() => void)[] = [];
  /** Answers to an older question than the latest are dropped: what may be seen may have changed in between. */
  let asked = 0;
  let trafficAsked = 0;
  const askedOf = new Map<RunId, number>();

  const setTraffic = (change: (traffic: TrafficHistory) => TrafficHistory) =>
    store.setState(({ traffic }) => ({ traffic: change(traffic) }));
  const setRuns = (change: (runs: RunHistories) => RunHistories) =>
    store.setState(({ runs }) => ({ runs: change(runs) }));

  async function fetchTraffic(): Promise<void> {
    const from = session();
    if (from === null) return;
    asked += 1;
    const turn = asked;
    trafficAsked = turn;
    const { traffic } = store.getState();
    const whole = traffic.fetched.kind === 'whole';
    const toMs = Math.ceil(coreNowMs(desk.getState()));
    // What lies ahead was heard before the core set its clock back, and says nothing of what is there.
    const after = (last: number | undefined, forMs: number) =>
      Math.max(toMs - forMs, whole && last !== undefined && last <= toMs ? last - OVERLAP_MS : 0);
    const stretch = (fromMs: number, stepMs: number) => getSeries(from, { fromMs, toMs, stepMs });
    const [fine, coarse] = await Promise.all([
      stretch(after(traffic.fine.at(-1)?.atMs, FINE_FOR_MS), FINE_STEP_MS),
      stretch(after(traffic.coarse.at(-1)?.atMs, COARSE_FOR_MS), COARSE_STEP_MS),
    ]);
    if (turn !== trafficAsked) return;
    const failed = [fine, coarse].find((result) => result.kind !== 'ok');
    const points = (result: HttpResult<Series>) => (result.kind === 'ok' ? result.value.points : []);
    setTraffic((now) => {
      const next = trafficFetched(now, { fine: points(fine), coarse: points(coarse) });
      return failed ? { ...next, fetched: { kind: 'failed', message: wordsOf(failed) } } : next;
    });
  }

  async function fetchRun(runId: RunId): Promise<void> {
    const from = session();
    // Without a session there is nobody to ask; the next join asks for it.
    setRuns((runs) => runAsked(runs, runId));
    if (from === null) return;
    asked += 1;
    const turn = asked;
    askedOf.set(runId, turn);
    const result = await getRunSeries(from, runId);
    if (askedOf.get(runId) !== turn) return;
    askedOf.delete(runId);
    setRuns((runs) =>
      result.kind === 'ok' ? runFetched(runs, runId, result.value) : runFailed(runs, runId, wordsOf(result)),
    );
  }

  function linkIsUp(): void {
    void fetchTraffic();
    const growing = growingOf(desk.getState());
    for (const [runId, { fetched, open }] of store.getState().runs) {
      // One that was growing when it was last heard of has gone on, and may have ended since.
      const missed = growing.has(runId) || open !== null;
      if (fetched !== null && (missed || fetched.kind !== 'whole')) void fetchRun(runId);
    }
  }

  function vitalsCame(data: DeskData): void {
    const vitals = data.vitals?.value;
    if (vitals === undefined) return;
    const growing = growingOf(data);
    const at = { atMs: vitals.serverNowMs, online: vitals.online };
    store.setState(({ traffic, runs }) => ({
      traffic: trafficHeard(traffic, vitals),
      runs: withEnded(
        vitals.runs.reduce((all, run) => (growing.has(run.runId) ? runHeard(all, run, at) : all), runs),
        growing,
      ),
    }));
  }

  /** A desk that may see less must not go on drawing what it saw; one that may see more wants the whole curve. */
  function showChanged(data: DeskData, before: DeskData): void {
    const was = new Map(before.show?.state.cues.map((cue) => [cue.runId, cue]));
    for (const cue of data.show?.state.cues ?? []) {
      const old = was.get(cue.runId);
      if (old === undefined || old === cue) continue;
      const mark = markOf(old, cue, coreNowMs(data));
      if (mark !== null) setRuns((runs) => runMarked(runs, cue.runId, mark));
      if (old.visibility.desk === cue.visibility.desk) continue;
      setRuns((runs) => runForgotten(runs, cue.runId));
      if (store.getState().runs.get(cue.runId)?.fetched) void fetchRun(cue.runId);
    }
  }

  const urlOf = (data: DeskData) => (data.session.kind === 'open' ? data.session.deskUrl : null);
  let deskUrl: string | null = null;

  function changed(data: DeskData, before: DeskData): void {
    const url = urlOf(data);
    if (url !== null && url !== deskUrl) {
      // Another core, with an evening of its own.
      if (deskUrl !== null) {
        trafficAsked = 0;
        askedOf.clear();
        store.setState({ traffic: NO_TRAFFIC, runs: new Map() });
      }
      deskUrl = url;
    }
    if (data.show !== before.show) showChanged(data, before);
    if (data.link.kind === 'up' && before.link.kind !== 'up') linkIsUp();
    if (data.vitals !== before.vitals) vitalsCame(data);
  }

  return {
    store,
    start() {
      unsubscribe.push(desk.subscribe(changed));
    },
    stop() {
      for (const end of unsubscribe.splice(0)) end();
    },
    look(runId) {
      if (!store.getState().runs.get(runId)?.fetched) void fetchRun(runId);
    },
    tryAgain() {
      const { traffic, runs } = store.getState();
      if (traffic.fetched.kind === 'failed') {
        setTraffic((now) => ({ ...now, fetched: { kind: 'asked' } }));
        void fetchTraffic();
      }
      for (const [runId, { fetched }] of runs) if (fetched?.kind === 'failed') void fetchRun(runId);
    },
  };
}

/** A run that takes no more ballots has its last step, whether the vitals still speak of it or not. */
function withEnded(runs: RunHistories, growing: ReadonlySet<RunId>): RunHistories {
  return [...runs.keys()].reduce((all, runId) => (growing.has(runId) ? all : runEnded(all, runId)), runs);
}

function growingOf(data: DeskData): ReadonlySet<RunId> {
  const cues = data.show?.state.cues ?? [];
  return new Set(cues.filter(isUnderWay).map((cue) => cue.runId));
}
