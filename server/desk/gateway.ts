/** The desks' sockets: a snapshot, then changes in order, vitals beside them, commands the other way. */
import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import { type CoreFacts, deskState } from '../../shared/domain/desk-view.ts';
import type { Who } from '../../shared/domain/roles.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { ActionAck, CommandAck, DeskClientEvents, DeskServerEvents } from '../../shared/protocol/desk-events.ts';
import type { Snapshot } from '../../shared/protocol/desk-state.ts';
import type { Notice, Vitals } from '../../shared/protocol/vitals.ts';
import type { ActionDoor } from '../actionlog/action-door.ts';
import { hearFirst } from '../process/before-http.ts';
import type { Applied } from '../show/show-book.ts';
import type { CommandDoor } from './command-door.ts';
import { type Connections, TOKEN_WITHIN_MS } from './connections.ts';
import { changesBetween, type DeskAudience, deskAudience } from './desk-audience.ts';
import { type DeskAddress, isAllowedHost, isAllowedOrigin } from './origin-rules.ts';
import { holderOf, type Sessions } from './sessions.ts';
import { type Connection, SocketGuard } from './socket-guard.ts';

export const DESK_SOCKET_PATH = '/desk';

export interface GatewayOptions {
  server: HttpServer;
  address: () => DeskAddress;
  sessions: Sessions;
  connections: Pick<Connections, 'known'>;
  door: CommandDoor;
  actions: Pick<ActionDoor, 'take'>;
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  show: () => ShowState;
  facts: () => CoreFacts;
  /** Told to each desk once; null where the show was not imported by this core, or nothing is to be told. */
  importNotice: () => Notice | null;
  log: Logger;
}

interface SocketData {
  token: string;
  who: Who;
  audience: DeskAudience;
}
type DeskSocket = Socket<DeskClientEvents, DeskServerEvents, Record<string, never>, SocketData>;

export interface Gateway {
  desks(): number;
  applied(applied: Applied): void;
  vitals(make: (audience: DeskAudience) => Vitals): void;
  /** What no journal entry tells has changed: everybody gets a whole snapshot. */
  refresh(): void;
  notice(notice: Notice): void;
  /** Desks whose token holds no more are sent away. */
  leaveWithoutToken(): void;
  close(): Promise<void>;
}

type Ack = (answer: CommandAck | ActionAck | Snapshot | number) => void;

/** Opens the Socket.IO gateway on the desk's HTTP server, path `/desk`, WebSocket only. */
export function openGateway(options: GatewayOptions): Gateway {
  const { server, address, sessions, connections, door, actions } = options;
  const { nowMs, monotonicNow, show, facts, importNotice, log } = options;
  const io = new Server<DeskClientEvents, DeskServerEvents, Record<string, never>, SocketData>(server, {
    path: DESK_SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    connectTimeout: TOKEN_WITHIN_MS,
    // A silent desk is found by vitals within 2 s; these only clear up dead sockets.
    pingInterval: 5_000,
    pingTimeout: 5_000,
    maxHttpBufferSize: 256 * 1024,
    allowRequest: (request, decide) => {
      const { host, origin } = request.headers;
      decide(null, isAllowedHost(host, address()) && isAllowedOrigin(origin, host));
    },
  });
  const guards = new WeakMap<Connection, SocketGuard>();
  io.engine.on('connection', (connection: Connection) => {
    const onCut = (why: string) => log.warn({ address: connection.remoteAddress, why }, 'a desk connection is cut off');
    guards.set(connection, new SocketGuard(connection, { monotonicNow, onCut }));
  });
  const guardOf = ({ conn }: Pick<DeskSocket, 'conn'>): SocketGuard => {
    const guard = guards.get(conn);
    if (guard === undefined) throw new Error('a desk came in by another way than the engine');
    return guard;
  };
  /** Desks that are owed a snapshot, each with whoever waits for it. */
  const owed = new Map<DeskSocket, Ack | null>();

  // Socket.IO would refuse the upgrade of a foreign page with 400; it gets the answer of every other call here.
  hearFirst(server, 'upgrade', (request, socket) => {
    const { host, origin } = request.headers;
    if (isAllowedHost(host, address()) && isAllowedOrigin(origin, host)) return;
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  const snapshotFor = (audience: DeskAudience): Snapshot => {
    const state = deskState(show(), { roles: audience.roles, serverNowMs: nowMs(), facts: facts() });
    return { revision: state.revision, serverNowMs: state.serverNowMs, state };
  };

  function sendSnapshot(socket: DeskSocket, ack: Ack | null): void {
    owed.delete(socket);
    const snapshot = snapshotFor(socket.data.audience);
    const sent = guardOf(socket).beginSnapshot();
    if (ack === null) socket.emit('snapshot', snapshot);
    else ack(snapshot);
    sent();
  }

  /** At once, or as soon as the desk has read what it was sent and may ask again: never two that are under way. */
  function resync(socket: DeskSocket, ack: Ack | null): void {
    const guard = guardOf(socket);
    if (guard.take('snapshots') && !guard.isBehind) sendSnapshot(socket, ack);
    else owed.set(socket, owed.get(socket) ?? ack);
  }

  function payOwed(): void {
    for (const [socket, ack] of owed) {
      const guard = guardOf(socket);
      if (!guard.isBehind && guard.has('snapshots')) sendSnapshot(socket, ack);
    }
  }

  io.use((socket, next) => {
    const { token } = socket.handshake.auth as { token?: unknown };
    const who = typeof token === 'string' ? sessions.who(token) : null;
    if (typeof token !== 'string' || !who) {
      next(new Error('unauthorised'));
      // It has its answer by then, and no second try: who knows no token keeps no connection.
      setImmediate(() => socket.conn.close());
      return;
    }
    socket.data.token = token;
    socket.data.who = who;
    socket.data.audience = deskAudience(who.roles);
    next();
  });

  /** Desks that have been told of the import. */
  const toldOfImport = new Set<string>();
  io.on('connection', (socket: DeskSocket) => {
    const { who, audience } = socket.data;
    const guard = guardOf(socket);
    guard.letIn();
    connections.known(socket.conn.request.socket, holderOf(who));
    log.info({ actor: who.actor, source: who.source }, 'desk connected');
    // Joined and told in one turn: no change can fall between the snapshot and the stream.
    void socket.join(audience.key);
    sendSnapshot(socket, null);
    const imported = importNotice();
    if (imported !== null && !toldOfImport.has(who.source)) {
      toldOfImport.add(who.source);
      socket.emit('notice', imported);
    }
    // Never handed on: what a stranger calls an event, a number or `error`, is no event of Node's.
    socket.use((packet) => {
      try {
        hear(socket, packet);
      } catch (error) {
        log.error({ err: error }, 'a packet of a desk could not be handled');
        guard.cut('its packet could not be handled');
      }
    });
    socket.on('disconnect', () => {
      owed.delete(socket);
      // One desk a connection: coming and going on one would be a way to snapshots without end.
      socket.conn.close();
    });
  });

  /** The acknowledgement that a client asked for comes last, behind whatever data there is: a stranger's may lack it or have more. */
  function ackOf(socket: DeskSocket, given: readonly unknown[]): Ack | null {
    const last = given.at(-1);
    if (typeof last !== 'function') return null;
    return (answer) => {
      if (guardOf(socket).mayWrite()) last(answer);
    };
  }

  function hear(socket: DeskSocket, [event, ...given]: readonly unknown[]): void {
    const guard = guardOf(socket);
    if (guard.isCut) return;
    const ack = ackOf(socket, given);
    const [first] = given;
    if (event === 'resync') {
      resync(socket, ack);
    } else if (event === 'command' && ack !== null) {
      const command = given.length > 1 ? first : undefined;
      answerLater(door.submit(command, socket.data.who), ack, {
        trouble: 'a command failed',
        message: 'The core could not carry it out.',
      });
    } else if (event === 'action' && ack !== null) {
      const record = given.length > 1 ? first : undefined;
      answerLater(actions.take(record, socket.data.who), ack, {
        trouble: 'a log record of a desk could not be kept',
        message: 'The core could not write this desk’s log.',
      });
    } else if (guard.take('talk')) {
      if (event === 'time') ack?.(nowMs());
      else ack?.({ error: { code: 'malformed', message: `There is no event “${nameOf(event)}” here.` } });
    }
  }

  function answerLater(
    work: Promise<CommandAck | ActionAck>,
    ack: Ack,
    { trouble, message }: { trouble: string; message: string },
  ): void {
    work
      .catch((error: unknown) => {
        log.error({ err: error }, trouble);
        return { error: { code: 'unavailable' as const, message } };
      })
      .then(ack)
      .catch((error: unknown) => log.error({ err: error }, 'an answer could not be sent to a desk'));
  }

  const audiences = (): DeskAudience[] => {
    const found = new Map<string, DeskAudience>();
    for (const socket of io.sockets.sockets.values()) found.set(socket.data.audience.key, socket.data.audience);
    return [...found.values()];
  };

  /** What can't be left out: whoever has left too much unread is cut off before it, and begins anew. */
  function writable(): DeskSocket[] {
    return [...io.sockets.sockets.values()].filter((socket) => guardOf(socket).mayWrite());
  }

  return {
    desks: () => io.sockets.sockets.size,
    applied({ before, after }) {
      writable();
      for (const audience of audiences()) {
        const changes = changesBetween({ before, after, facts: facts() }, audience);
        io.to(audience.key).emit('changes', { revision: after.revision, changes });
      }
    },
    vitals(make) {
      payOwed();
      // The next ones come in a moment: whoever has not taken what came before goes without these.
      for (const audience of audiences()) io.to(audience.key).volatile.emit('vitals', make(audience));
    },
    refresh() {
      const behind = writable().filter((socket) => guardOf(socket).isBehind);
      for (const socket of behind) owed.set(socket, owed.get(socket) ?? null);
      const sent = writable().map((socket) => guardOf(socket).beginSnapshot());
      for (const audience of audiences()) {
        const others = io.to(audience.key).except(behind.map(({ id }) => id));
        others.emit('snapshot', snapshotFor(audience));
      }
      for (const done of sent) done();
    },
    notice(notice) {
      writable();
      io.emit('notice', notice);
    },
    leaveWithoutToken() {
      for (const socket of io.sockets.sockets.values()) {
        if (sessions.who(socket.data.token) === null) socket.disconnect(true);
      }
    },
    close: () => io.close(),
  };
}

/** What a client calls an event may be anything that JSON can be. */
function nameOf(event: unknown): string {
  return typeof event === 'string' ? event.slice(0, 40) : typeof event;
}
