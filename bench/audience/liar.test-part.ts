/** A tiny server that is as honest as a test wants it to be, and a crowd in front of it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { until } from '../../e2e/server/testing/until.ts';
import { Crowd } from './crowd.ts';
import type { VoteOrder } from './messages.ts';

export type Say = (frame: Record<string, unknown>) => void;
export interface Ballot {
  id: string;
  pollId: string;
  round: number;
}

export interface Liar {
  /** Answers a hello; the n-th from 0. */
  hello: (n: number, say: Say, end: () => void, token: string | null) => void;
  ballot: (ballot: Ballot, say: Say) => void;
  /** Anything else that is said on a WebSocket. */
  other: (say: Say, close: () => void) => void;
  /** The voter that the n-th join from 0 is. */
  join: (n: number, token: string | null) => string;
  /** The revision of the state that is shown over HTTP. */
  rev: () => number;
  /** A WebSocket has closed. */
  closed: (code: number) => void;
}

const SLOW_READER = 4008;

export const OPENED_MS = Date.now();
export function state(rev: number, poll: Record<string, unknown> = {}) {
  const hints = { level: 0, cadenceMs: 1_000, jitterMs: 0, retryAfterMs: 10, transport: 'ws' };
  const run = { id: 'q1', round: 1, intake: 'open', closesAtMs: OPENED_MS + 3_600_000, graceMs: 0, ...poll };
  return { v: 1, epoch: 1, rev, show: 'liars', mode: 'live', poll: run, hints };
}

/** Whoever comes with `token-n` is `voter-n`. */
const voterOf = (token: string) => token.replace('token', 'voter');
export const welcome = (n: number, rev = 5, poll = {}) => ({
  t: 'welcome',
  token: `token-${n}`,
  voterId: `voter-${n}`,
  expiresAtMs: 0,
  serverNowMs: 0,
  state: state(rev, poll),
});
export const welcomeBack = (token: string, rev = 5) => ({
  ...welcome(0, rev),
  token: undefined,
  voterId: voterOf(token),
});
export const receipt = ({ id, pollId, round }: Ballot, status = 'accepted', ref = `ref-${id}`) => ({
  t: 'receipt',
  receipt: { ballotId: id, pollId, round, status, ref, atMs: 0 },
});

const honest: Liar = {
  hello: (n, say, _end, token) => say(token === null ? welcome(n) : welcomeBack(token)),
  ballot: (ballot, say) => say(receipt(ballot)),
  other: (say) => say({ t: 'error', code: 'unknown-type', message: '' }),
  join: (n, token) => voterOf(token ?? `token-${n}`),
  rev: () => 5,
  closed: () => {},
};

export interface CrowdOptions {
  comesBack: boolean;
  joinsFirst: boolean;
}

/** Two viewers on WebSocket in front of this server, both have been in. */
export async function crowdBefore(liar: Partial<Liar>, options: Partial<CrowdOptions> = {}): Promise<Crowd> {
  const { comesBack = false, joinsFirst = false } = options;
  const port = await listen({ ...honest, ...liar });
  const crowd = new Crowd({
    t: 'hire',
    worker: 0,
    tongue: 'product',
    host: '127.0.0.1',
    port,
    seed: 1,
    firstSource: 0,
    comesBack,
  });
  const plan = { shape: 'even', overMs: 20 } as const;
  crowd.arrive({ t: 'arrive', count: 2, sse: 0, poll: 0, joinsFirst, startAtMs: Date.now(), plan });
  await until(() => crowd.progress().arrived === 2, { what: 'both have come', isQuiet: true });
  return crowd;
}

async function listen(liar: Liar): Promise<number> {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    http.closeAllConnections();
    http.close();
  });
  let hellos = 0;
  server.on('connection', (socket) => {
    const say: Say = (frame) => socket.send(JSON.stringify(frame));
    const end = () => socket.terminate();
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as { t: string; token: string | null } & Ballot;
      if (message.t === 'hello') liar.hello(hellos++, say, end, message.token);
      else if (message.t === 'ballot') liar.ballot(message, say);
      else liar.other(say, () => socket.close(SLOW_READER));
    });
    socket.on('close', (code) => liar.closed(code));
  });
  let joins = 0;
  http.on('request', async (req: IncomingMessage, res: ServerResponse) => {
    const etag = `"1-${liar.rev()}"`;
    if (req.url === '/v1/join') {
      const { token = null } = JSON.parse(await text(req)) as { token?: string };
      const voterId = liar.join(joins++, token);
      answer(res, { token: voterId.replace('voter', 'token'), voterId, state: state(liar.rev()) });
    } else if (req.url === '/v1/events') {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('retry: 10\n\n');
      if (req.headers['last-event-id'] !== `1-${liar.rev()}`)
        res.write(`event: state\ndata: ${JSON.stringify(state(liar.rev()))}\n\n`);
    } else if (req.url === '/v1/state' && req.headers['if-none-match'] === etag) {
      res.writeHead(304, { etag }).end();
    } else if (req.url === '/v1/state') {
      res.setHeader('etag', etag);
      answer(res, state(liar.rev()));
    } else {
      liar.ballot(JSON.parse(await text(req)) as Ballot, ({ receipt: told }) => answer(res, { receipt: told }));
    }
  });
  http.listen(0, '127.0.0.1');
  await until(() => http.listening, { what: 'listening', isQuiet: true });
  return (http.address() as AddressInfo).port;
}

function answer(res: ServerResponse, body: object): void {
  const json = JSON.stringify(body);
  res.setHeader('content-length', Buffer.byteLength(json));
  res.end(json);
}

export const vote: VoteOrder = {
  t: 'vote',
  pollId: 'q1',
  round: 1,
  options: ['a'],
  from: 0,
  to: 1,
  startAtMs: 0,
  plan: { shape: 'even', overMs: 5 },
  resends: false,
  isSecond: false,
};

export const kinds = (crowd: Crowd) => Object.keys(crowd.report(false).faultBook);
export const untilFault = (crowd: Crowd) =>
  until(() => kinds(crowd).length > 0 && kinds(crowd), { what: 'a fault', isQuiet: true });
