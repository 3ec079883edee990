/** Trades the one-time code of another machine's server for a desk session, or says why that can't be. */
import { DeskError, SessionResponse } from '../../shared/protocol/commands.ts';
import { type Refusal, refused } from './desk-link.ts';
import { wordsOf } from './main-log.ts';

const ANSWER_WITHIN_MS = 5_000;

export interface RemoteSession {
  /** `http://host:port` */
  deskUrl: string;
  session: SessionResponse;
}

export type SessionBought = ({ kind: 'session' } & RemoteSession) | Refusal;

export async function buyRemoteSession({ deskUrl, code }: { deskUrl: string; code: string }): Promise<SessionBought> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${deskUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
      // A Tallyroom server sends nobody elsewhere, and the code is for this one only.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    body = parsed(await response.text());
  } catch (error) {
    return refused('unreachable', unreachable(deskUrl, error));
  }
  const session = SessionResponse.safeParse(body);
  if (response.status === 200 && session.success) return { kind: 'session', deskUrl, session: session.data };
  const error = DeskError.safeParse(body);
  if (!error.success) {
    return response.status === 200 && typeof body === 'object' && body !== null && 'token' in body
      ? refused('other-version', `${deskUrl} is a Tallyroom server of another version than this desk.`)
      : refused('not-tallyroom', `What answers at ${deskUrl} is no Tallyroom server.`);
  }
  switch (error.data.error.code) {
    case 'bad-code':
      return refused(
        'bad-code',
        'This link has been used, or its server was started anew since. Each link works once.',
      );
    case 'forbidden-origin':
      return refused(
        'not-allowed',
        `The server answers but lets no desk in under the name ${new URL(deskUrl).host}. Use the address that it printed.`,
      );
    case 'not-found':
      return refused('other-version', `${deskUrl} is a Tallyroom server of another version than this desk.`);
    default:
      return refused('not-allowed', `The server at ${deskUrl} refused: ${error.data.error.message}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreachable(deskUrl: string, error: unknown): string {
  const late = error instanceof Error && error.name === 'TimeoutError';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = late ? `no answer within ${ANSWER_WITHIN_MS / 1_000} s` : wordsOf(cause);
  return `Nothing answers at ${deskUrl} (${why}). Is that server running, and was its desk port opened to the network with --desk-host?`;
}
