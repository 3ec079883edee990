import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { PollCensus } from './poll-census.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import type { StateAnswers } from './state-answers.ts';

/** What the requests that are remembered may take together. A browser's has 300 to 900 bytes, and as much more as its cookies. */
const MOST_REMEMBERED_BYTES = 64 * 1024 * 1024;
const REQUEST_END = '\r\n\r\n';
const ONE_VERSION = /^"(\d+-\d+)"$/;
const VERSION = /^\d{1,16}-\d{1,16}$/;
/** Headers that make a request more than a question, or its end another than its blank line. */
const NOT_PLAIN = ['content-length', 'transfer-encoding', 'expect', 'upgrade', 'authorization'] as const;

type Feed = (chunk: Buffer) => void;

/** A poll for the live state that `node:http` has parsed and that has been answered whole. */
export interface AnsweredPoll {
  req: IncomingMessage;
  res: ServerResponse;
  /** Key of the asker's network. */
  network: string;
}

/** Bytes that all connections remember together. */
interface Memory {
  bytes: number;
}

export interface RepeatPollsOptions {
  /** A request with more than this is not remembered. */
  mostBytes: number;
  states: PublicStates;
  measures: MeasuresInForce;
  answers: StateAnswers;
  census: PollCensus;
  monotonicMs: () => number;
  onWork: () => void;
  /** A poll of this connection has been answered here. */
  onAnswered: (socket: Socket) => void;
}

/** The bytes of a poll around the version that it names. */
interface KnownPoll {
  before: Buffer;
  /** Null: it names none, and `before` is all of it. */
  after: Buffer | null;
  network: string;
}

/**
 * Answers polls that repeat themselves beside `node:http`, with which each costs two to three times what reading and writing
 * its bytes does. A page asks again in the same bytes, but for the version that it has. So nothing is parsed here: what comes
 * is compared with a request that `node:http` has parsed on the same connection, and whatever differs, comes in pieces or
 * comes several at once goes to `node:http`, which stays the owner of the connection, its order and its time-outs.
 */
export class RepeatPolls {
  readonly #options: RepeatPollsOptions;
  readonly #connections = new WeakMap<Socket, Connection>();
  readonly #memory: Memory = { bytes: 0 };

  constructor(options: RepeatPollsOptions) {
    this.#options = options;
  }

  /** Bytes of requests that are remembered. */
  get rememberedBytes(): number {
    return this.#memory.bytes;
  }

  /** To be called in the same turn in which the answer was ended. */
  answered(poll: AnsweredPoll): void {
    const { req, res } = poll;
    // Without a socket the answer still waits behind another one.
    if (res.socket === null || !res.shouldKeepAlive || !isPlain(req)) return;
    let connection = this.#connections.get(res.socket);
    if (connection === undefined) {
      connection = new Connection(res.socket, this.#options, this.#memory);
      this.#connections.set(res.socket, connection);
    }
    connection.answered(poll);
  }
}

function isPlain({ method, httpVersion, headers }: IncomingMessage): boolean {
  return method === 'GET' && httpVersion === '1.1' && NOT_PLAIN.every((name) => headers[name] === undefined);
}

/** One connection on which somebody polls: listens in the place of `node:http` and passes on to it what it does not answer. */
class Connection {
  readonly #socket: Socket;
  /** The listener of `node:http`; null where the socket has others than this one. */
  readonly #feed: Feed | null;
  readonly #options: RepeatPollsOptions;
  readonly #memory: Memory;
  /** Whether the parser of `node:http` stands between two requests for certain, with every answer written. */
  #isBetween = false;
  #known: KnownPoll | null = null;
  #isFeeding = false;
  #lastAnswered: AnsweredPoll | null = null;

  constructor(socket: Socket, options: RepeatPollsOptions, memory: Memory) {
    this.#socket = socket;
    this.#memory = memory;
    socket.on('close', () => this.#remember(null));
    const [feed, ...others] = socket.listeners('data');
    this.#feed = feed === undefined || others.length > 0 ? null : (feed as Feed);
    this.#options = options;
  }

  answered(poll: AnsweredPoll): void {
    if (this.#isFeeding) this.#lastAnswered = poll;
    // The chunk that the poll came in may go on with another request.
    else setImmediate(() => this.#listen());
  }

  /** Does nothing where `node:http` has let go of the connection, as it does for an upgrade. */
  #listen(): void {
    const socket = this.#socket;
    if (this.#feed === null || !socket.listeners('data').includes(this.#feed)) return;
    socket.on('data', this.#received);
    socket.removeListener('data', this.#feed);
  }

  readonly #received = (chunk: Buffer): void => {
    const { states, measures, answers, census, monotonicMs, onWork, onAnswered } = this.#options;
    const socket = this.#socket;
    const held = states.get('live');
    const known = this.#known;
    // A client that does not read its answers is left to `node:http`, which then stops reading its questions.
    if (this.#isBetween && known !== null && held !== null && socket.writable && !socket.writableNeedDrain) {
      const has = versionIn(chunk, known, held);
      if (has !== null) {
        onWork();
        census.note({ network: known.network, cadenceMs: measures.cadenceMs('live'), nowMs: monotonicMs() });
        socket.write(has === held.version ? answers.unchanged(held) : answers.whole(held));
        onAnswered(socket);
        return;
      }
    }
    this.#passOn(chunk);
  };

  /** Lets `node:http` have the connection to itself, and takes it again only after nothing but a poll. */
  #passOn(chunk: Buffer): void {
    if (this.#feed === null) return;
    const wasBetween = this.#isBetween;
    this.#isBetween = false;
    this.#socket.on('data', this.#feed);
    this.#socket.removeListener('data', this.#received);
    this.#isFeeding = true;
    this.#feed(chunk);
    this.#isFeeding = false;
    const poll = this.#takeLastAnswered();
    if (poll === null) return;
    // One blank line, at the end, and the request that it ends has no body: no other request and no part of one is in the
    // chunk, except for what may have been the end of an earlier one.
    this.#isBetween = poll.req.complete && chunk.indexOf(REQUEST_END) === chunk.length - REQUEST_END.length;
    if (this.#isBetween && wasBetween && chunk.length <= this.#options.mostBytes)
      this.#remember(knownPoll(chunk, poll));
    this.#listen();
  }

  #remember(poll: KnownPoll | null): void {
    this.#memory.bytes -= bytesOf(this.#known);
    const bytes = bytesOf(poll);
    this.#known = this.#memory.bytes + bytes > MOST_REMEMBERED_BYTES ? null : poll;
    this.#memory.bytes += bytesOf(this.#known);
  }

  #takeLastAnswered(): AnsweredPoll | null {
    const poll = this.#lastAnswered;
    this.#lastAnswered = null;
    return poll;
  }
}

function bytesOf(poll: KnownPoll | null): number {
  return poll === null ? 0 : poll.before.length + (poll.after?.length ?? 0);
}

/** Null where the version can't be told from the rest. */
function knownPoll(chunk: Buffer, { req, network }: AnsweredPoll): KnownPoll | null {
  const since = req.headers['if-none-match'];
  if (since === undefined) return { before: Buffer.from(chunk), after: null, network };
  const version = ONE_VERSION.exec(since)?.[1];
  const at = chunk.indexOf(since);
  if (version === undefined || chunk.lastIndexOf(since) !== at) return null;
  return {
    before: Buffer.from(chunk.subarray(0, at + 1)),
    after: Buffer.from(chunk.subarray(at + 1 + version.length)),
    network,
  };
}

/** The version that the request names, '' where it names none; null when it is not the known one. */
function versionIn(chunk: Buffer, { before, after }: KnownPoll, held: HeldState): string | null {
  if (after === null) return chunk.equals(before) ? '' : null;
  const end = chunk.length - after.length;
  if (end <= before.length || before.compare(chunk, 0, before.length) !== 0) return null;
  if (after.compare(chunk, end) !== 0) return null;
  const version = chunk.toString('latin1', before.length, end);
  return version === held.version || VERSION.test(version) ? version : null;
}
