import type { Duplex } from 'node:stream';
import { CLOSE } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import { type Caller, markOf, type Networks } from '../process/network.ts';
import type { Admission, Admitted } from './admission.ts';
import type { BallotIntake } from './ballot-intake.ts';
import type { EdgeClock } from './edge-clock.ts';
import type { Crowd } from './fan-out.ts';
import { refuseUpgrade } from './http-answer.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import { PingWheel } from './ping-wheel.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import { NO_HANDSHAKE, unavailable } from './refusal.ts';
import type { Kind, RoomMaker } from './room-maker.ts';
import { Roster } from './roster.ts';
import { spread } from './spread.ts';
import type { Strangers } from './strangers.ts';
import { type ViewerHost, ViewerSocket } from './viewer-socket.ts';
import { POLICY, ViewerTalk } from './viewer-talk.ts';
import { VoterSockets } from './voter-sockets.ts';
import { PING_FRAME } from './ws-frame.ts';
import { switchingProtocols } from './ws-handshake.ts';

const ONE_TOO_MANY_MS = 30_000;

export interface WsGatewayOptions {
  admission: Admission;
  intake: BallotIntake;
  states: PublicStates;
  measures: MeasuresInForce;
  networks: Networks;
  /** Sockets that have not said hello. */
  silent: Strangers<ViewerSocket>;
  room: RoomMaker;
  clock: EdgeClock;
  limits: EdgeLimits;
  onWork: () => void;
}

/** Where viewers on WebSocket sit: who they are, the states they are sent, pings and goodbyes. */
export class WsGateway implements Crowd, ViewerHost {
  readonly skipBeyondBytes: number;
  readonly cutBeyondBytes: number;
  readonly mostBytes: number;
  readonly mostBytesBeforeHello: number;
  readonly #options: WsGatewayOptions;
  readonly #viewers: Record<Mode, Roster<ViewerSocket>> = { live: new Roster(), rehearsal: new Roster() };
  readonly #byVoter: VoterSockets<ViewerSocket>;
  readonly #wheel: PingWheel<ViewerSocket>;
  readonly #timer: NodeJS.Timeout;
  readonly #talk: ViewerTalk;
  #leaving = false;
  /** Whose turn to leave has come while they wait for an answer, with the goodbye that follows it. */
  readonly #owed = new Map<ViewerSocket, () => void>();

  constructor(options: WsGatewayOptions) {
    this.#options = options;
    const { limits } = options;
    this.skipBeyondBytes = limits.skipBeyondBytes;
    this.cutBeyondBytes = limits.cutBeyondBytes;
    this.mostBytes = limits.frameBytes;
    this.mostBytesBeforeHello = limits.messageBytes;
    this.#byVoter = new VoterSockets({
      most: limits.socketsPerVoter,
      all: () => this.#all(),
      voterOf: ({ voter }) => voter?.voterId ?? null,
    });
    this.#wheel = new PingWheel(limits.pingEveryMs);
    const { admission, intake, measures, clock } = options;
    this.#talk = new ViewerTalk({
      ...{ admission, intake, measures, clock, limits },
      wheel: this.#wheel,
      onSeated: (viewer, admitted) => this.#seat(viewer, admitted),
    });
    this.#timer = setInterval(() => this.#turn(), this.#wheel.turnMs);
  }

  /** Viewers that have said hello. */
  get count(): number {
    return this.#viewers.live.size + this.#viewers.rehearsal.size;
  }

  /**
   * Makes a WebSocket of a connection whose request for one has been read.
   * @param head what came behind the request
   */
  upgrade(req: Caller, socket: Duplex, head: Buffer): void {
    this.#options.onWork();
    const { measures, networks, silent, room } = this.#options;
    if (this.#leaving) {
      refuseUpgrade(socket, unavailable(measures.retryAfterMs('live')));
      return;
    }
    const answer = switchingProtocols(req.headers);
    if (answer === null) {
      refuseUpgrade(socket, NO_HANDSHAKE);
      return;
    }
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const network = networks.of(req);
    if (!silent.hasRoomFor(network) || room.refuses(markOf(network))) {
      refuseUpgrade(socket, unavailable(measures.retryAfterMs('live')));
      return;
    }
    const viewer = new ViewerSocket(this, socket, network);
    silent.enter(viewer, network, this.#wheel.turns);
    socket.write(answer, 'latin1');
    if (head.length > 0) viewer.read(head);
  }

  size(mode: Mode): number {
    return this.#viewers[mode].size;
  }

  visit(held: HeldState, count: number): void {
    const viewers = this.#viewers[held.state.mode];
    for (let left = count; left > 0; left -= 1) {
      this.#options.onWork();
      viewers.next()?.sendState(held);
    }
  }

  broadcast(held: HeldState): void {
    for (const viewer of this.#viewers[held.state.mode]) {
      this.#options.onWork();
      viewer.sendState(held);
    }
  }

  /** Every token of the rehearsal has ended; who waits for an answer there asks again with another, as whom that lets them in. */
  endRehearsal(): void {
    const retryAfterMs = this.#options.measures.retryAfterMs('live');
    for (const viewer of [...this.#viewers.rehearsal]) viewer.bye('bad-token', retryAfterMs, CLOSE.badToken);
  }

  /** Those who have said hello, and wait for no answer. */
  readonly kind: Kind = {
    marks: () => this.#marks(),
    showOut: (mark, most) => {
      const isOne = (viewer: ViewerSocket) => viewer.mark === mark && viewer.owed === 0 && !viewer.leaving;
      const out = [...this.#all()].filter(isOne).slice(0, most);
      for (const viewer of out) viewer.showOut('full', this.#options.measures.retryAfterMs('live'), CLOSE.tryLater);
      return out.length;
    },
  };

  /**
   * Takes nobody new and says goodbye to everyone, evenly over `overMs`, each with its own time to come back. Who waits for the
   * answer to a ballot gets that first, and may cast more until then.
   */
  async leave(overMs: number, retryAfterMs: () => number): Promise<void> {
    this.#leaving = true;
    const all = [...this.#viewers.live, ...this.#viewers.rehearsal, ...this.#options.silent];
    await spread(all, overMs, (viewer) => {
      const goodbye = () => viewer.bye('restart', retryAfterMs(), CLOSE.restart);
      if (viewer.owed === 0) goodbye();
      else this.#owed.set(viewer, goodbye);
    });
  }

  /** Viewers who will get their goodbye behind an answer. */
  get owing(): number {
    return this.#owed.size;
  }

  /** Waits for no answer any more. */
  dismissAll(): void {
    for (const goodbye of this.#owed.values()) goodbye();
    this.#owed.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const set of [this.#viewers.live, this.#viewers.rehearsal, this.#options.silent]) {
      for (const viewer of set) viewer.terminate();
    }
  }

  received(viewer: ViewerSocket, bytes: Buffer, isText: boolean): void {
    this.#options.onWork();
    this.#wheel.saw(viewer);
    this.#talk.heard(viewer, bytes, isText);
  }

  tookPart(viewer: ViewerSocket): void {
    this.#talk.pays(viewer, false);
  }

  sawLife(viewer: ViewerSocket): void {
    this.#wheel.saw(viewer);
  }

  closed(viewer: ViewerSocket): void {
    this.#options.silent.left(viewer);
    this.#owed.delete(viewer);
    if (viewer.voter !== null) {
      this.#viewers[viewer.voter.mode].delete(viewer);
      this.#byVoter.delete(viewer, viewer.voter.voterId);
    }
    this.#wheel.delete(viewer);
  }

  drained(viewer: ViewerSocket): void {
    const held = viewer.voter === null ? null : this.#options.states.get(viewer.voter.mode);
    if (held !== null) viewer.sendState(held);
  }

  tooSlow(viewer: ViewerSocket): void {
    viewer.bye('slow-reader', this.#options.measures.retryAfterMs('live'), CLOSE.slowReader);
  }

  answered(viewer: ViewerSocket, row: BallotRow, answer: BallotAnswer): void {
    this.#options.onWork();
    this.#talk.answered(viewer, row, answer);
    viewer.owed -= 1;
    if (viewer.owed > 0) return;
    this.#owed.get(viewer)?.();
    this.#owed.delete(viewer);
  }

  *#all(): Generator<ViewerSocket> {
    yield* this.#viewers.live;
    yield* this.#viewers.rehearsal;
  }

  *#marks(): Generator<number> {
    for (const { mark } of this.#all()) yield mark;
  }

  #seat(viewer: ViewerSocket, { voter, held }: Admitted): void {
    viewer.voter = voter;
    viewer.network = null;
    viewer.sentSeq = held.seq;
    this.#options.silent.left(viewer);
    this.#viewers[voter.mode].add(viewer);
    this.#wheel.add(viewer);
    const oldest = this.#byVoter.add(viewer, voter.voterId);
    // Its page comes back, and only much later: it may be one of as many tabs.
    const retryAfterMs = this.#options.measures.retryAfterMs(voter.mode) + ONE_TOO_MANY_MS;
    oldest?.showOut('too-many-sockets', retryAfterMs, CLOSE.tryLater);
  }

  /** Pings those whose turn it is, ends the dead, and shows the door to those who never said hello. */
  #turn(): void {
    const { limits } = this.#options;
    for (const viewer of this.#wheel.turn()) viewer.write(PING_FRAME);
    for (const viewer of this.#wheel.looked()) {
      if (this.#wheel.sinceMs(viewer.seenAtTurn) >= limits.deadAfterMs) viewer.terminate();
    }
    const sinceTurn = this.#wheel.turns - 1 - Math.ceil(limits.helloMs / this.#wheel.turnMs);
    for (const viewer of this.#options.silent.cameBy(sinceTurn)) {
      viewer.bye('no-hello', this.#options.measures.retryAfterMs('live'), POLICY);
    }
  }
}
