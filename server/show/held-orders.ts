import { decide } from '../../shared/domain/decide.ts';
import { deskState, NO_CORE_FACTS } from '../../shared/domain/desk-view.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { mayCommand } from '../../shared/domain/guards.ts';
import { isOnAir } from '../../shared/domain/intakes.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import { runTakenFrom } from '../../shared/domain/takes-away.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';

/**
 * Acts that took away and are not in the journal yet, in their order. What they do is worked out anew on whatever the journal
 * holds by then: an entry that was on its way to a disk that stalled may land under them.
 */
export class HeldOrders {
  #list: readonly HeldOrder[] = [];

  get list(): readonly HeldOrder[] {
    return this.#list;
  }

  get first(): HeldOrder | null {
    return this.#list[0] ?? null;
  }

  add(order: HeldOrder): void {
    this.#list = [...this.#list, order].toSorted((a, b) => a.atMs - b.atMs);
  }

  remove(order: HeldOrder): void {
    this.#list = this.#list.filter((held) => held !== order);
  }

  has({ actor, command }: HeldOrder): boolean {
    return this.#list.some((held) => held.actor === actor && held.command.id === command.id);
  }

  /** The show as it is: what is journaled, and these on top. The revision stands. */
  over(journaled: ShowState): ShowState {
    return this.#list.reduce((state, order) => {
      const { actor, source, command, atMs } = order;
      const act = { actor, source, commandId: command.id, atMs };
      return evolveEntry(state, eventsOf(state, order), { seq: journaled.revision, act });
    }, journaled);
  }
}

/** What an order does to this state: nothing where its run has been replaced, or what it would take has gone already. */
export function eventsOf(state: ShowState, { command, runId, actor, roles, atMs }: HeldOrder): ShowEvent[] {
  if ((runTakenFrom(state, command)?.runId ?? null) !== runId) return [];
  const { expectedRevision: _compared, ...intent } = command;
  const run = runTakenFrom(state, command);
  if (command.type === 'cue.disarm' && run !== null && isOnAir(run)) {
    // A GO that was on its way landed under it: what was not to open is taken back.
    const recall = { type: 'poll.recall' as const, target: command.target, payload: { reason: 'disarmed' } };
    return decide(state, recall, { nowMs: atMs, actor, scheduled: false });
  }
  const view = deskState(state, { roles: ['owner'], serverNowMs: atMs, facts: NO_CORE_FACTS });
  const refusal = mayCommand(view, intent, {
    nowMs: atMs,
    actor,
    roles,
    scheduled: false,
    preflight: null,
    identityConnected: false,
    edgesRestarting: false,
    alarms: null,
    sinceGoMs: Number.POSITIVE_INFINITY,
    recount: 'differs',
  });
  return refusal === null ? decide(state, intent, { nowMs: atMs, actor, scheduled: false }) : [];
}
