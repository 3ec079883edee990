/** The core's end of the backplane: one ordered WebSocket per edge on a Unix socket or named pipe, in a folder that only we may enter. */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import type { BallotBatch, CoreToEdge, EdgeHeartbeat, EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { answersMessage, batchIn, type CarriedAnswers, type CarriedBatch } from './batch-text.ts';

/** An edge that has said hello. */
export interface EdgeLink {
  readonly edgeId: string;
  readonly edgeEpoch: string;
  readonly pid: number;
  /** When it said its last word. */
  heardAt: MonotonicMs;
  /** Its last word was that nothing more will come. */
  left: boolean;
  /** It has been told how things stand: what is broadcast before would come to it out of order. */
  isTold: boolean;
  heartbeat: EdgeHeartbeat | null;
  /** Unsent bytes; the receiver is our own edge, so nothing is dropped. */
  send(message: CoreToEdge): void;
  answer(batchNo: number, answers: CarriedAnswers): void;
}

type Heard = Exclude<EdgeToCore, BallotBatch>;

export interface HubOptions {
  path: string;
  /** Core time, which edges take from here. */
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  log: Logger;
  /** `orders`: as the last core told them to this edge. */
  onHello: (link: EdgeLink, orders: HeldOrder[]) => void;
  onBatch: (link: EdgeLink, batch: CarriedBatch) => void;
  onMessage: (link: EdgeLink, message: Exclude<Heard, { t: 'hello' | 'ping' }>) => void;
  /** The connection ended, whatever became of the edge. */
  onGone: (link: EdgeLink) => void;
}

/** An edge counts as living for this long after its last word. */
export const LIVING_MS = 2_000;
/** A batch of 500 ballots is ~100 KB; this leaves room and still bounds a faulty edge. */
const MAX_MESSAGE = 16 * 1024 * 1024;

export interface Hub {
  links(): EdgeLink[];
  /** To everybody who has been told how things stand. */
  broadcast(message: CoreToEdge): void;
  /** The same to everybody but the one that it came from. */
  relay(message: CoreToEdge, from: EdgeLink): void;
  close(): Promise<void>;
}

/** Listens on the socket; a stale one of a dead core is removed first. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { path, nowMs, monotonicNow, log } = options;
  if (process.platform !== 'win32') await rm(path, { force: true });
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: MAX_MESSAGE });
  const links = new Map<WebSocket, EdgeLink>();

  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const text = String(data);
      const batch = batchIn(text);
      const known = links.get(socket);
      if (batch !== null && known) {
        known.heardAt = monotonicNow();
        options.onBatch(known, batch);
        return;
      }
      const message = JSON.parse(text) as Heard;
      if (message.t === 'hello') {
        const link: EdgeLink = {
          edgeId: message.edgeId,
          edgeEpoch: message.edgeEpoch,
          pid: message.pid,
          heardAt: monotonicNow(),
          left: false,
          isTold: false,
          heartbeat: null,
          send: (answer) => socket.send(JSON.stringify(answer)),
          answer: (batchNo, answers) => socket.send(answersMessage(batchNo, answers)),
        };
        links.set(socket, link);
        options.onHello(link, message.orders);
        return;
      }
      const link = known;
      if (!link) {
        log.error({ type: message.t }, 'an edge spoke before its hello');
        socket.terminate();
        return;
      }
      link.heardAt = monotonicNow();
      if (message.t === 'ping') {
        link.send({ t: 'pong', t0: message.t0, serverNowMs: nowMs() });
        return;
      }
      if (message.t === 'heartbeat') link.heartbeat = message;
      if (message.t === 'left') link.left = true;
      options.onMessage(link, message);
    });
    socket.on('error', (error) => log.warn({ err: error }, 'backplane connection failed'));
    socket.on('close', () => {
      const link = links.get(socket);
      links.delete(socket);
      if (link) options.onGone(link);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

  function sayTo(message: CoreToEdge, isMeant: (link: EdgeLink) => boolean): void {
    const text = JSON.stringify(message);
    for (const [socket, link] of links) if (link.isTold && isMeant(link)) socket.send(text);
  }

  return {
    links: () => [...links.values()],
    broadcast: (message) => sayTo(message, () => true),
    relay: (message, from) => sayTo(message, (link) => link !== from),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** By the edge's last word; 0 before its first. */
export function viewersOn({ heartbeat }: Pick<EdgeLink, 'heartbeat'>): number {
  return heartbeat === null ? 0 : heartbeat.ws + heartbeat.sse + heartbeat.poll;
}

/**
 * How many of these viewers somebody stands behind for certain, as far as can be known: those who have said hello, and of those
 * who only ask or listen no more than have come for a token. All edges together, since one may have joined at another than it asks.
 * @param formerJoins those who came for a token at edges that are no more
 */
export function vouchedViewers(links: readonly Pick<EdgeLink, 'heartbeat'>[], formerJoins: number): number {
  const sum = (pick: (heartbeat: EdgeHeartbeat) => number) =>
    links.reduce((total, { heartbeat }) => total + (heartbeat === null ? 0 : pick(heartbeat)), 0);
  return (
    sum(({ ws }) => ws) +
    Math.min(
      sum(({ sse, poll }) => sse + poll),
      sum(({ joins }) => joins) + formerJoins,
    )
  );
}

/** Whether the edge has spoken within the last two seconds, and not to say that it leaves; its link may be broken meanwhile. */
export function isLiving(link: Pick<EdgeLink, 'heardAt' | 'left'>, now: MonotonicMs): boolean {
  return !link.left && sinceMs(now, link.heardAt) <= LIVING_MS;
}
