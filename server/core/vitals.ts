/** Four times a second: how the show and its edges are doing. Never journaled. */
import { onlyTrouble } from '../../shared/domain/ballot-figures.ts';
import { laneOf } from '../../shared/domain/cue-rules.ts';
import { deskVisibility, showsTotal, visibleTally } from '../../shared/domain/desk-view.ts';
import { maySeeNetworks } from '../../shared/domain/roles.ts';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import { type MonotonicMs, NEVER, sinceMs } from '../../shared/domain/time.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { Intake, SwitchId, Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type {
  EdgeVitals,
  NetworkVitals,
  Preflight,
  RunVitals,
  SwitchVitals,
  Vitals,
} from '../../shared/protocol/vitals.ts';
import type { LinkedEdge } from '../backplane/linked-edge.ts';
import type { BallotBox, LiveCount, ToldNetworks } from '../ballotbox/ballot-box.ts';
import type { NetworkWatch } from './network-watch.ts';
import type { Capacity } from './preflight.ts';

/** A rate over the last second or so, from a counter that only grows. */
export class Rate {
  #at: MonotonicMs | null = null;
  #count = 0;
  #perS = 0;

  /** Per second since at least a second ago; `count` is the counter now. */
  perS(count: number, now: MonotonicMs): number {
    if (this.#at === null || count < this.#count) {
      this.#at = now;
      this.#count = count;
      this.#perS = 0;
      return 0;
    }
    const passedMs = sinceMs(now, this.#at);
    if (passedMs >= 1_000) {
      this.#perS = ((count - this.#count) * 1_000) / passedMs;
      this.#at = now;
      this.#count = count;
    }
    return this.#perS;
  }
}

/** How long a run's counts go on in the vitals once it takes no ballots any more and its ledger is sealed. */
const JUST_TAKEN_MS = 15_000;
const UNDER_WAY: ReadonlySet<Intake> = new Set<Intake>(['open', 'paused', 'closing']);

export interface VitalsInput {
  /** Core time. */
  nowMs: number;
  /** The same moment, to measure by. */
  now: MonotonicMs;
  epoch: number;
  level: number;
  show: ShowState;
  links: LinkedEdge[];
  edgesExpected: number;
  edgesRestarting: boolean;
  desks: number;
  liveCount: (runId: RunId) => LiveCount | null;
  /** Where the ballots of a run come from. */
  ballotsFrom: (runId: RunId) => ToldNetworks | null;
  networks: Pick<NetworkWatch, 'list'>;
  switches: SwitchVitals[];
  /** Switches that an edge has not followed yet. */
  pendingAt: (link: LinkedEdge) => SwitchId[];
  preflight: Preflight;
  capacity: Capacity;
  alarms: Vitals['alarms'];
  /** Which edges the end of this run waits for; null where it doesn't. */
  waitsFor: (runId: RunId) => NonNullable<RunVitals['waitsFor']> | null;
  box: Pick<ReturnType<BallotBox['vitals']>, 'queueHeadAgeMs' | 'commits'>;
}

export class VitalsMaker {
  readonly #votes = new Map<RunId, Rate>();
  readonly #arrivals = new Map<string, Rate>();
  /** When each run was last seen to take ballots or wait for its seal. */
  readonly #taken = new Map<RunId, MonotonicMs>();

  /** One set of vitals for desks with these roles. */
  make(input: VitalsInput, roles: readonly Role[]): Vitals {
    const mayKnow = this.#mayKnowBallots(input, roles);
    const asTold = mayKnow ? <T>(figures: T): T => figures : onlyTrouble;
    const edges = input.links.map((link) => {
      const edge = this.#edge(link, input);
      return mayKnow ? edge : coarse(onlyTrouble(edge));
    });
    const sum = (pick: (edge: EdgeVitals) => number) => edges.reduce((total, edge) => total + pick(edge), 0);
    const most = (pick: (edge: EdgeVitals) => number) => edges.reduce((max, edge) => Math.max(max, pick(edge)), 0);
    const byTransport = { ws: sum((e) => e.ws), sse: sum((e) => e.sse), poll: sum((e) => e.poll) };
    return {
      serverNowMs: input.nowMs,
      revision: input.show.revision,
      epoch: input.epoch,
      level: input.level,
      online: byTransport.ws + byTransport.sse + byTransport.poll,
      byTransport,
      rehearsing: input.links.reduce((total, { heartbeat }) => total + (heartbeat?.rehearsing ?? 0), 0),
      arrivalsPerS: sum((e) => e.arrivalsPerS),
      ...asTold({
        queueDepth: sum((e) => e.queueDepth),
        queueHeadAgeMs: Math.max(
          most((e) => e.queueHeadAgeMs),
          input.box.queueHeadAgeMs,
        ),
        ackP50Ms: most((e) => e.ackP50Ms),
        ackP99Ms: most((e) => e.ackP99Ms),
      }),
      ...(input.box.commits === null || !mayKnow ? {} : { commits: input.box.commits }),
      edges,
      edgesExpected: input.edgesExpected,
      edgesRestarting: input.edgesRestarting,
      desks: input.desks,
      runs: this.#runs(input, roles),
      ...(maySeeNetworks(roles) ? { networks: this.#networks(input, roles) } : {}),
      switches: input.switches,
      preflight: input.preflight,
      capacity: input.capacity,
      alarms: input.alarms,
    };
  }

  #edge(link: LinkedEdge, { now, pendingAt }: VitalsInput): EdgeVitals {
    const beat = link.heartbeat;
    const name = `${link.edgeId}/${link.edgeEpoch}`;
    const rate = this.#arrivals.get(name) ?? new Rate();
    this.#arrivals.set(name, rate);
    return {
      id: link.edgeId,
      pid: link.pid,
      ready: beat?.ready ?? false,
      leaving: link.left || (beat?.retired ?? false),
      ageMs: Math.round(sinceMs(now, link.heardAt)),
      ws: beat?.ws ?? 0,
      sse: beat?.sse ?? 0,
      poll: beat?.poll ?? 0,
      arrivalsPerS: rate.perS(beat?.arrivals ?? 0, now),
      queueDepth: beat?.queueDepth ?? 0,
      queueHeadAgeMs: beat?.queueHeadAgeMs ?? 0,
      ackP50Ms: beat?.ackP50Ms ?? 0,
      ackP99Ms: beat?.ackP99Ms ?? 0,
      rssMb: beat?.rssMb ?? 0,
      loopP99Ms: beat?.loopP99Ms ?? 0,
      roundMs: beat?.roundMs ?? 0,
      descriptors: beat?.descriptors ?? 0,
      descriptorLimit: beat?.descriptorLimit ?? 0,
      pending: pendingAt(link),
    };
  }

  #runs(input: VitalsInput, roles: readonly Role[]): RunVitals[] {
    return input.show.cues.flatMap((cue) => {
      const runId = cue.runs[input.show.mode];
      const run = runId === null ? undefined : input.show.runs[runId];
      if (!run || run.openedAtMs === null || !this.#takesOrHasJustTaken(run, input.now)) return [];
      return [this.#run(run, input, roles)];
    });
  }

  /** In a quiet poll a commit is one vote: its figures would tell how many have voted to whoever may not know. */
  #mayKnowBallots({ show, now }: VitalsInput, roles: readonly Role[]): boolean {
    const taken = Object.values(show.runs).filter(
      (run) => run.openedAtMs !== null && this.#takesOrHasJustTaken(run, now),
    );
    return taken.every((run) => knowsTurnout(run, roles));
  }

  /** Ballots of the newest run in the poll lane; nothing of them, and no order by them, where it would tell how many have voted. */
  #networks({ show, now, ballotsFrom, liveCount, networks }: VitalsInput, roles: readonly Role[]): NetworkVitals[] {
    const aired = Object.values(show.runs).filter(
      (run) => run.mode === show.mode && run.openedAtMs !== null && laneOf(run.text.kind) === 'poll',
    );
    const newest = aired.reduce<Run | null>(
      (last, run) => ((run.openedAtRevision ?? 0) >= (last?.openedAtRevision ?? 0) ? run : last),
      null,
    );
    const isShown = newest !== null && showsTotal(deskVisibility(newest, roles));
    const told = isShown ? ballotsFrom(newest.runId) : null;
    const total = isShown ? (liveCount(newest.runId)?.tally.total ?? newest.tally?.total ?? 0) : 0;
    return networks.list({ told, total, now });
  }

  #takesOrHasJustTaken(run: Run, now: MonotonicMs): boolean {
    const isUnderWay = UNDER_WAY.has(run.intake) || run.head === null;
    if (isUnderWay) this.#taken.set(run.runId, now);
    const isRecent = sinceMs(now, this.#taken.get(run.runId) ?? NEVER) <= JUST_TAKEN_MS;
    if (!isRecent && this.#taken.delete(run.runId)) this.#votes.delete(run.runId);
    return isRecent;
  }

  #run(run: Run, input: VitalsInput, roles: readonly Role[]): RunVitals {
    const count = input.liveCount(run.runId);
    const tally: Tally = count?.tally ??
      run.tally ?? { total: 0, options: run.text.options.map(({ id }) => ({ id, count: 0 })) };
    const visibility = deskVisibility(run, roles);
    const rate = this.#votes.get(run.runId) ?? new Rate();
    this.#votes.set(run.runId, rate);
    const perS = rate.perS(tally.total, input.now);
    const waitsFor = input.waitsFor(run.runId);
    const concentrated = run.head === null ? (input.ballotsFrom(run.runId)?.concentrated ?? null) : run.concentrated;
    return {
      runId: run.runId,
      ...visibleTally(tally, visibility),
      ...(showsTotal(visibility) ? { perS } : {}),
      ...(showsTotal(visibility) && concentrated !== null ? { concentrated } : {}),
      // While it runs they differ for as long as a ballot is under way.
      reconciled:
        count === null ||
        count.acknowledged === tally.total ||
        (UNDER_WAY.has(run.intake) && !knowsTurnout(run, roles)),
      ...(waitsFor === null ? {} : { waitsFor }),
    };
  }
}

/** Finely told, what a ballot costs an edge would say when there was one. Steps far below what means trouble. */
function coarse<T extends { loopP99Ms: number; rssMb: number }>(edge: T): T {
  const { loopP99Ms, rssMb } = edge;
  return { ...edge, loopP99Ms: Math.floor(loopP99Ms / 10) * 10, rssMb: Math.floor(rssMb / 8) * 8 };
}

function knowsTurnout(run: Run, roles: readonly Role[]): boolean {
  return showsTotal(deskVisibility(run, roles));
}
