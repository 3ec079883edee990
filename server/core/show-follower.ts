import { nameOf } from '../../shared/domain/persons.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { Command } from '../../shared/protocol/commands.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import type { Gateway } from '../desk/gateway.ts';
import type { PublicBoard } from '../show/public-board.ts';
import type { Recoder } from '../show/recoder.ts';
import type { RunCloser } from '../show/run-closer.ts';
import type { Applied } from '../show/show-book.ts';
import type { Timers } from '../show/timers.ts';
import type { Alarms } from './alarms.ts';
import type { ClockKeeper } from './clock-keeper.ts';
import type { CoreEdges } from './core-edges.ts';
import type { MeasuresWatch } from './measures.ts';

type AlarmSeen = Extract<Command, { type: 'alarm.seen' }>;

/** Who hears of the show and was there before it. */
export interface ShowFollowerOptions {
  ledger: Pick<BallotBox, 'journalIs'>;
  alarms: Pick<Alarms, 'seen'>;
  edges: Pick<CoreEdges, 'spreadRules' | 'sendOrders' | 'sendMeasures'>;
  measures: Pick<MeasuresWatch, 'follow' | 'message'>;
  board: Pick<PublicBoard, 'post'>;
  /** Who outlives this core holds them for the next one. */
  onOrders: (orders: HeldOrder[]) => void;
  /** Somebody at a desk wants the edges restarted. */
  onRestartEdges: (reason: string) => void;
}

/** Who hears of it once everything is put together: before that, a show is only being made, and nobody is told. */
export interface ShowFollowers {
  clock: Pick<ClockKeeper, 'set'>;
  timers: Pick<Timers, 'follow'>;
  closer: Pick<RunCloser, 'follow'>;
  recoder: Pick<Recoder, 'journaled'>;
  desks: Pick<Gateway, 'applied' | 'refresh'>;
}

/** Tells of what has changed in the show, in the order in which it has to be heard. */
export class ShowFollower {
  readonly #options: ShowFollowerOptions;
  #followers: ShowFollowers | null = null;

  constructor(options: ShowFollowerOptions) {
    this.#options = options;
  }

  /** Edges and desks are told from here on; the show as it is now first. */
  start(followers: ShowFollowers, state: ShowState): void {
    this.#followers = followers;
    this.#follow(followers, { before: null, after: state });
  }

  /** An entry is on disk and folded in. */
  applied(applied: Applied): void {
    const { ledger, alarms, onRestartEdges } = this.#options;
    const followers = this.#followers;
    const { type, command, answer, seq, commandId, actor } = applied.entry;
    const isAccepted = answer.status === 'accepted';
    ledger.journalIs({ seq, commandId });
    if (type === 'system.clock' && isAccepted) followers?.clock.set((command as { byMs: number }).byMs);
    if (type === 'alarm.seen' && isAccepted) alarms.seen((command as AlarmSeen).payload.id);
    if (followers !== null) this.#follow(followers, applied);
    if (type === 'rehearsal.recode' && isAccepted) followers?.recoder.journaled(actor, commandId);
    const reason = restartReason(applied);
    if (reason !== null) onRestartEdges(reason);
    followers?.desks.applied(applied);
  }

  /** What took away and no entry tells yet took effect. */
  held(change: { before: ShowState; after: ShowState }): void {
    if (this.#followers !== null) this.#follow(this.#followers, change);
  }

  /** How many there are, and what they did, stands in no journal entry that desks are told. */
  orders(orders: HeldOrder[]): void {
    this.#options.onOrders(orders);
    this.#options.edges.sendOrders(orders);
    this.#followers?.desks.refresh();
  }

  #follow({ timers, closer }: ShowFollowers, { before, after }: { before: ShowState | null; after: ShowState }): void {
    const { edges, measures, board } = this.#options;
    const isTurned = measures.follow(after);
    edges.spreadRules(before, after);
    board.post(after);
    if (isTurned) edges.sendMeasures(measures.message());
    timers.follow(after);
    closer.follow(before, after);
  }
}

/** Why the edges are to be restarted; null when that is not what happened. */
function restartReason({ entry, after }: Applied): string | null {
  if (entry.type !== 'edges.restart' || entry.answer.status !== 'accepted') return null;
  const { actor, command } = entry;
  const reason = (command as Extract<Command, { type: 'edges.restart' }>).payload.reason;
  return `by ${nameOf(after.persons, actor)}: ${reason}`;
}
