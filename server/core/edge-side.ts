/** The core's dealings with its edges: what a new one is told, rules in order with ballots, batches to the box and answers back. */
import type { Logger } from 'pino';
import { runRule } from '../../shared/domain/public-state.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { BallotBatch, CoreToEdge } from '../../shared/protocol/backplane.ts';
import { type EdgeLink, type Hub, openHub } from '../backplane/hub.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import { Barrier } from './barrier.ts';

type Measures = Extract<CoreToEdge, { t: 'measures' }>;

export interface EdgeSideOptions {
  epoch: number;
  edgesExpected: number;
  nowMs: () => number;
  box: BallotBox;
  show: () => ShowState;
  /** The public states that an edge which comes in is told. */
  publicStates: () => PublicState[];
  /** The measures that it is told after them. */
  measures: () => Measures;
  log: Logger;
}

export class EdgeSide {
  readonly barrier: Barrier;
  readonly #options: EdgeSideOptions;
  /** The last connection of each edge, to know what a dead one had counted and not handed over. */
  readonly #last = new Map<string, EdgeLink>();
  #hub: Hub | null = null;
  #openedAtMs: number | null = null;
  #rulesRev = 0;

  constructor(options: EdgeSideOptions) {
    this.#options = options;
    const { nowMs, edgesExpected } = options;
    this.barrier = new Barrier({
      links: () => this.links(),
      nowMs,
      edgesSinceMs: () => this.#openedAtMs,
      edgesExpected,
    });
  }

  get rulesRev(): number {
    return this.#rulesRev;
  }

  links(): EdgeLink[] {
    return this.#hub?.links() ?? [];
  }

  /** Lets edges in. The box must know all rules by then: a ballot that an edge sends again is judged at once. */
  async open(path: string): Promise<void> {
    const { nowMs, log } = this.#options;
    this.#hub = await openHub({
      path,
      nowMs,
      log,
      onHello: (link) => this.#welcome(link),
      onMessage: (link, message) => {
        if (message.t === 'batch') this.#takeBatch(link, message);
        else if (message.t === 'drained') this.barrier.onDrained(link, message.barrierId);
      },
      onGone: (link) => log.info({ edge: link.edgeId }, 'an edge left the backplane'),
    });
    this.#openedAtMs = nowMs();
  }

  async close(): Promise<void> {
    await this.#hub?.close();
  }

  sendState(state: PublicState, now: boolean): void {
    this.#hub?.broadcast({ t: 'state', state, now });
  }

  /** To be called after the states that carry the hints have been sent. */
  sendMeasures(measures: Measures): void {
    this.#hub?.broadcast(measures);
  }

  /** Runs whose rule may have changed, to the box first and then to the edges. */
  spreadRules(before: ShowState | null, after: ShowState): void {
    const rules = Object.values(after.runs)
      .filter((run) => before?.runs[run.runId] !== run || before.mode !== after.mode)
      .map((run) => runRule(run, after.mode));
    if (rules.length === 0) return;
    this.#rulesRev = after.revision;
    this.#options.box.setRules(rules);
    this.#hub?.broadcast({ t: 'runs', rulesRev: this.#rulesRev, rules, whole: false });
  }

  #welcome(link: EdgeLink): void {
    const { box, epoch, nowMs, show, publicStates, measures, log } = this.#options;
    const last = this.#last.get(link.edgeId);
    if (last?.heartbeat && last.edgeEpoch !== link.edgeEpoch) {
      box.noteUnknown(last.edgeId, last.edgeEpoch, last.heartbeat.unflushed);
    }
    this.#last.set(link.edgeId, link);
    log.info({ edge: link.edgeId, pid: link.pid }, 'an edge joined the backplane');
    link.send({ t: 'welcome', epoch, serverNowMs: nowMs() });
    link.send({
      t: 'runs',
      rulesRev: this.#rulesRev,
      rules: Object.values(show().runs).map((run) => runRule(run, show().mode)),
      whole: true,
    });
    for (const state of publicStates()) link.send({ t: 'state', state, now: true });
    link.send(measures());
  }

  #takeBatch(link: EdgeLink, { batchNo, ballots, classes }: BallotBatch): void {
    // The batch carries all that its edge had counted until then.
    if (link.heartbeat) link.heartbeat.unflushed = {};
    const { edgeId, edgeEpoch } = link;
    this.#options.box.submit({ edgeId, edgeEpoch, batchNo, ballots, classes }).then(
      (answers) => link.send({ t: 'answers', batchNo, answers }),
      // The edge keeps the batch and sends it again.
      (error: unknown) => this.#options.log.error({ err: error, edge: edgeId, batchNo }, 'a batch was not taken'),
    );
  }
}
