import type { Who } from '../../shared/domain/roles.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import { viewersOn } from '../backplane/linked-edge.ts';
import type { Curves } from '../curves/curves.ts';
import type { Gateway } from '../desk/gateway.ts';
import type { PublicBoard } from '../show/public-board.ts';
import type { ClockKeeper } from './clock-keeper.ts';
import type { CoreEdges } from './core-edges.ts';
import { FullEdges } from './full-edges.ts';
import { type CoreLease, RENEW_MS } from './lease.ts';
import type { ReturnSpread } from './return-spread.ts';
import type { ShowNow } from './show-now.ts';

const BEAT_MS = 250;
/** A session that ends while its desk is connected ends within this. */
const SESSION_CHECK_MS = 60_000;

export interface BeatOptions {
  clock: Pick<ClockKeeper, 'check'>;
  edges: Pick<CoreEdges, 'links'>;
  spread: Pick<ReturnSpread, 'follow'>;
  board: Pick<PublicBoard, 'post'>;
  show: Pick<ShowNow, 'state'>;
  curves: Pick<Curves, 'recorder'>;
  desks: Pick<Gateway, 'vitals' | 'leaveWithoutToken'>;
  vitalsFor: (roles: Who['roles']) => Vitals;
  alarm: (code: string, message: string) => void;
  lease: { of: Pick<CoreLease, 'renew'>; epoch: number; nowMs: () => number };
  /** The lease is another's. */
  onFenced: (message: string) => void;
}

/** What the core does by the clock, whatever happens: four times a second the figures, and what they lead to. */
export class Beat {
  readonly #options: BeatOptions;
  readonly #fullEdges: FullEdges;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: BeatOptions) {
    this.#options = options;
    this.#fullEdges = new FullEdges(options.alarm);
  }

  start(): void {
    const { desks } = this.#options;
    this.#timers.push(
      setInterval(() => this.beat(), BEAT_MS),
      setInterval(() => void this.renew(), RENEW_MS),
      setInterval(() => desks.leaveWithoutToken(), SESSION_CHECK_MS),
    );
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  beat(): void {
    const { clock, edges, spread, board, show, curves, desks, vitalsFor } = this.#options;
    clock.check();
    const links = edges.links();
    this.#fullEdges.follow(links);
    spread.follow(Math.max(0, ...links.map(viewersOn)), performance.now());
    board.post(show.state);
    curves.recorder.sample(vitalsFor(['verifier']));
    desks.vitals((audience) => vitalsFor(audience.roles));
  }

  async renew(): Promise<void> {
    const { lease, onFenced } = this.#options;
    if (await lease.of.renew(lease.epoch, lease.nowMs())) return;
    this.stop();
    onFenced('Another core has taken this show: this one has been replaced, and ends. What it acknowledged stands.');
  }
}
