/** The same voter over each way that a ballot can take, with every answer as it came. */
import { randomBytes } from 'node:crypto';
import type { Receipt, ServerFrame } from '../../../shared/protocol/audience.ts';
import { audienceCall, HttpViewer } from './http-viewer.ts';
import { until } from './until.ts';
import { WsViewer } from './ws-viewer.ts';

export const TRANSPORTS = ['http', 'text/plain', 'ws'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface ErrorBody {
  code: string;
  message: string;
  retryAfterMs?: number | undefined;
}

export interface Outcome {
  /** HTTP status; null on a WebSocket. */
  status: number | null;
  headers: Headers | null;
  receipt: Receipt | null;
  error: ErrorBody | null;
  /** The whole body, or the whole frame. */
  raw: unknown;
}

export interface Voter {
  readonly transport: Transport;
  readonly token: string;
  readonly voterId: string;
  /** Sends these fields as a ballot, whatever they are. */
  cast(fields: Record<string, unknown>): Promise<Outcome>;
  /** Sends this as it is, where the ballot should stand. */
  castText(text: string): Promise<Outcome>;
}

export interface VoterOptions {
  audienceUrl: string;
  /** Null: a new voter. */
  token?: string | null;
  code?: string;
}

export function newBallotId(): string {
  return randomBytes(9).toString('base64url');
}

export async function voterOn(transport: Transport, options: VoterOptions): Promise<Voter> {
  return transport === 'ws' ? wsVoter(options) : httpVoter(transport, options);
}

async function httpVoter(transport: 'http' | 'text/plain', { audienceUrl, token, code }: VoterOptions): Promise<Voter> {
  const viewer = await HttpViewer.arrive({
    audienceUrl,
    ...(token === null || token === undefined ? {} : { token }),
    ...(code === undefined ? {} : { code }),
  });
  const isPlain = transport === 'text/plain';
  const castText = async (body: string): Promise<Outcome> => {
    const answer = await audienceCall(`${audienceUrl}/v1/ballots`, {
      method: 'POST',
      headers: {
        'content-type': isPlain ? 'text/plain' : 'application/json',
        ...(isPlain ? {} : { authorization: `Bearer ${viewer.token}` }),
      },
      body,
    });
    return {
      status: answer.status,
      headers: answer.headers,
      receipt: answer.body?.receipt ?? null,
      error: answer.body?.error ?? null,
      raw: answer.body,
    };
  };
  return {
    transport,
    token: viewer.token,
    voterId: viewer.voterId,
    castText,
    cast: (fields) => castText(JSON.stringify(isPlain ? { ...fields, token: viewer.token } : fields)),
  };
}

async function wsVoter({ audienceUrl, token, code }: VoterOptions): Promise<Voter> {
  const viewer = await WsViewer.arrive({
    audienceUrl,
    token: token ?? null,
    ...(code === undefined ? {} : { code }),
  });
  const castText = async (text: string): Promise<Outcome> => {
    const seen = viewer.frames.length;
    viewer.socket?.send(text);
    const frame = await nextAnswer(viewer, seen);
    return {
      status: null,
      headers: null,
      receipt: frame.t === 'receipt' ? frame.receipt : null,
      error: frame.t === 'error' ? frame : null,
      raw: frame,
    };
  };
  return {
    transport: 'ws',
    token: viewer.token ?? '',
    voterId: viewer.voterId ?? '',
    castText,
    cast: (fields) => castText(JSON.stringify({ t: 'ballot', ...fields })),
  };
}

type Answer = Extract<ServerFrame, { t: 'receipt' | 'error' }>;

/** The first receipt or error after the first `seen` frames. */
export function nextAnswer(viewer: WsViewer, seen: number): Promise<Answer> {
  const isAnswer = (frame: ServerFrame): frame is Answer => frame.t === 'receipt' || frame.t === 'error';
  return until(() => viewer.frames.slice(seen).find(isAnswer), { what: 'an answer on the socket', isQuiet: true });
}
