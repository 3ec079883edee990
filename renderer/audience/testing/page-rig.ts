import type { ClientFrame, PublicState } from '../../../shared/protocol/audience.ts';
import type { BallotId } from '../../../shared/protocol/ids.ts';
import { createSession, type Session } from '../session.ts';
import { createStore } from '../store.ts';
import { viewOf } from '../view-model.ts';
import { type FakeEnv, type FakeSocket, fakeEnv } from './fake-env.ts';
import { LEO, memoryStorage, poll, state, welcome } from './samples.ts';

/** A state with one poll, which is open. */
export const OPEN = state({ poll: poll() });

/** A device with the page open in as many tabs as the test opens, in a browser that the test holds in its hand. */
export class PageRig {
  readonly env: FakeEnv = fakeEnv();
  readonly storage: Storage = memoryStorage();

  open(code: string | null = null): Session {
    const session = createSession({
      env: this.env,
      store: createStore(() => this.storage),
      code,
      changed: () => {},
    });
    session.start();
    return session;
  }

  get socket(): FakeSocket {
    const socket = this.env.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** The newest socket opens and is welcomed. */
  arrive(over: Parameters<typeof welcome>[0]): FakeSocket {
    const { socket } = this;
    socket.open();
    socket.say(welcome(over));
    return socket;
  }

  /** A page that has chosen Leo and sent it, without an answer yet. */
  voting(): { session: Session; socket: FakeSocket; ballotId: BallotId } {
    const session = this.open();
    const socket = this.arrive({ token: 'seat', state: OPEN });
    session.choose(LEO);
    session.cast();
    return { session, socket, ballotId: firstBallotId(socket) };
  }

  /** What the page shows now. */
  moment(session: Session): string {
    return viewOf(session.model(), this.env.nowMs()).moment.name;
  }

  kept(key: string): string | null {
    return this.storage.getItem(`tallyroom.${key}`);
  }

  /** What the device holds of the ballots of a run, by their keys. */
  keptVotes(run: string): Readonly<Record<string, string>> {
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? '');
    const ofRun = keys.filter((key) => key.startsWith(`tallyroom.vote.${run}.`));
    return Object.fromEntries(ofRun.map((key) => [key, this.storage.getItem(key) ?? '']));
  }

  /** A browser without WebSockets; `poll`: without event streams, too. */
  without(transport: 'sse' | 'poll'): void {
    this.env.openSocket = null;
    if (transport === 'poll') this.env.openStream = null;
  }

  /** What a stream brings, if there is one; a page that polls asks by itself. */
  push(state: PublicState): void {
    this.env.streams.at(-1)?.say(state);
  }

  /** Tokens under which the page has joined, in order. */
  joins(): (string | undefined)[] {
    return this.env.requests
      .filter(({ request }) => request.path === 'v1/join')
      .map(({ request }) => (JSON.parse(request.body ?? '{}') as { token?: string }).token);
  }
}

export function ballotsOf(socket: FakeSocket): Extract<ClientFrame, { t: 'ballot' }>[] {
  return socket.sent.filter((frame) => frame.t === 'ballot');
}

export function firstBallotId(socket: FakeSocket): BallotId {
  const ballot = ballotsOf(socket)[0];
  if (ballot === undefined) throw new Error('no ballot was sent');
  return ballot.id;
}
