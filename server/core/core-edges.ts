/** The core's dealings with its edges: what a new one is told, rules in order with ballots, batches to the box and answers back. */
import type { Logger } from 'pino';
import { changedRules } from '../../shared/domain/changed-rules.ts';
import { runRule } from '../../shared/domain/public-state.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { CoreToEdge, Refused, Spent } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { CoreBackplane, CoreSide } from '../backplane/backplane.ts';
import type { CarriedBatch } from '../backplane/batch-text.ts';
import { FormerJoins } from '../backplane/former-joins.ts';
import { HOUSE_RULES } from '../backplane/house-rules.ts';
import { isLiving, type LinkedEdge } from '../backplane/linked-edge.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import { Barrier } from '../show/barrier.ts';
import { HouseAccount } from './house-account.ts';

type Measures = Extract<CoreToEdge, { t: 'measures' }>;

export interface CoreEdgesOptions {
  epoch: number;
  edgesExpected: () => number;
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  box: BallotBox;
  show: () => ShowState;
  /** Acts that took away and are not in the journal yet; an edge that comes in is told them, to hold them for the next core. */
  orders: () => HeldOrder[];
  /** What an edge has given and whom it turned away. */
  onSpent: (told: { spent: Spent; refused: Refused }) => void;
  log: Logger;
}

/** Opens the core's end of the backplane, whatever it is made of. */
export type OpenBackplane = (side: BackplaneSide) => Promise<CoreBackplane>;
export interface BackplaneSide extends CoreSide {
  /** A batch of ballots, where the backplane carries them. */
  onBatch: (link: LinkedEdge, batch: CarriedBatch) => void;
}

/** What edges that come in are told and ask, once there is a show to tell of. */
export interface EdgeWelcome {
  publicStates: () => PublicState[];
  /** Told after the states. */
  measures: () => Measures;
  /** Orders of the last core, from an edge that is told nothing of the show before they have been taken. */
  onOrders: (orders: HeldOrder[]) => Promise<void>;
}

export class CoreEdges {
  readonly barrier: Barrier;
  readonly #options: CoreEdgesOptions;
  /** The last connection of each life of each edge, to know what a dead one had counted and not handed over. */
  readonly #last = new Map<string, LinkedEdge>();
  readonly #formerJoins = new FormerJoins();
  #backplane: CoreBackplane | null = null;
  /** The last connection of each life that may not be over. */
  readonly #lives = new Map<string, LinkedEdge>();
  #openedAt: MonotonicMs | null = null;
  #rulesRev = 0;
  readonly #house = new HouseAccount(HOUSE_RULES);
  #toldEdges = 0;

  constructor(options: CoreEdgesOptions) {
    this.#options = options;
    const { monotonicNow, edgesExpected } = options;
    this.barrier = new Barrier({
      links: () => this.links(),
      lives: () => [...this.#lives.values()],
      monotonicNow,
      edgesSince: () => this.#openedAt,
      edgesExpected,
    });
  }

  get rulesRev(): number {
    return this.#rulesRev;
  }

  links(): LinkedEdge[] {
    return this.#backplane?.links() ?? [];
  }

  /** How many came for a token at edges that are no more. */
  formerJoins(): number {
    return this.#formerJoins.count(this.links(), this.#options.monotonicNow());
  }

  /** Lets edges in. The box must know all rules by then: a ballot that an edge sends again is judged at once. */
  async open(openBackplane: OpenBackplane, welcome: EdgeWelcome): Promise<void> {
    const { monotonicNow, log } = this.#options;
    this.#backplane = await openBackplane({
      onHello: (link, orders) => this.#hello(link, { orders, welcome }),
      onBatch: (link, batch) => this.#takeBatch(link, batch),
      onMessage: (link, message) => {
        if (message.t === 'drained') this.barrier.onDrained(link, message.barrierId);
        if (message.t === 'heartbeat') this.#tellEdges();
        if (message.t === 'spent') this.#spent(link, message);
      },
      onGone: (link) => {
        log.info({ edge: link.edgeId }, 'an edge left the backplane');
        this.#formerJoins.gone(link, monotonicNow());
        // With a successor in its place it is not coming back.
        if (this.links().some((other) => isOtherLife(other, link))) this.#noteGone(link);
      },
    });
    this.#openedAt = monotonicNow();
  }

  async close(): Promise<void> {
    await this.#backplane?.close();
  }

  sendState(state: PublicState, now: boolean): void {
    this.#backplane?.broadcast({ t: 'state', state, now });
  }

  /** To be called after the states that carry the hints have been sent. */
  sendMeasures(measures: Measures): void {
    this.#backplane?.broadcast(measures);
  }

  /** Core time was set. Nothing may come before this that counts by the new one. */
  sendClock(byMs: number): void {
    this.#backplane?.broadcast({ t: 'clock', byMs });
  }

  /** The whole list, whenever it has changed. */
  sendOrders(orders: HeldOrder[]): void {
    this.#backplane?.broadcast({ t: 'orders', orders });
  }

  /** Runs whose rule may have changed, to the box first and then to the edges. */
  spreadRules(before: ShowState | null, after: ShowState): void {
    const rules = changedRules(before, after);
    if (rules.length === 0) return;
    const { box, log } = this.#options;
    this.#rulesRev = after.revision;
    box.setRules(rules).catch((error: unknown) => log.error({ err: error }, 'rules were not taken'));
    this.#backplane?.broadcast({ t: 'runs', rulesRev: this.#rulesRev, rules, whole: false });
  }

  #hello(link: LinkedEdge, { orders, welcome }: { orders: HeldOrder[]; welcome: EdgeWelcome }): void {
    const { log } = this.#options;
    const links = this.links();
    for (const last of this.#last.values()) {
      // While edges are restarted one by one, the life before this one is still there and tells its own.
      if (isOtherLife(last, link) && !links.some((other) => isSameLife(other, last))) this.#noteGone(last);
    }
    this.#last.set(lifeOf(link), link);
    this.#forgetTheDead();
    this.#lives.set(lifeOf(link), link);
    log.info({ edge: link.edgeId, pid: link.pid }, 'an edge joined the backplane');
    if (orders.length === 0) {
      this.#tellAll(link, welcome);
      return;
    }
    // First of all: what the last core took away must not be shown again for a moment.
    welcome.onOrders(orders).then(
      () => this.#tellAll(link, welcome),
      (error: unknown) => log.error({ err: error, edge: link.edgeId }, 'orders of the last core could not be taken'),
    );
  }

  /** The others hear at once what one has given: what takes long to tell is given twice. */
  #spent(link: LinkedEdge, { spent, refused }: { spent: Spent; refused: Refused }): void {
    const { monotonicNow, onSpent } = this.#options;
    this.#house.spend(spent, monotonicNow());
    if (Object.keys(spent).length > 0) this.#backplane?.relay({ t: 'spent', spent }, link);
    onSpent({ spent, refused });
  }

  /** A plan for more or fewer edges; each has to know its share before this core is away. */
  #tellEdges(): void {
    const edges = this.#options.edgesExpected();
    if (edges === this.#toldEdges) return;
    this.#toldEdges = edges;
    this.#backplane?.broadcast({ t: 'house', edges, low: {} });
  }

  #tellAll(link: LinkedEdge, { publicStates, measures }: EdgeWelcome): void {
    const { epoch, nowMs, monotonicNow, edgesExpected, show } = this.#options;
    link.isTold = true;
    link.send({ t: 'welcome', epoch, serverNowMs: nowMs() });
    link.send({ t: 'house', edges: edgesExpected(), low: this.#house.low(monotonicNow()) });
    link.send({ t: 'orders', orders: this.#options.orders() });
    link.send({
      t: 'runs',
      rulesRev: this.#rulesRev,
      rules: Object.values(show().runs).map((run) => runRule(run, show().mode)),
      whole: true,
    });
    for (const state of publicStates()) link.send({ t: 'state', state, now: true });
    link.send(measures());
  }

  #forgetTheDead(): void {
    const now = this.#options.monotonicNow();
    const links = this.links();
    for (const [life, link] of this.#lives) {
      if (!links.includes(link) && !isLiving(link, now)) this.#lives.delete(life);
    }
  }

  /** A life of an edge is over: what it had counted and not handed over shows as unknown. */
  #noteGone(link: LinkedEdge): void {
    if (!this.#last.delete(lifeOf(link)) || link.heartbeat === null) return;
    this.#options.box.noteUnknown(link.edgeId, link.edgeEpoch, link.heartbeat.unflushed);
  }

  #takeBatch(link: LinkedEdge, batch: CarriedBatch): void {
    // The batch carries all that its edge had counted until then.
    if (link.heartbeat) link.heartbeat.unflushed = {};
    const { edgeId, edgeEpoch } = link;
    this.#options.box.submit({ edgeId, edgeEpoch, batch }).then(
      (answers) => link.answer(batch.batchNo, answers),
      // The edge keeps the batch and sends it again.
      (error: unknown) =>
        this.#options.log.error({ err: error, edge: edgeId, batchNo: batch.batchNo }, 'a batch was not taken'),
    );
  }
}

const lifeOf = ({ edgeId, edgeEpoch }: LinkedEdge): string => `${edgeId}/${edgeEpoch}`;
const isSameLife = (a: LinkedEdge, b: LinkedEdge): boolean => lifeOf(a) === lifeOf(b);
const isOtherLife = (a: LinkedEdge, b: LinkedEdge): boolean => a.edgeId === b.edgeId && !isSameLife(a, b);
