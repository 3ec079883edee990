import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { requestsWithin } from '../process/before-http.ts';
import type { Networks } from '../process/network.ts';
import type { AudienceHttp } from './audience-http.ts';
import type { AudiencePage } from './audience-page.ts';
import { beganForPerson, openFrontDoor } from './front-door.ts';
import type { Guests } from './guests.ts';
import {
  answerJson,
  answerPageRefusal,
  answerRefusal,
  COMMON_HEADERS,
  KEEP_ALIVE_MS,
  refusalBody,
  refuseUpgrade,
} from './http-answer.ts';
import { namesItsHost, targetOf } from './http-rules.ts';
import type { EdgeLimits } from './limits.ts';
import { beginsForPerson, PERSON_PAGE_HEADERS, personPage } from './person-page.ts';
import { type AudienceRefusal, NOT_FOUND } from './refusal.ts';
import type { RoomMaker } from './room-maker.ts';
import type { Strangers } from './strangers.ts';
import type { WsGateway } from './ws-gateway.ts';

const WS_PATH = '/v1/ws';
const PREFLIGHT_S = 7_200;
const NO_QUERY = new URLSearchParams();
/** How long the other end may take to read why it is sent away. */
const LAST_WORD_MS = 1_000;

const NOT_READY: AudienceRefusal = { code: 'unavailable', message: 'This edge is not ready.', retryAfterMs: 1_000 };
const SPEAK_WEBSOCKET: AudienceRefusal = {
  code: 'malformed',
  message: 'This address speaks WebSocket only.',
  retryAfterMs: null,
};

const NO_REQUEST: AudienceRefusal = { code: 'malformed', message: 'This is not a request.', retryAfterMs: null };
const CLIENT_ERRORS: Record<string, [string, AudienceRefusal]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    {
      code: 'too-large',
      message:
        'The headers are too large. In a browser: delete the cookies of this site, or open it in a private window.',
      retryAfterMs: null,
    },
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    { code: 'malformed', message: 'The request took too long.', retryAfterMs: null },
  ],
};

type Handler = (req: IncomingMessage, res: ServerResponse, query: URLSearchParams) => void;
interface Route {
  method: 'GET' | 'POST';
  /** Whether HEAD is answered like GET without a body. */
  head: boolean;
  handle: Handler;
}

export interface AudienceServerOptions {
  http: AudienceHttp;
  ws: WsGateway;
  page: AudiencePage;
  networks: Networks;
  /** Connections that have sent no whole request. */
  strangers: Strangers<Socket>;
  /** Connections that have. */
  guests: Guests;
  room: RoomMaker;
  limits: EdgeLimits;
  isReady: () => boolean;
  onWork: () => void;
}

/** The audience port: which address answers what. Nothing of the desk is reachable here. */
export function createAudienceServer(options: AudienceServerOptions): Server {
  const { http, ws, page, networks, strangers, guests, room, limits, isReady, onWork } = options;
  const get = (handle: Handler): Route => ({ method: 'GET', head: true, handle });
  const post = (handle: Handler): Route => ({ method: 'POST', head: false, handle });
  const routes = new Map<string, Route>([
    ['/v1/state', get((req, res, query) => http.state(req, res, query))],
    ['/v1/ballots', post((req, res) => http.ballots(req, res))],
    ['/v1/join', post((req, res) => http.join(req, res))],
    ['/v1/events', { method: 'GET', head: false, handle: (req, res, query) => http.events(req, res, query) }],
    [
      WS_PATH,
      { method: 'GET', head: false, handle: (_, res) => answerRefusal(res, SPEAK_WEBSOCKET, { upgrade: 'websocket' }) },
    ],
    ['/healthz', get((_, res) => answerJson(res, 200, '{"status":"ok"}'))],
    [
      '/readyz',
      get((_, res) => (isReady() ? answerJson(res, 200, '{"status":"ready"}') : answerRefusal(res, NOT_READY, {}))),
    ],
  ]);

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      ...requestsWithin(limits.requestMs),
      keepAliveTimeout: KEEP_ALIVE_MS,
      shouldUpgradeCallback: (req) =>
        req.method === 'GET' &&
        targetOf(req.url ?? '/').path === WS_PATH &&
        String(req.headers.upgrade ?? '').toLowerCase() === 'websocket',
    },
    (req, res) => {
      const { socket } = req;
      onWork();
      door(socket);
      guests.asks(socket, networks.of(req));
      let hasToWait = false;
      res.on('close', () => guests.answered(socket, hasToWait));
      serve(req, res);
      hasToWait = !res.writableEnded;
      if (hasToWait && !guests.waits(socket)) socket.destroy();
    },
  );
  function serve(req: IncomingMessage, res: ServerResponse): void {
    const { path, query } = targetOf(req.url ?? '/');
    if (!namesItsHost(req)) {
      answerRefusal(res, NO_REQUEST, { connection: 'close' });
      return;
    }
    const route =
      routes.get(path) ?? (page.has(path) ? get((r, answerTo) => page.serve(path, r, answerTo)) : undefined);
    if (route === undefined) {
      if (req.method === 'OPTIONS' && path === '*') answerPreflight(res, 'GET, HEAD, POST, OPTIONS');
      else answerPageRefusal(res, path, NOT_FOUND);
      return;
    }
    const { method, head, handle } = route;
    if (req.method === method || (head && req.method === 'HEAD')) {
      handle(req, res, query === '' ? NO_QUERY : new URLSearchParams(query));
      return;
    }
    const allow = [method, ...(head ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    if (req.method === 'OPTIONS') {
      answerPreflight(res, allow);
      return;
    }
    answerRefusal(res, NOT_FOUND, { allow });
  }
  const onSilence = (socket: Socket) => answerClientError({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, socket);
  const door = openFrontDoor(server, { ws, wsPath: WS_PATH, networks, strangers, limits, room, onSilence });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    door(req.socket);
    guests.left(req.socket);
    if (namesItsHost(req)) ws.upgrade(req, socket, head);
    else refuseUpgrade(socket, NO_REQUEST);
  });
  server.on('clientError', (error: ClientError, socket: Socket) => answerClientError(error, socket));
  return server;
}

function answerPreflight(res: ServerResponse, methods: string): void {
  res
    .writeHead(204, {
      ...COMMON_HEADERS,
      allow: methods,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'authorization, content-type, if-none-match',
      'access-control-max-age': String(PREFLIGHT_S),
    })
    .end();
}

interface ClientError {
  code?: string;
  /** What could not be parsed. */
  rawPacket?: Buffer;
}

/** Bytes that are no HTTP, headers that are too large, and requests that never got finished. */
function answerClientError({ code, rawPacket }: ClientError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, refusal] = CLIENT_ERRORS[code ?? ''] ?? ['400 Bad Request', NO_REQUEST];
  const begins = rawPacket === undefined ? null : beginsForPerson(rawPacket);
  const isForPerson = begins ?? beganForPerson(socket);
  const body = isForPerson ? personPage(refusal) : refusalBody(refusal);
  const headers = {
    ...COMMON_HEADERS,
    connection: 'close',
    ...(isForPerson ? PERSON_PAGE_HEADERS : { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'));
  // Whoever neither reads nor goes would keep the connection for ever.
  setTimeout(() => socket.destroy(), LAST_WORD_MS).unref();
}
