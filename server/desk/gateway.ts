/** The desks' sockets: a snapshot, then changes in order, vitals beside them, commands the other way. */
import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import { type CoreFacts, deskState } from '../../shared/domain/desk-view.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type {
  ActionAck,
  CommandAck,
  DeskClientEvents,
  DeskServerEvents,
  Notice,
  Snapshot,
  Vitals,
} from '../../shared/protocol/desk.ts';
import type { ActionDoor } from '../actionlog/action-door.ts';
import type { Applied, Who } from '../core/engine.ts';
import type { CommandDoor } from './command-door.ts';
import { changesBetween, type DeskAudience, deskAudience } from './desk-audience.ts';
import { type DeskAddress, isAllowedHost, isAllowedOrigin } from './origin-rules.ts';
import type { Sessions } from './sessions.ts';

export interface GatewayOptions {
  server: HttpServer;
  address: () => DeskAddress;
  sessions: Sessions;
  door: CommandDoor;
  actions: Pick<ActionDoor, 'take'>;
  nowMs: () => number;
  show: () => ShowState;
  facts: () => CoreFacts;
  /** Told to each desk once; null where the show was not imported by this core, or nothing is to be told. */
  importNotice: () => Notice | null;
  log: Logger;
}

type DeskSocket = Socket<
  DeskClientEvents,
  DeskServerEvents,
  Record<string, never>,
  { who: Who; audience: DeskAudience }
>;

export interface Gateway {
  desks(): number;
  applied(applied: Applied): void;
  vitals(make: (audience: DeskAudience) => Vitals): void;
  /** What no journal entry tells has changed: everybody gets a whole snapshot. */
  refresh(): void;
  notice(notice: Notice): void;
  close(): Promise<void>;
}

const EVENTS: ReadonlySet<string> = new Set<keyof DeskClientEvents>(['command', 'action', 'time', 'resync']);

/** The acknowledgement that a client asked for comes last, behind whatever data there is: a stranger's may lack it or have more. */
function ackOf(given: readonly unknown[]): ((answer: CommandAck | ActionAck | Snapshot | number) => void) | null {
  const last = given.at(-1);
  return typeof last === 'function' ? (answer) => last(answer) : null;
}

/** Opens the Socket.IO gateway on the desk's HTTP server, path `/desk`, WebSocket only. */
export function openGateway(options: GatewayOptions): Gateway {
  const { server, address, sessions, door, actions, nowMs, show, facts, importNotice, log } = options;
  const io = new Server<
    DeskClientEvents,
    DeskServerEvents,
    Record<string, never>,
    { who: Who; audience: DeskAudience }
  >(server, {
    path: '/desk',
    transports: ['websocket'],
    serveClient: false,
    // A silent desk is found by vitals within 2 s; these only clear up dead sockets.
    pingInterval: 5_000,
    pingTimeout: 5_000,
    maxHttpBufferSize: 256 * 1024,
    allowRequest: (request, decide) => {
      const { host, origin } = request.headers;
      decide(null, isAllowedHost(host, address()) && isAllowedOrigin(origin, host));
    },
  });

  // Socket.IO would refuse the upgrade of a foreign page with 400; it gets the answer of every other call here.
  server.prependListener('upgrade', (request, socket) => {
    const { host, origin } = request.headers;
    if (isAllowedHost(host, address()) && isAllowedOrigin(origin, host)) return;
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  const snapshotFor = (audience: DeskAudience): Snapshot => {
    const state = deskState(show(), { roles: audience.roles, serverNowMs: nowMs(), facts: facts() });
    return { revision: state.revision, serverNowMs: state.serverNowMs, state };
  };

  io.use((socket, next) => {
    const { token } = socket.handshake.auth as { token?: unknown };
    const who = typeof token === 'string' ? sessions.who(token) : null;
    if (!who) {
      next(new Error('unauthorised'));
      return;
    }
    socket.data.who = who;
    socket.data.audience = deskAudience(who.roles);
    next();
  });

  /** Desks that have been told of the import. */
  const toldOfImport = new Set<string>();
  io.on('connection', (socket: DeskSocket) => {
    const { who, audience } = socket.data;
    log.info({ actor: who.actor, source: who.source }, 'desk connected');
    // Joined and told in one turn: no change can fall between the snapshot and the stream.
    void socket.join(audience.key);
    socket.emit('snapshot', snapshotFor(audience));
    const imported = importNotice();
    if (imported !== null && !toldOfImport.has(who.source)) {
      toldOfImport.add(who.source);
      socket.emit('notice', imported);
    }
    socket.onAny((event: string, ...given) => {
      const ack = ackOf(given);
      if (EVENTS.has(event) || !ack) return;
      ack({ error: { code: 'malformed', message: `There is no event “${event.slice(0, 40)}” here.` } });
    });
    socket.on('command', (...given) => {
      const ack = ackOf(given);
      if (!ack) return;
      const [command] = given.slice(0, -1);
      door.submit(command, who).then(ack, (error: unknown) => {
        log.error({ err: error }, 'a command failed');
        ack({ error: { code: 'unavailable', message: 'The core could not carry it out.' } });
      });
    });
    socket.on('action', (...given) => {
      const ack = ackOf(given);
      if (!ack) return;
      const [record] = given.slice(0, -1);
      actions.take(record, who).then(ack, (error: unknown) => {
        log.error({ err: error }, 'a log record of a desk could not be kept');
        ack({ error: { code: 'unavailable', message: 'The core could not write this desk’s log.' } });
      });
    });
    socket.on('time', (...given) => ackOf(given)?.(nowMs()));
    socket.on('resync', (...given) => {
      const snapshot = snapshotFor(audience);
      const ack = ackOf(given);
      if (ack) ack(snapshot);
      else socket.emit('snapshot', snapshot);
    });
  });

  const audiences = (): DeskAudience[] => {
    const found = new Map<string, DeskAudience>();
    for (const socket of io.sockets.sockets.values()) found.set(socket.data.audience.key, socket.data.audience);
    return [...found.values()];
  };

  return {
    desks: () => io.sockets.sockets.size,
    applied({ before, after }) {
      for (const audience of audiences()) {
        const changes = changesBetween({ before, after, facts: facts() }, audience);
        io.to(audience.key).emit('changes', { revision: after.revision, changes });
      }
    },
    vitals(make) {
      for (const audience of audiences()) io.to(audience.key).emit('vitals', make(audience));
    },
    refresh() {
      for (const audience of audiences()) io.to(audience.key).emit('snapshot', snapshotFor(audience));
    },
    notice: (notice) => void io.emit('notice', notice),
    close: () => io.close(),
  };
}
