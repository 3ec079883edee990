import type { Duplex } from 'node:stream';
import { CLOSE, ClientFrame, type Renewal } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import { type Caller, markOf, type Networks } from '../process/network.ts';
import { type Admission, isRefusal } from './admission.ts';
import { namedBallot } from './ballot-check.ts';
import { type BallotIntake, receiptOrRefusal } from './ballot-intake.ts';
import type { EdgeClock } from './edge-clock.ts';
import type { Crowd } from './fan-out.ts';
import { FrameBudget } from './frame-budget.ts';
import { refuseUpgrade } from './http-answer.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import { PingWheel } from './ping-wheel.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import {
  BAD_CODE,
  HELLO_FIRST,
  HELLO_TWICE,
  MALFORMED_JSON,
  NO_HANDSHAKE,
  TOO_LARGE,
  UNKNOWN_TYPE,
  unavailable,
} from './refusal.ts';
import type { Kind, RoomMaker } from './room-maker.ts';
import { Roster } from './roster.ts';
import { spread } from './spread.ts';
import type { Strangers } from './strangers.ts';
import { type ViewerHost, ViewerSocket } from './viewer-socket.ts';
import { VoterSockets } from './voter-sockets.ts';
import { renewalOf, stillHolds } from './voter-token.ts';
import { beforeState } from './with-state.ts';
import { PING_FRAME, textFrameAround } from './ws-frame.ts';
import { switchingProtocols } from './ws-handshake.ts';

/** The end of a socket that broke the rules of the door. */
const POLICY = 1008;
const MAX_FRAMES_BEFORE_HELLO = 20;
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

/** Viewers on WebSocket: hello, ballots, states, pings and goodbyes. */
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
  readonly #budget: FrameBudget;
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
    this.#budget = new FrameBudget(limits.framesPerSocket, this.#wheel.turnMs);
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
    if (viewer.leaving) {
      this.#pays(viewer, false);
      return;
    }
    if (viewer.voter === null) {
      viewer.framesBeforeHello += 1;
      if (viewer.framesBeforeHello > MAX_FRAMES_BEFORE_HELLO) {
        viewer.cut('no-hello', this.#options.measures.retryAfterMs('live'), POLICY);
        return;
      }
    }
    if (bytes.length > this.#options.limits.messageBytes) {
      if (this.#pays(viewer, false)) viewer.refuse(TOO_LARGE, null);
      return;
    }
    let message: unknown;
    try {
      message = isText ? JSON.parse(bytes.toString()) : null;
    } catch {
      message = null;
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      const { voter } = viewer;
      if (!this.#pays(viewer, false)) return;
      viewer.refuse(voter === null ? MALFORMED_JSON : this.#options.intake.unreadable(voter), null);
      return;
    }
    this.#dispatch(viewer, message);
  }

  tookPart(viewer: ViewerSocket): void {
    this.#pays(viewer, false);
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
    const word = receiptOrRefusal(row, answer, this.#options.measures.retryAfterMs(row[1]));
    if (isRefusal(word)) viewer.refuse(word, row[2]);
    else viewer.say({ t: 'receipt', receipt: word, ...this.#renewal(viewer) });
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

  #dispatch(viewer: ViewerSocket, message: { t?: unknown }): void {
    if (!this.#pays(viewer, message.t === 'ballot')) return;
    if (message.t === 'hello') this.#hello(viewer, message);
    else if (message.t === 'ballot') this.#ballot(viewer, message);
    else if (message.t !== 'ping') viewer.refuse(UNKNOWN_TYPE, null);
    else if (viewer.voter === null) viewer.refuse(HELLO_FIRST, null);
    else viewer.say({ t: 'pong', serverNowMs: this.#options.clock.nowMs(), ...this.#renewal(viewer) });
  }

  #pays(viewer: ViewerSocket, isBallot: boolean): boolean {
    if (this.#budget.pays(viewer, isBallot, this.#wheel.turns)) return true;
    viewer.cut('too-many-frames', this.#options.measures.retryAfterMs('live'), POLICY);
    return false;
  }

  /** A new token for who has sat here for days: a held socket says no second hello. */
  #renewal(viewer: ViewerSocket): Renewal {
    const renewed = viewer.voter === null ? null : this.#options.admission.renewed(viewer.voter);
    if (renewed === null) return {};
    viewer.voter = renewed.voter;
    return renewalOf(renewed);
  }

  #hello(viewer: ViewerSocket, message: object): void {
    const { admission, measures, clock } = this.#options;
    const { network } = viewer;
    if (network === null) {
      viewer.refuse(HELLO_TWICE, null);
      return;
    }
    const read = ClientFrame.safeParse(message);
    if (!read.success || read.data.t !== 'hello') {
      viewer.refuse(MALFORMED_JSON, null);
      return;
    }
    const { token, code } = read.data;
    const admitted = admission.admit({ door: 'hello', token, code: code || null, network });
    if (isRefusal(admitted)) {
      const retryAfterMs = admitted.retryAfterMs ?? measures.retryAfterMs('live');
      if (admitted.code === 'bad-token') {
        viewer.bye('bad-token', retryAfterMs, CLOSE.badToken);
        return;
      }
      viewer.refuse(admitted, null);
      viewer.bye(admitted.code, retryAfterMs, admitted === BAD_CODE ? POLICY : CLOSE.tryLater);
      return;
    }
    const { voter, held } = admitted;
    viewer.voter = voter;
    viewer.network = null;
    viewer.sentSeq = held.seq;
    this.#options.silent.left(viewer);
    this.#viewers[voter.mode].add(viewer);
    this.#wheel.add(viewer);
    const oldest = this.#byVoter.add(viewer, voter.voterId);
    // Its page comes back, and only much later: it may be one of as many tabs.
    oldest?.showOut('too-many-sockets', measures.retryAfterMs(voter.mode) + ONE_TOO_MANY_MS, CLOSE.tryLater);
    const minted = admitted.token === null ? {} : renewalOf({ token: admitted.token, voter });
    // Tokens, ids and numbers are ASCII; only the state's texts are not.
    const head = { t: 'welcome', ...minted, voterId: voter.voterId, serverNowMs: clock.nowMs() };
    viewer.write(textFrameAround(beforeState(head), held.httpBody));
  }

  #ballot(viewer: ViewerSocket, message: object): void {
    const { intake, clock, measures } = this.#options;
    const receivedAtMs = clock.nowMs();
    const { voter } = viewer;
    const ref = namedBallot(message);
    if (voter === null) {
      viewer.refuse(HELLO_FIRST, ref);
      return;
    }
    if (!stillHolds(voter.expiresAtMs, receivedAtMs)) {
      viewer.bye('bad-token', measures.retryAfterMs(voter.mode), CLOSE.badToken);
      return;
    }
    const refusal = intake.cast(message, { voter, network: viewer.networkKey, receivedAtMs, sink: viewer });
    if (refusal === null) viewer.owed += 1;
    else viewer.refuse(refusal, ref);
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
