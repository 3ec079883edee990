import { nowMs } from './clock.ts';

/** Acts at planned times, in order. */
export interface Agenda {
  /** Epoch ms, sorted. */
  times: Float64Array;
  /** Called once for each, never early; how late it is is part of what is measured. */
  act: (i: number, plannedMs: number) => void;
}

/** Acts of one agenda in a turn of the loop, so that a late generator still reads what the server has sent. */
const ACTS_PER_TURN = 64;
const SLOT_MS = 10;
const SLOTS = 8_192;

interface Chore {
  slot: number;
  act: () => void;
}

/**
 * Everything that a crowd does by the clock, with one timer for all: agendas for what is planned from the start, and
 * chores (a return, another try) for what comes up on the way, to the next 10 ms.
 */
export class Clockwork {
  #agendas: { agenda: Agenda; next: number }[] = [];
  readonly #chores: Chore[][] = Array.from({ length: SLOTS }, () => []);
  #choresLeft = 0;
  /** Slot that has been worked off last, counted from the epoch. */
  #slot = Math.floor(nowMs() / SLOT_MS);
  #running = false;

  plan(agenda: Agenda): void {
    this.#agendas.push({ agenda, next: 0 });
    this.#run();
  }

  later(delayMs: number, act: () => void): void {
    if (this.#choresLeft === 0) this.#slot = Math.floor(nowMs() / SLOT_MS);
    const slot = Math.max(this.#slot + 1, Math.ceil((nowMs() + delayMs) / SLOT_MS));
    this.#chores[slot % SLOTS]?.push({ slot, act });
    this.#choresLeft += 1;
    this.#run();
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const dueMs = Math.min(this.#actAgendas(), this.#choresLeft > 0 ? nowMs() + SLOT_MS : Number.POSITIVE_INFINITY);
    this.#actChores();
    if (dueMs === Number.POSITIVE_INFINITY && this.#choresLeft === 0) {
      this.#running = false;
      return;
    }
    const waitMs = dueMs - nowMs();
    // A timer rounds up to a millisecond. Waiting for less in a busy loop would take the server's own core away from it.
    if (waitMs <= 0) setImmediate(() => this.#turn());
    else setTimeout(() => this.#turn(), Math.min(waitMs, SLOT_MS));
  }

  /** Answers when the next act is due. */
  #actAgendas(): number {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#agendas) {
      const { agenda } = entry;
      for (let acts = 0; acts < ACTS_PER_TURN; acts++) {
        const plannedMs = agenda.times[entry.next];
        if (plannedMs === undefined || plannedMs > nowMs()) break;
        agenda.act(entry.next, plannedMs);
        entry.next += 1;
      }
      dueMs = Math.min(dueMs, agenda.times[entry.next] ?? Number.POSITIVE_INFINITY);
    }
    this.#agendas = this.#agendas.filter(({ agenda, next }) => next < agenda.times.length);
    return dueMs;
  }

  #actChores(): void {
    const until = Math.floor(nowMs() / SLOT_MS);
    while (this.#choresLeft > 0 && this.#slot < until) {
      this.#slot += 1;
      const slot = this.#chores[this.#slot % SLOTS] ?? [];
      if (slot.length === 0) continue;
      const due = slot.filter((chore) => chore.slot <= this.#slot);
      this.#chores[this.#slot % SLOTS] = slot.filter((chore) => chore.slot > this.#slot);
      this.#choresLeft -= due.length;
      for (const { act } of due) act();
    }
  }
}
