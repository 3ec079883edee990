/** The core's end of the backplane: one ordered WebSocket per edge on a Unix socket or named pipe, in a folder that only we may enter. */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { BallotBatch, CoreToEdge, EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { CoreBackplane, CoreSide } from './backplane.ts';
import { answersMessage, type BatchHead, batchHead } from './batch-text.ts';
import type { LinkedEdge } from './linked-edge.ts';

type Heard = Exclude<EdgeToCore, BallotBatch>;

export interface HubOptions extends CoreSide {
  path: string;
  /** Core time, which edges take from here. */
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
  log: Logger;
  /** `text`: what `batchText` made. */
  onBatch: (link: LinkedEdge, head: BatchHead, text: string) => void;
}

/** A batch of 500 ballots is ~100 KB; this leaves room and still bounds a faulty edge. */
const MAX_MESSAGE = 16 * 1024 * 1024;

/** Listens on the socket; a stale one of a dead core is removed first. */
export async function openHub(options: HubOptions): Promise<CoreBackplane> {
  const { path, nowMs, monotonicNow, log } = options;
  if (process.platform !== 'win32') await rm(path, { force: true });
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: MAX_MESSAGE });
  const links = new Map<WebSocket, LinkedEdge>();

  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const text = String(data);
      const head = batchHead(text);
      const known = links.get(socket);
      if (head !== null && known) {
        known.heardAt = monotonicNow();
        options.onBatch(known, head, text);
        return;
      }
      const message = JSON.parse(text) as Heard;
      if (message.t === 'hello') {
        const link: LinkedEdge = {
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

  function sayTo(message: CoreToEdge, isMeant: (link: LinkedEdge) => boolean): void {
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
