import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AudienceHttp } from './audience-http.ts';
import type { AudiencePage } from './audience-page.ts';
import { openFrontDoor } from './front-door.ts';
import { answerJson, answerRefusal, COMMON_HEADERS, KEEP_ALIVE_MS, refusalBody } from './http-answer.ts';
import type { EdgeLimits } from './limits.ts';
import { type AudienceRefusal, NOT_FOUND } from './refusal.ts';
import type { WsGateway } from './ws-gateway.ts';

const WS_PATH = '/v1/ws';
const PREFLIGHT_S = 7_200;
const NO_QUERY = new URLSearchParams();

const NOT_READY: AudienceRefusal = { code: 'unavailable', message: 'This edge is not ready.', retryAfterMs: 1_000 };
const SPEAK_WEBSOCKET: AudienceRefusal = {
  code: 'malformed',
  message: 'This address speaks WebSocket only.',
  retryAfterMs: null,
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
  limits: EdgeLimits;
  isReady: () => boolean;
  onWork: () => void;
}

/** The audience port: which address answers what. Nothing of the desk is reachable here. */
export function createAudienceServer({ http, ws, page, limits, isReady, onWork }: AudienceServerOptions): Server {
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
      requestTimeout: limits.requestMs,
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
      keepAliveTimeout: KEEP_ALIVE_MS,
      shouldUpgradeCallback: (req) =>
        req.method === 'GET' &&
        pathOf(req) === WS_PATH &&
        String(req.headers.upgrade ?? '').toLowerCase() === 'websocket',
    },
    (req, res) => {
      onWork();
      const path = pathOf(req);
      const route =
        routes.get(path) ?? (page.has(path) ? get((r, answerTo) => page.serve(path, r, answerTo)) : undefined);
      if (route === undefined) {
        answerRefusal(res, NOT_FOUND, {});
        return;
      }
      const { method, head, handle } = route;
      if (req.method === method || (head && req.method === 'HEAD')) {
        handle(req, res, queryOf(req));
        return;
      }
      const allow = [method, ...(head ? ['HEAD'] : []), 'OPTIONS'].join(', ');
      if (req.method === 'OPTIONS') {
        answerPreflight(res, allow);
        return;
      }
      answerRefusal(res, NOT_FOUND, { allow });
    },
  );
  openFrontDoor(server, { ws, wsPath: WS_PATH, limits });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => ws.upgrade(req, socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => answerClientError(error, socket));
  return server;
}

function pathOf(req: IncomingMessage): string {
  const url = req.url ?? '/';
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}

function queryOf(req: IncomingMessage): URLSearchParams {
  const mark = (req.url ?? '').indexOf('?');
  return mark < 0 ? NO_QUERY : new URLSearchParams((req.url ?? '').slice(mark + 1));
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

/** Bytes that are no HTTP, headers that are too large, and requests that never got finished. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, refusal]: [string, AudienceRefusal] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          { code: 'too-large', message: 'The headers are too large.', retryAfterMs: null },
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', { code: 'malformed', message: 'The request took too long.', retryAfterMs: null }]
        : ['400 Bad Request', { code: 'malformed', message: 'This is not a request.', retryAfterMs: null }];
  const body = refusalBody(refusal);
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
