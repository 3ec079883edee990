/** What desks are answered: the state, the vitals, and every call that reads. Who asks decides what is in it. */
import { laneOf } from '../../shared/domain/cue-rules.ts';
import { deskState } from '../../shared/domain/desk-view.ts';
import type { Who } from '../../shared/domain/roles.ts';
import { currentRun, type Run } from '../../shared/domain/show-state.ts';
import { sinceMs } from '../../shared/domain/time.ts';
import { runIdOf } from '../../shared/protocol/ids.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import type { ActionDoor } from '../actionlog/action-door.ts';
import { isLiving } from '../backplane/linked-edge.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import type { Curves } from '../curves/curves.ts';
import type { DeskCallsOptions } from '../desk/calls.ts';
import { deskAudience } from '../desk/desk-audience.ts';
import type { Gateway } from '../desk/gateway.ts';
import type { evidenceDesk } from '../evidence/evidence-desk.ts';
import type { Journal } from '../journal/journal.ts';
import type { Barrier, Waits } from '../show/barrier.ts';
import type { RecountOf } from '../show/recount.ts';
import type { Alarms } from './alarms.ts';
import type { EdgePlan } from './core-options.ts';
import type { DeskFacts } from './desk-facts.ts';
import type { MeasuresWatch } from './measures.ts';
import { coreMetrics } from './metrics.ts';
import type { NetworkWatch } from './network-watch.ts';
import { capacityOf, type PreflightInput, preflight } from './preflight.ts';
import type { ShowNow } from './show-now.ts';
import { shownEntry } from './shown-entry.ts';
import { VitalsMaker } from './vitals.ts';

export interface DeskAnswersOptions {
  epoch: number;
  /** Core time. */
  nowMs: () => number;
  show: ShowNow;
  facts: DeskFacts;
  /** How core, edges and disk stand now. */
  readiness: () => PreflightInput;
  plan: { readonly now: EdgePlan };
  ledger: Pick<BallotBox, 'live' | 'networks' | 'vitals'>;
  journal: Pick<Journal, 'page'>;
  networks: NetworkWatch;
  measures: MeasuresWatch;
  alarms: Pick<Alarms, 'list'>;
  barrier: Pick<Barrier, 'waits'>;
  recountOf: RecountOf;
  evidenceOf: ReturnType<typeof evidenceDesk>;
  curves: Pick<Curves, 'desk'>;
  actions: Pick<ActionDoor, 'page'>;
  desks: Pick<Gateway, 'desks'>;
}

/** The calls that are answered from here. */
export type Answered = Pick<
  DeskCallsOptions,
  'state' | 'vitals' | 'log' | 'actions' | 'recount' | 'evidence' | 'series' | 'runSeries' | 'metrics'
>;

export class DeskAnswers {
  readonly #options: DeskAnswersOptions;
  readonly #vitals = new VitalsMaker();
  readonly #metrics = coreMetrics();

  constructor(options: DeskAnswersOptions) {
    this.#options = options;
  }

  /** One set for desks with these roles. */
  vitalsFor(roles: Who['roles']): Vitals {
    const { epoch, show, plan, ledger, networks, measures, alarms, barrier, desks } = this.#options;
    const input = this.#options.readiness();
    return this.#vitals.make(
      {
        nowMs: input.nowMs,
        now: input.now,
        epoch,
        level: measures.now.level,
        show: show.state,
        links: input.edges.filter((link) => link.left || isLiving(link, input.now)),
        edgesExpected: plan.now.expected,
        edgesRestarting: plan.now.restarting,
        desks: desks.desks(),
        liveCount: (runId) => ledger.live(runId),
        ballotsFrom: (runId) => ledger.networks(runId),
        networks,
        switches: measures.vitals(),
        pendingAt: (link) => measures.pendingAt(link),
        preflight: preflight(input),
        capacity: capacityOf(input),
        alarms: alarms.list(),
        waitsFor: (runId) => waitsFor(barrier.waits(runId), input),
        box: ledger.vitals(),
      },
      roles,
    );
  }

  calls(): Answered {
    const { nowMs, show, facts, journal, evidenceOf, curves, actions } = this.#options;
    const vitals = (who: Who) => this.vitalsFor(deskAudience(who.roles).roles);
    return {
      vitals,
      state: (who) =>
        deskState(show.state, { roles: deskAudience(who.roles).roles, serverNowMs: nowMs(), facts: facts.now() }),
      log: async (who, { after, limit }) => {
        const { entries, next } = await journal.page(after, limit);
        const shown = entries.map((entry) => shownEntry(entry, who.roles, show.state));
        return { entries: shown, ...(next === null ? {} : { next }) };
      },
      actions: (who, wanted) => actions.page(who, wanted),
      recount: (who, run) => this.#recount(who, run),
      evidence: (who, wish) => evidenceOf(who.roles, wish),
      series: (who, wish) => curves.desk.traffic(who.roles, wish),
      runSeries: (who, wish) => curves.desk.run(who.roles, wish),
      metrics: (who) => this.#metrics(vitals(who)),
    };
  }

  async #recount(who: Who, { pollId, round }: Parameters<Answered['recount']>[1]): ReturnType<Answered['recount']> {
    const { state } = this.#options.show;
    const run = round === null ? currentRun(state, pollId) : state.runs[runIdOf(pollId, state.mode, round)];
    if (!run || laneOf(run.text.kind) === null) return null;
    return seesCounts(run, who) ? this.#options.recountOf(run) : 'hidden';
  }
}

/** What the end of a run waits for, as people are told it. */
function waitsFor(waits: Waits | null, { nowMs, now }: Pick<PreflightInput, 'nowMs' | 'now'>) {
  return waits === null ? null : { edges: waits.edges, untilMs: Math.ceil(nowMs + sinceMs(waits.until, now)) };
}

function seesCounts(run: Run, who: Who): boolean {
  return run.visibility.desk === 'counts' || who.roles.includes('verifier');
}
