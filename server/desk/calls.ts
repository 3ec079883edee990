/** The HTTP calls of the desk port: the token is judged first, then the call. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Who } from '../../shared/domain/roles.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { type CommandLookup, SessionRequest, type SessionsEnded } from '../../shared/protocol/commands.ts';
import { CommandId, type PollId } from '../../shared/protocol/ids.ts';
import type { ActionPage } from '../../shared/protocol/logbook.ts';
import type { JournalPage, Recount, RunSeries, Series } from '../../shared/protocol/records.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import type { PagePlace } from '../actionlog/messages.ts';
import type { RunSeriesWish, SeriesRefusal, SeriesWish } from '../curves/series-desk.ts';
import type { EvidenceAnswer, EvidenceWish } from '../evidence/evidence-desk.ts';
import { networkOf } from '../process/network.ts';
import { type BucketRule, TokenBuckets } from '../process/token-buckets.ts';
import { API_DOCS } from './api-docs.ts';
import type { CommandDoor } from './command-door.ts';
import type { Connections } from './connections.ts';
import { sendEvidence } from './evidence-call.ts';
import { LargeAnswers } from './large-answers.ts';
import { fail, statusOf } from './refusals.ts';
import { bearerOf, holderOf, type Sessions } from './sessions.ts';

export interface DeskCallsOptions {
  sessions: Sessions;
  connections: Pick<Connections, 'known' | 'gone'>;
  door: CommandDoor;
  /** `unavailable`: the journal can't be written, and would have to bar the id. */
  lookup: (who: Who, id: string) => Promise<CommandLookup | 'unavailable'>;
  state: (who: Who) => unknown;
  vitals: (who: Who) => Vitals;
  log: (who: Who, page: { after: number; limit: number }) => Promise<JournalPage>;
  /** `role` when it is another desk's log and not this desk's to read. `desk` null: its own. */
  actions: (who: Who, wanted: { desk: string | null; place: PagePlace; limit: number }) => Promise<ActionPage | 'role'>;
  /** Null when there is no such run; `hidden` when this desk may not see its numbers. */
  recount: (who: Who, run: { pollId: PollId; round: number | null }) => Promise<Recount | 'hidden' | null>;
  evidence: (who: Who, wish: EvidenceWish) => Promise<EvidenceAnswer>;
  series: (who: Who, wish: SeriesWish) => Promise<Series | SeriesRefusal>;
  runSeries: (who: Who, wish: RunSeriesWish) => Promise<RunSeries | SeriesRefusal>;
  metrics: (who: Who) => Promise<{ contentType: string; text: string }>;
  onSession: (who: Who, name: string) => Promise<void>;
  /** Every session has ended but that of whoever asked. */
  onSessionsEnded: (who: Who, ended: SessionsEnded) => Promise<void>;
  monotonicNow: () => MonotonicMs;
}

/** How long the entry about a desk that came in is waited for. */
const SESSION_NOTE_MS = 500;
/**
 * Wrong codes. They are long and random, so that this only bounds what a guesser costs; nobody's right code ever waits for it.
 */
const WRONG_PER_NETWORK: BucketRule = { burst: 10, perS: 1 / 6, refusedCount: false, maxKeys: 10_000 };
const WRONG_OVER_ALL: BucketRule = { burst: 60, perS: 1, refusedCount: false, maxKeys: 1 };
const SESSION_PATH = '/api/v1/session';
const MAX_PAGE = 1_000;
/** Signing the desks out is a person's act, and each one is journaled. */
const SIGN_OUTS: BucketRule = { burst: 10, perS: 1 / 6, refusedCount: false, maxKeys: 1_000 };
/** Of the one body that is read of somebody without a token. */
const SESSION_BODY_LIMIT = 4 * 1024;

/** A whole number of a query; null where it is absent. */
const whole = z.preprocess(
  (text) => text ?? null,
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .nullable(),
);
const SeriesQuery = z.object({ fromMs: whole, toMs: whole, stepMs: whole });
const EvidenceQuery = z.object({ round: whole });
const RunSeriesQuery = z.object({ round: whole, stepMs: whole });

/** Adds the calls to the desk's server, whose door judges who may speak at all. */
export async function addDeskCalls(server: FastifyInstance, options: DeskCallsOptions): Promise<void> {
  await server.register(async (api) => registerCalls(api, options));
}

function registerCalls(api: FastifyInstance, options: DeskCallsOptions): void {
  const { sessions, door, connections } = options;
  const wrongOf = new TokenBuckets(WRONG_PER_NETWORK);
  const wrong = new TokenBuckets(WRONG_OVER_ALL);
  const signOuts = new TokenBuckets(SIGN_OUTS);
  const large = new LargeAnswers();
  api.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  const whoAsks = ({ headers }: FastifyRequest) => {
    const token = bearerOf(headers.authorization);
    return token === null ? null : sessions.who(token);
  };
  // Before its body is read, which would be kept until it has come to its end.
  api.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === SESSION_PATH || whoAsks(request) !== null) return undefined;
    return fail(reply, 'unauthorised', 'A desk token is needed.');
  });

  api.post(SESSION_PATH, { schema: API_DOCS.session, bodyLimit: SESSION_BODY_LIMIT }, async (request, reply) => {
    const parsed = SessionRequest.safeParse(request.body);
    if (!parsed.success) return fail(reply, 'malformed', 'A code is needed.');
    const opened = sessions.open(parsed.data.code);
    if (!opened) {
      const now = options.monotonicNow();
      const network = networkOf(request.socket.remoteAddress ?? '').key;
      if (wrongOf.take(network, now) > 0 || wrong.take('', now) > 0)
        return fail(reply, 'rate-limited', 'Too many wrong codes were tried. Wait a minute.');
      return fail(reply, 'bad-code', 'This code is unknown or has been used. Open the desk anew to get another.');
    }
    // A disk that stands still keeps nobody from the desk, whose code is spent by now.
    await Promise.race([options.onSession(opened.who, opened.name), sleep(SESSION_NOTE_MS)]);
    return { token: opened.token, roles: opened.who.roles, actor: opened.who.actor, name: opened.name };
  });

  /** Runs a call for whoever the bearer token speaks for. */
  const known =
    (call: (who: Who, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const who = whoAsks(request);
      // Its session has ended while its body came.
      if (!who) return fail(reply, 'unauthorised', 'A desk token is needed.');
      connections.known(request.raw.socket, holderOf(who));
      return call(who, request, reply);
    };
  /** The same for what costs the core more than a moment, or memory until it was taken in. */
  const reading = (call: (who: Who, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
    known(async (who, request, reply) => {
      const gone = connections.gone(reply.raw);
      const made = await large.make(holderOf(who), gone, () => call(who, request, reply));
      return (
        made?.answer ?? fail(reply, 'rate-limited', 'Too many answers to this desk are under way or not taken in.')
      );
    });

  api.post(
    '/api/v1/sessions/end',
    { schema: API_DOCS.endSessions },
    known(async (who, _request, reply) => {
      if (!who.roles.includes('owner')) return fail(reply, 'role', 'Only the owner may sign the desks out.');
      if (signOuts.take(holderOf(who), options.monotonicNow()) > 0)
        return fail(reply, 'rate-limited', 'The desks were signed out too often. Wait a minute.');
      const ended: SessionsEnded = { codes: sessions.endAll(who.source) };
      await options.onSessionsEnded(who, ended);
      return ended;
    }),
  );
  api.post(
    '/api/v1/commands',
    { schema: API_DOCS.command },
    known(async (who, request, reply) => {
      const answer = await door.submit(request.body, who);
      return reply.code(statusOf(answer)).send(answer);
    }),
  );
  api.get(
    '/api/v1/commands/:id',
    { schema: API_DOCS.lookup },
    known(async (who, request, reply) => {
      const id = CommandId.safeParse((request.params as { id: string }).id);
      if (!id.success) return fail(reply, 'malformed', 'A command id is a UUID.');
      // An id that was never seen is barred in the journal: asking must not fill the disk.
      if (!door.mayAsk(who)) return fail(reply, 'rate-limited', 'Too many ids were asked about.');
      const found = await options.lookup(who, id.data);
      if (found !== 'unavailable') return found;
      return fail(reply, 'unavailable', 'The journal can’t be written, so nobody can tell yet. Ask again in a moment.');
    }),
  );
  api.get(
    '/api/v1/state',
    { schema: API_DOCS.state },
    reading(async (who) => options.state(who)),
  );
  api.get(
    '/api/v1/vitals',
    { schema: API_DOCS.vitals },
    reading(async (who) => options.vitals(who)),
  );
  api.get(
    '/api/v1/log',
    { schema: API_DOCS.log },
    reading(async (who, request, reply) => {
      const query = request.query as { after?: string; limit?: string };
      const after = wholeNumber(query.after, 0);
      const limit = wholeNumber(query.limit, 100);
      if (after === null || limit === null) return fail(reply, 'malformed', 'after and limit are whole numbers.');
      return options.log(who, { after, limit: Math.min(Math.max(limit, 1), MAX_PAGE) });
    }),
  );
  api.get(
    '/api/v1/actions',
    { schema: API_DOCS.actions },
    reading(async (who, request, reply) => {
      const query = request.query as { after?: string; before?: string; limit?: string; desk?: string };
      const after = wholeNumber(query.after, 0);
      const before = wholeNumber(query.before, 0);
      const limit = wholeNumber(query.limit, 100);
      if (after === null || before === null || limit === null) {
        return fail(reply, 'malformed', 'after, before and limit are whole numbers.');
      }
      // Given twice it is a list.
      if (typeof (query.desk ?? '') !== 'string') return fail(reply, 'malformed', 'desk is one desk.');
      const place: PagePlace =
        query.before === undefined
          ? { from: 'after', seq: after }
          : { from: 'before', seq: before === 0 ? null : before };
      const desk = query.desk ?? null;
      const page = await options.actions(who, { desk, place, limit: Math.min(Math.max(limit, 1), MAX_PAGE) });
      return page === 'role' ? fail(reply, 'role', 'Only the owner may read the log of another desk.') : page;
    }),
  );
  api.get(
    '/api/v1/polls/:id/recount',
    { schema: API_DOCS.recount },
    reading(async (who, request, reply) => {
      const round = (request.query as { round?: string }).round;
      const wanted = wholeNumber(round, 0);
      if (wanted === null) return fail(reply, 'malformed', 'round is a whole number.');
      const pollId = (request.params as { id: string }).id as PollId;
      const recount = await options.recount(who, { pollId, round: round === undefined ? null : wanted });
      if (recount === null) return fail(reply, 'not-found', 'There is no such run.');
      if (recount === 'hidden') return fail(reply, 'role', 'The numbers of this poll are hidden from the desk.');
      return recount;
    }),
  );
  api.get(
    '/api/v1/polls/:id/evidence',
    { schema: API_DOCS.evidence },
    reading(async (who, request, reply) => {
      const wish = EvidenceQuery.safeParse(request.query);
      if (!wish.success) return fail(reply, 'malformed', 'round is a whole number.');
      const pollId = (request.params as { id: string }).id as PollId;
      const answer = await options.evidence(who, { pollId, ...wish.data });
      return answer.kind === 'packed' ? sendEvidence(reply, answer) : fail(reply, answer.code, answer.message);
    }),
  );
  const curves = (answer: Series | RunSeries | SeriesRefusal, reply: FastifyReply) =>
    'code' in answer ? fail(reply, answer.code, answer.message) : answer;
  api.get(
    '/api/v1/series',
    { schema: API_DOCS.series },
    reading(async (who, request, reply) => {
      const wish = SeriesQuery.safeParse(request.query);
      if (!wish.success) return fail(reply, 'malformed', 'fromMs, toMs and stepMs are whole numbers.');
      return curves(await options.series(who, wish.data), reply);
    }),
  );
  api.get(
    '/api/v1/polls/:id/series',
    { schema: API_DOCS.runSeries },
    reading(async (who, request, reply) => {
      const wish = RunSeriesQuery.safeParse(request.query);
      if (!wish.success) return fail(reply, 'malformed', 'round and stepMs are whole numbers.');
      const { id: poll } = request.params as { id: string };
      return curves(await options.runSeries(who, { poll, ...wish.data }), reply);
    }),
  );
  api.get(
    '/api/v1/openapi.json',
    { schema: API_DOCS.openapi },
    reading(async () => api.swagger()),
  );
  api.get(
    '/metrics',
    { schema: API_DOCS.metrics },
    reading(async (who, _request, reply) => {
      const { contentType, text } = await options.metrics(who);
      return reply.header('content-type', contentType).send(text);
    }),
  );
}

/** A non-negative whole number of a query, `fallback` where it is absent, null where it is none. */
function wholeNumber(text: string | undefined, fallback: number): number | null {
  if (text === undefined) return fallback;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
