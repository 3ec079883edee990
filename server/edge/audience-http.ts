import type { IncomingMessage, ServerResponse } from 'node:http';
import { rawMs } from '../../shared/domain/time.ts';
import { type BallotResponse, JoinRequest } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import type { Networks } from '../process/network.ts';
import { type Admission, isRefusal } from './admission.ts';
import { type BallotIntake, receiptOrRefusal } from './ballot-intake.ts';
import type { EdgeClock } from './edge-clock.ts';
import { answerJson, answerRefusal } from './http-answer.ts';
import { readBody } from './http-body.ts';
import { namesEtag } from './http-rules.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { PollCensus } from './poll-census.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import { type AudienceRefusal, BAD_TOKEN, MALFORMED_JSON, TOO_LARGE, unavailable } from './refusal.ts';
import type { RepeatPolls } from './repeat-polls.ts';
import type { SseGateway } from './sse-gateway.ts';
import { unchangedHeaders, wholeHeaders } from './state-answers.ts';
import { renewalOf, type Voter, type VoterTokens } from './voter-token.ts';
import { withState } from './with-state.ts';
import type { BallotSink } from './write-queue.ts';

export interface AudienceHttpOptions {
  admission: Admission;
  intake: BallotIntake;
  tokens: VoterTokens;
  states: PublicStates;
  measures: MeasuresInForce;
  sse: SseGateway;
  census: PollCensus;
  repeats: RepeatPolls;
  networks: Networks;
  clock: EdgeClock;
  limits: EdgeLimits;
}

/** The calls of the audience port that are not WebSocket, page or health. */
export class AudienceHttp {
  readonly #options: AudienceHttpOptions;
  #ballotsComing = 0;

  constructor(options: AudienceHttpOptions) {
    this.#options = options;
  }

  /** Requests with a ballot that are not here whole yet. */
  get ballotsComing(): number {
    return this.#ballotsComing;
  }

  join(req: IncomingMessage, res: ServerResponse): void {
    const { admission, census, networks, clock, limits } = this.#options;
    readBody(req, limits.messageBytes, (body) => {
      if (body.kind === 'gone') return;
      if (body.kind === 'too-large') {
        answerTooLarge(res);
        return;
      }
      const read = JoinRequest.safeParse(body.text === '' ? {} : parse(body.text));
      if (!read.success) {
        answerRefusal(res, MALFORMED_JSON, {});
        return;
      }
      const { token, code } = read.data;
      const network = networks.of(req);
      const admitted = admission.admit({ door: 'join', token: token ?? null, code: code || null, network });
      if (isRefusal(admitted)) {
        answerRefusal(res, admitted, {});
        return;
      }
      census.joined(network);
      const { voter, held } = admitted;
      const head = {
        token: admitted.token,
        voterId: voter.voterId,
        expiresAtMs: voter.expiresAtMs,
        serverNowMs: clock.nowMs(),
      };
      answerJson(res, 200, withState(head, held));
    });
  }

  state(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): void {
    const { census, networks, clock, measures, repeats } = this.#options;
    const seen = this.#view(req, query);
    if (isRefusal(seen)) {
      answerRefusal(res, seen, {});
      return;
    }
    const { held, noStore } = seen;
    const { key: network } = networks.of(req);
    census.note({ network, cadenceMs: measures.cadenceMs(held.state.mode), nowMs: rawMs(clock.monotonicNow()) });
    if (namesEtag(req.headers['if-none-match'], `"${held.version}"`)) {
      res.writeHead(304, unchangedHeaders(held, noStore)).end();
    } else {
      res.writeHead(200, wholeHeaders(held, noStore)).end(held.httpBody);
    }
    if (!noStore) repeats.answered({ req, res, network });
  }

  events(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): void {
    // Asked for behind another request, whose answer has not gone out whole: the connection is this one's after that.
    if (res.socket === null) {
      res.once('socket', () => this.events(req, res, query));
      return;
    }
    const seen = this.#view(req, query);
    if (isRefusal(seen)) {
      answerRefusal(res, seen, {});
      return;
    }
    const { sse, networks, measures } = this.#options;
    const lastEventId = req.headers['last-event-id'];
    const isOpen = sse.open({
      res,
      ...seen,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : null,
      network: networks.of(req),
    });
    if (!isOpen) answerRefusal(res, unavailable(measures.retryAfterMs(seen.held.state.mode)), {});
  }

  ballots(req: IncomingMessage, res: ServerResponse): void {
    const { intake, clock, limits, networks } = this.#options;
    this.#ballotsComing += 1;
    // Now: of a connection that has ended meanwhile, nobody can tell where it came from.
    const network = networks.of(req).key;
    readBody(req, limits.messageBytes, (body) => {
      this.#ballotsComing -= 1;
      const receivedAtMs = clock.nowMs();
      if (body.kind === 'gone') return;
      if (body.kind === 'too-large') {
        answerTooLarge(res);
        return;
      }
      const message = parse(body.text);
      const token = bearer(req) ?? tokenIn(message);
      // What is no ballot at all is malformed, not a ballot that lacks its token.
      if (token === null && (typeof message !== 'object' || message === null || Array.isArray(message))) {
        answerRefusal(res, MALFORMED_JSON, {});
        return;
      }
      const voter = this.#voter(token, receivedAtMs);
      if (voter === null) {
        answerRefusal(res, BAD_TOKEN, {});
        return;
      }
      const refusal =
        message === undefined
          ? intake.unreadable(voter)
          : intake.cast(message, { voter, network, receivedAtMs, sink: this.#waitFor(res, voter) });
      if (refusal !== null) answerRefusal(res, refusal, {});
    });
  }

  #voter(token: string | null, nowMs: number): Voter | null {
    const check = token === null ? null : this.#options.tokens.check(token, nowMs);
    return check?.ok ? check.voter : null;
  }

  #waitFor(res: ServerResponse, voter: Voter): BallotSink {
    return {
      answered: (row: BallotRow, boxAnswer: BallotAnswer) => {
        const { admission, measures } = this.#options;
        const word = receiptOrRefusal(row, boxAnswer, measures.retryAfterMs(voter.mode));
        if (isRefusal(word)) {
          // No new token: the ballot comes again, and its receipt brings one.
          answerRefusal(res, word, {});
          return;
        }
        const renewed = admission.renewed(voter);
        const body: BallotResponse = { receipt: word, ...(renewed === null ? {} : renewalOf(renewed)) };
        answerJson(res, 200, JSON.stringify(body));
      },
    };
  }

  /** The state that this request may see. */
  #view(req: IncomingMessage, query: URLSearchParams): { held: HeldState; noStore: boolean } | AudienceRefusal {
    const { admission, states, measures, networks } = this.#options;
    const code = query.get('code') || null;
    const token = bearer(req);
    const seen =
      code === null && token === null ? { mode: 'live' as const } : admission.view(code, token, networks.of(req));
    if (isRefusal(seen)) return seen;
    const held = states.get(seen.mode);
    if (held === null) return unavailable(measures.retryAfterMs(seen.mode));
    return { held, noStore: code !== null || seen.mode === 'rehearsal' };
  }
}

/** The sender may still be sending; the connection ends with the answer. */
function answerTooLarge(res: ServerResponse): void {
  answerRefusal(res, TOO_LARGE, { connection: 'close' });
}

/** The JSON value, or undefined, which no JSON is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function bearer(req: IncomingMessage): string | null {
  return /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? null;
}

function tokenIn(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || !('token' in message)) return null;
  return typeof message.token === 'string' ? message.token : null;
}
