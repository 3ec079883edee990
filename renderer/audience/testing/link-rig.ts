import type { Hints, PublicState } from '../../../shared/protocol/audience.ts';
import { type Connection, type ConnectionEvent, createConnection } from '../connection.ts';
import type { Identity } from '../transport.ts';
import { type FakeEnv, type FakeSocket, type FakeStream, fakeEnv } from './fake-env.ts';
import { CALM, state, welcome } from './samples.ts';

/** A page's link with a browser that the test holds in its hand, and a page that keeps what the link tells it. */
export class LinkRig {
  readonly env: FakeEnv = fakeEnv();
  readonly events: ConnectionEvent[] = [];
  identity: Identity = { token: null, mark: null, clockKnown: false, ageing: false };
  hints: Hints = CALM;
  quietMs = 10_000;

  connect(code: string | null = null): Connection {
    const connection = createConnection({
      env: this.env,
      code,
      identity: () => this.identity,
      hints: () => this.hints,
      quietMs: () => this.quietMs,
      emit: (event) => this.#keep(event),
    });
    connection.start();
    return connection;
  }

  get socket(): FakeSocket {
    const socket = this.env.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  get stream(): FakeStream {
    const stream = this.env.streams.at(-1);
    if (stream === undefined) throw new Error('no stream was opened');
    return stream;
  }

  /** The newest socket opens and is welcomed. */
  arrive(over: Parameters<typeof welcome>[0] = { token: 'seat' }): FakeSocket {
    const { socket } = this;
    socket.open();
    socket.say(welcome(over));
    return socket;
  }

  /** A page without WebSockets whose stream has brought its first state. */
  async onStream(shown: PublicState = state()): Promise<Connection> {
    this.env.openSocket = null;
    const connection = this.connect();
    await this.env.advance(0);
    this.stream.say(shown);
    return connection;
  }

  /** What the page was told of its link, in order. */
  links(): string[] {
    return this.events.flatMap((event) =>
      event.t === 'link' ? [event.link.t === 'online' ? `online ${event.link.via}` : event.link.t] : [],
    );
  }

  paths(): string[] {
    return this.env.requests.map(({ request }) => request.path);
  }

  /** A browser that has neither WebSockets nor event streams. */
  pollOnly(): void {
    this.env.openSocket = null;
    this.env.openStream = null;
  }

  #keep(event: ConnectionEvent): void {
    this.events.push(event);
    if (event.t === 'joined') {
      if (event.token !== null) this.identity = { ...this.identity, token: event.token };
      this.identity = { ...this.identity, clockKnown: true };
    }
    if (event.t === 'joined' || event.t === 'state') {
      this.identity = { ...this.identity, mark: event.state };
      this.hints = event.state.hints;
    }
    if (event.t === 'bad-token') this.identity = { ...this.identity, token: null };
  }
}

export const joinAnswer = { status: 200, body: { token: 'seat', serverNowMs: 1, state: state() } };
