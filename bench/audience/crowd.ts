import { type SeededRandom, seededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { FIRST_HINTS, returnDelayMs } from '../../renderer/audience/backoff.ts';
import { nowMs } from './clock.ts';
import { Clockwork } from './clockwork.ts';
import type { Ears, HeardReceipt, Speech } from './ears.ts';
import type { Hire, Order, Progress, Report, VoteOrder } from './messages.ts';
import { Notebook } from './notebook.ts';
import { plannedMs } from './plans.ts';
import { PollingPlace } from './polling-place.ts';
import { speechesFor } from './speeches.ts';
import { type SeenState, StateReader } from './state-reader.ts';
import { type Transport, Viewer } from './viewer.ts';
import { sourceAddress, Wire, type WireHost } from './wire.ts';

type ArriveOrder = Extract<Order, { t: 'arrive' }>;

/** The part of the audience that one process plays: comes as planned, holds, votes, comes back, and checks what it is told. */
export class Crowd implements Ears, WireHost {
  readonly reader: StateReader;
  readonly #hire: Hire;
  readonly #random: SeededRandom;
  readonly #book = new Notebook();
  readonly #clockwork = new Clockwork();
  readonly #viewers: Viewer[] = [];
  readonly #voterIds = new Set<string>();
  readonly #speeches: Record<Transport, Speech>;
  readonly #place: PollingPlace;
  #sources: number;

  constructor(hire: Hire) {
    this.#hire = hire;
    // Far apart, so that no process repeats what another has drawn.
    this.#random = seededRandom(hire.seed + hire.worker * 0x9e3779b1);
    this.#sources = hire.firstSource;
    this.reader = new StateReader((kind, example) => this.fault(kind, example));
    this.#speeches = speechesFor(hire, { ears: this, clockwork: this.#clockwork, random: this.#random });
    this.#place = new PollingPlace({
      book: this.#book,
      clockwork: this.#clockwork,
      random: this.#random,
      worker: hire.worker,
      speechOf: (viewer) => this.#speeches[viewer.transport],
    });
  }

  arrive({ count, sse, poll, startAtMs, plan }: ArriveOrder): void {
    const newcomers = Array.from({ length: count }, (_, i) => {
      const share = (i + 0.5) / count;
      const transport = share < sse ? 'sse' : share < sse + poll ? 'poll' : 'ws';
      return new Viewer(this.#viewers.length + i, transport);
    });
    shuffle(newcomers, this.#random);
    this.#viewers.push(...newcomers);
    this.#book.count.planned += count;
    const times = plannedMs(plan, count, this.#random).map((ms) => startAtMs + ms);
    this.#clockwork.plan({
      times,
      act: (i, atMs) => {
        const viewer = newcomers[i];
        if (viewer === undefined) return;
        viewer.plannedMs = atMs;
        this.#connect(viewer);
      },
    });
  }

  vote(order: VoteOrder): void {
    this.#place.open(order, this.#viewers);
  }

  progress(): Progress {
    return this.#book.progress();
  }

  report(forget: boolean): Report {
    return this.#book.report(this.reader.states, forget);
  }

  connected(viewer: Viewer): void {
    this.#speeches[viewer.transport].connected(viewer);
  }

  read(viewer: Viewer, bytes: Buffer, start: number, end: number): number {
    return this.#speeches[viewer.transport].read(viewer, bytes, start, end);
  }

  ended(viewer: Viewer, why: string): void {
    const { closes } = this.#book;
    this.#book.bump(closes, viewer.phase === 'here' ? why : `${why} while ${viewer.phase}`);
    if (viewer.phase === 'here') this.#book.count.here -= 1;
    viewer.wire = null;
    viewer.phase = 'away';
    if (this.#hire.comesBack) this.#comeBack(viewer);
    else this.fault('connection-lost', `viewer ${viewer.index}: ${why}`);
  }

  welcomed(
    viewer: Viewer,
    { token, voterId }: { token: string | null; voterId: string | null },
    state: SeenState,
  ): void {
    if (viewer.phase !== 'greeting') this.fault('welcomed-twice', `viewer ${viewer.index}`);
    if (viewer.token === null && token !== null) viewer.token = token;
    if (viewer.voterId === null && voterId !== null) {
      if (this.#voterIds.has(voterId)) this.fault('two-viewers-one-voter', voterId);
      this.#voterIds.add(voterId);
    } else if (voterId !== viewer.voterId) {
      this.fault('another-voter-after-return', `${viewer.voterId}, then ${voterId}`);
    }
    viewer.voterId = voterId;
    viewer.phase = 'here';
    viewer.attempts = 0;
    this.#book.count.here += 1;
    if (viewer.hasArrived) {
      this.#book.returned(viewer.heardAtMs, viewer.heardAtMs - viewer.plannedMs);
    } else {
      viewer.hasArrived = true;
      this.#book.count.arrived += 1;
      this.#book.arrivals.record(viewer.heardAtMs - viewer.plannedMs);
    }
    this.#sees(viewer, state);
    this.#place.isHere(viewer);
  }

  shown(viewer: Viewer, state: SeenState): void {
    this.#book.shown(viewer, state);
    if (viewer.phase !== 'here') this.fault('state-before-welcome', `viewer ${viewer.index}`);
    this.#sees(viewer, state);
  }

  answered(viewer: Viewer, receipt: HeardReceipt): void {
    this.#place.answered(viewer, receipt);
  }

  refused(viewer: Viewer, error: { code: string; ref: string | null; retryAfterMs: number | null }): void {
    this.#place.refused(viewer, error);
  }

  dismissed(viewer: Viewer, reason: string, retryAfterMs: number): void {
    this.#book.bump(this.#book.byes, reason);
    viewer.retryAfterMs = retryAfterMs;
  }

  fault(kind: string, example: string): void {
    this.#book.faults.note(kind, example);
  }

  #connect(viewer: Viewer): void {
    const { host, port } = this.#hire;
    const wire = new Wire(viewer, this);
    viewer.wire = wire;
    viewer.phase = 'opening';
    wire.connect({ host, port, localAddress: sourceAddress(this.#sources) });
    this.#sources += 1;
  }

  /** As the product's own page would: after a wait that the server's last hints spread. */
  #comeBack(viewer: Viewer): void {
    const { attempts, state, retryAfterMs } = viewer;
    if (viewer.hasArrived && attempts === 0) viewer.plannedMs = nowMs();
    const delayMs = returnDelayMs({
      attempt: attempts,
      hints: state?.hints ?? FIRST_HINTS,
      retryAfterMs,
      random: this.#random.next(),
    });
    viewer.attempts += 1;
    viewer.retryAfterMs = null;
    this.#clockwork.later(delayMs, () => this.#connect(viewer));
  }

  #sees(viewer: Viewer, state: SeenState): void {
    const before = viewer.state;
    if (before !== null && (state.epoch < before.epoch || (state.epoch === before.epoch && state.rev < before.rev))) {
      const versions = `${before.epoch}-${before.rev}, then ${state.epoch}-${state.rev}`;
      this.fault('state-went-back', `viewer ${viewer.index}: ${versions}`);
      return;
    }
    viewer.state = state;
    if (before === state) return;
    this.#book.sees(state, before);
    this.#place.learn(state);
  }
}

/** Fisher and Yates. */
function shuffle<T>(items: T[], random: SeededRandom): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.between(0, i);
    const a = items[i];
    const b = items[j];
    if (a === undefined || b === undefined) continue;
    items[i] = b;
    items[j] = a;
  }
}
