import { CLOSE, ClientFrame, type Renewal } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import { type Admission, type Admitted, isRefusal } from './admission.ts';
import { namedBallot } from './ballot-check.ts';
import { type BallotIntake, receiptOrRefusal } from './ballot-intake.ts';
import type { EdgeClock } from './edge-clock.ts';
import { FrameBudget } from './frame-budget.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { PingWheel } from './ping-wheel.ts';
import { BAD_CODE, HELLO_FIRST, HELLO_TWICE, MALFORMED_JSON, TOO_LARGE, UNKNOWN_TYPE } from './refusal.ts';
import type { ViewerSocket } from './viewer-socket.ts';
import { renewalOf, stillHolds } from './voter-token.ts';
import { beforeState } from './with-state.ts';
import { textFrameAround } from './ws-frame.ts';

/** The end of a socket that broke the rules of the door. */
export const POLICY = 1008;
const MAX_FRAMES_BEFORE_HELLO = 20;

export interface ViewerTalkOptions {
  admission: Admission;
  intake: BallotIntake;
  measures: MeasuresInForce;
  clock: EdgeClock;
  limits: EdgeLimits;
  /** Whose turns the budget of each viewer's frames counts by. */
  wheel: PingWheel<ViewerSocket>;
  /** Somebody has said hello and been let in: they sit among the viewers from now on. */
  onSeated: (viewer: ViewerSocket, admitted: Admitted) => void;
}

/** What viewers say on a WebSocket, and what each is answered: hello, ballots, pings, and whatever is none of these. */
export class ViewerTalk {
  readonly #options: ViewerTalkOptions;
  readonly #budget: FrameBudget;

  constructor(options: ViewerTalkOptions) {
    this.#options = options;
    this.#budget = new FrameBudget(options.limits.framesPerSocket, options.wheel.turnMs);
  }

  heard(viewer: ViewerSocket, bytes: Buffer, isText: boolean): void {
    if (viewer.leaving) {
      this.pays(viewer, false);
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
      if (this.pays(viewer, false)) viewer.refuse(TOO_LARGE, null);
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
      if (!this.pays(viewer, false)) return;
      viewer.refuse(voter === null ? MALFORMED_JSON : this.#options.intake.unreadable(voter), null);
      return;
    }
    this.#dispatch(viewer, message);
  }

  /** Takes a frame from what this viewer may send; false where that was too much, and they are cut off. */
  pays(viewer: ViewerSocket, isBallot: boolean): boolean {
    const { wheel, measures } = this.#options;
    if (this.#budget.pays(viewer, isBallot, wheel.turns)) return true;
    viewer.cut('too-many-frames', measures.retryAfterMs('live'), POLICY);
    return false;
  }

  /** The box has had its word on a ballot of theirs. */
  answered(viewer: ViewerSocket, row: BallotRow, answer: BallotAnswer): void {
    const word = receiptOrRefusal(row, answer, this.#options.measures.retryAfterMs(row[1]));
    if (isRefusal(word)) viewer.refuse(word, row[2]);
    else viewer.say({ t: 'receipt', receipt: word, ...this.#renewal(viewer) });
  }

  #dispatch(viewer: ViewerSocket, message: { t?: unknown }): void {
    if (!this.pays(viewer, message.t === 'ballot')) return;
    if (message.t === 'hello') this.#hello(viewer, message);
    else if (message.t === 'ballot') this.#ballot(viewer, message);
    else if (message.t !== 'ping') viewer.refuse(UNKNOWN_TYPE, null);
    else if (viewer.voter === null) viewer.refuse(HELLO_FIRST, null);
    else viewer.say({ t: 'pong', serverNowMs: this.#options.clock.nowMs(), ...this.#renewal(viewer) });
  }

  /** A new token for who has sat here for days: a held socket says no second hello. */
  #renewal(viewer: ViewerSocket): Renewal {
    const renewed = viewer.voter === null ? null : this.#options.admission.renewed(viewer.voter);
    if (renewed === null) return {};
    viewer.voter = renewed.voter;
    return renewalOf(renewed);
  }

  #hello(viewer: ViewerSocket, message: object): void {
    const { admission, measures, clock, onSeated } = this.#options;
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
    onSeated(viewer, admitted);
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
}
