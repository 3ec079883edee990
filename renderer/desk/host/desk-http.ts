/** The desk port's HTTP calls that the page makes. */
import type { CommandLookup, DeskError, SessionResponse } from '../../../shared/protocol/commands.ts';
import type { PollId, RunId } from '../../../shared/protocol/ids.ts';
import type { ActionPage } from '../../../shared/protocol/logbook.ts';
import type { JournalPage, RunSeries, Series } from '../../../shared/protocol/records.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';

const ANSWER_WITHIN_MS = 4_000;
/** Evidence of a big poll takes seconds to pack, and then has to come over the network. */
const EVIDENCE_WITHIN_MS = 300_000;

export type HttpResult<T> =
  | { kind: 'ok'; value: T }
  /** The core answered with something else than 200. */
  | { kind: 'refused'; status: number; message: string }
  /** Nobody answered. */
  | { kind: 'unreachable' };

export interface Session {
  deskUrl: string;
  token: string;
  me: Pick<SessionResponse, 'actor' | 'name' | 'roles'>;
}

interface Reading<T> {
  withinMs: number;
  read: (response: Response) => Promise<T>;
}

async function call<T>(url: string, init: RequestInit, { withinMs, read }: Reading<T>): Promise<HttpResult<T>> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, cache: 'no-store', signal: AbortSignal.timeout(withinMs) });
    if (response.ok) return { kind: 'ok', value: await read(response) };
  } catch {
    // Refused connection, time-out, body cut off: all mean that nobody answered.
    return { kind: 'unreachable' };
  }
  const body = (await response.json().catch(() => null)) as DeskError | null;
  const message = body?.error?.message ?? `The core answered ${response.status}.`;
  return { kind: 'refused', status: response.status, message };
}

function request<T>(url: string, init: RequestInit): Promise<HttpResult<T>> {
  return call(url, init, { withinMs: ANSWER_WITHIN_MS, read: async (response) => (await response.json()) as T });
}

/** Exchanges a one-time code for a session. */
export async function openSession(deskUrl: string, code: string): Promise<HttpResult<Session>> {
  const result = await request<SessionResponse>(`${deskUrl}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  if (result.kind !== 'ok') return result;
  const { token, actor, name, roles } = result.value;
  return { kind: 'ok', value: { deskUrl, token, me: { actor, name, roles } } };
}

const bearer = ({ token }: Session) => ({ headers: { authorization: `Bearer ${token}` } });

function get<T>(session: Session, path: string): Promise<HttpResult<T>> {
  return request<T>(`${session.deskUrl}${path}`, bearer(session));
}

export const getVitals = (session: Session) => get<Vitals>(session, '/api/v1/vitals');

export const getCommand = (session: Session, id: string) =>
  get<CommandLookup>(session, `/api/v1/commands/${encodeURIComponent(id)}`);

export const getJournal = (session: Session, page: { after: number; limit: number }) =>
  get<JournalPage>(session, `/api/v1/log?after=${page.after}&limit=${page.limit}`);

/** This session's own log: entries after a number, or the last before one (0: the newest). */
export const getActions = (
  session: Session,
  page: { after: number; limit: number } | { before: number; limit: number },
) => {
  const place = 'after' in page ? `after=${page.after}` : `before=${page.before}`;
  return get<ActionPage>(session, `/api/v1/actions?${place}&limit=${page.limit}`);
};

/** The evening's traffic between two moments of core time, in steps of `stepMs`. */
export const getSeries = (
  session: Session,
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
) => get<Series>(session, `/api/v1/series?fromMs=${fromMs}&toMs=${toMs}&stepMs=${stepMs}`);

/** A run's count as it grew, as far as this desk may see it. */
export const getRunSeries = (session: Session, runId: RunId) =>
  get<RunSeries>(session, `/api/v1/polls/${encodeURIComponent(runId)}/series`);

/** The evidence of a closed run, a zip. */
export const getEvidence = (session: Session, { pollId, round }: { pollId: PollId; round: number }) =>
  call(`${session.deskUrl}/api/v1/polls/${encodeURIComponent(pollId)}/evidence?round=${round}`, bearer(session), {
    withinMs: EVIDENCE_WITHIN_MS,
    read: (response) => response.blob(),
  });
