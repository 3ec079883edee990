import { type SeededRandom, seededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { FIRST_HINTS, returnDelayMs } from '../../renderer/audience/backoff.ts';
import { nowMs } from './clock.ts';
import { Clockwork } from './clockwork.ts';
import type { Ears, HeardReceipt, Speech } from './ears.ts';
import { Fates } from './fates.ts';
import { HttpDoor } from './http-door.ts';
import { JoinApart } from './join-apart.ts';
import type { ArriveOrder, BefallOrder, Hire, Progress, Report, VoteOrder } from './messages.ts';
import { Notebook } from './notebook.ts';
import { plannedMs } from './plans.ts';
import { PollingPlace } from './polling-place.ts';
import { speechesFor } from './speeches.ts';
import { type SeenState, StateReader } from './state-reader.ts';
import { type Transport, Viewer } from './viewer.ts';
import { sourceAddress, Wire, type WireHost } from './wire.ts';

/** The part of the audience that one process plays: comes as planned, holds, votes, comes back, and checks what it is told. */
export class Crowd implements Ears, WireHost<Viewer> {
  readonly reader: StateReader;
  readonly #hire: Hire;
  readonly #random: SeededRandom;
  readonly #book = new Notebook();
  readonly #clockwork = new Clockwork();
  /** Everyone who is to come or has come, but those who have left. */
  readonly #viewers: Viewer[] = [];
  readonly #voterIds = new Set<string>();
  readonly #speeches: Record<Transport, Speech>;
  readonly #place: PollingPlace;
  readonly #fates: Fates;
  readonly #joinApart: JoinApart;
  #sources: number;

  constructor(hire: Hire) {
    this.#hire = hire;
    // Far apart, so that no process repeats what another has drawn.
    this.#random = seededRandom(hire.seed + hire.worker * 0x9e3779b1);
    this.#sources = hire.firstSource;
    this.reader = new StateReader((kind, example) => this.fault(kind, example));
    const common = { clockwork: this.#clockwork, random: this.#random };
    const door = new HttpDoor(this, hire.host, hire.port);
    this.#speeches = speechesFor(hire, { ears: this, door, ...common });
    const speechOf = (viewer: Viewer) => this.#speeches[viewer.transport];
    this.#place = new PollingPlace({ book: this.#book, ...common, worker: hire.worker, speechOf });
    this.#fates = new Fates({
      book: this.#book,
      ...common,
      place: this.#place,
      viewers: this.#viewers,
      speechOf,
      connect: (viewer) => this.#connect(viewer),
    });
    this.#joinApart = new JoinApart({
      ears: this,
      door,
      joined: (viewer) => this.#connect(viewer),
      ended: (viewer, why) => this.ended(viewer, why),
    });
  }

  arrive({ count, sse, poll, joinsFirst, startAtMs, plan }: ArriveOrder): void {
    const first = this.#book.count.planned;
    const newcomers = Array.from({ length: count }, (_, i) => {
      const share = (i + 0.5) / count;
      const transport = share < sse ? 'sse' : share < sse + poll ? 'poll' : 'ws';
      return new Viewer(first + i, transport, joinsFirst && transport === 'ws');
    });
    shuffle(newcomers, this.#random);
    // Before the first of them comes: what a socket costs to make is no part of a rush.
    for (const viewer of newcomers) viewer.wire = this.#newWire(viewer);
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

  befall(order: BefallOrder): void {
    this.#fates.plan(order);
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
    viewer.isSwitching = false;
    viewer.isDeaf = false;
    viewer.hasShouted = false;
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
    if (viewer.joinedAs !== null && viewer.joinedAs !== voterId) {
      this.fault('another-voter-than-joined', `${viewer.joinedAs}, then ${voterId}`);
    }
    viewer.voterId = voterId;
    viewer.phase = 'here';
    viewer.attempts = 0;
    this.#book.count.here += 1;
    if (viewer.isSwitching) {
      viewer.isSwitching = false;
      this.#book.switches.record(viewer.heardAtMs - viewer.plannedMs);
    } else if (viewer.hasArrived) {
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
    if (reason === 'slow-reader' && !viewer.hasShouted) this.fault('not-slow', `viewer ${viewer.index}`);
  }

  fault(kind: string, example: string): void {
    this.#book.faults.note(kind, example);
  }

  #connect(viewer: Viewer): void {
    const { host, port } = this.#hire;
    const wire = viewer.wire ?? this.#newWire(viewer);
    viewer.wire = wire;
    viewer.phase = joins(viewer) ? 'joining' : 'opening';
    wire.connect({ host, port, localAddress: sourceAddress(this.#sources) });
    this.#sources += 1;
  }

  #newWire(viewer: Viewer): Wire<Viewer> {
    return new Wire(viewer, joins(viewer) ? this.#joinApart : this);
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

/** Whether the next connection is the one to join on. */
function joins({ joinsFirst, token }: Viewer): boolean {
  return joinsFirst && token === null;
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
