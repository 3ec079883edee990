/** How the HTTP calls of the desk port describe themselves; the OpenAPI document is made from this and from the zod schemas. */
import { z } from 'zod';
import {
  Accepted,
  Command,
  CommandAnswer,
  DeskError,
  DeskState,
  JournalPage,
  Recount,
  Refused,
  RunSeries,
  Series,
  SessionRequest,
  SessionResponse,
  Vitals,
} from '../../shared/protocol/desk.ts';
import { ActionPage } from '../../shared/protocol/logbook.ts';

function schema(type: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  return rest;
}

const error = schema(DeskError);
const bearer = { security: [{ bearer: [] }] };

/** One Fastify `schema` object a route; only for the document, the routes check with zod. */
export const API_DOCS = {
  session: {
    summary: 'Spend a one-time code for a session token',
    security: [],
    body: schema(SessionRequest),
    response: { 200: schema(SessionResponse), 400: error, 403: error, 429: error },
  },
  command: {
    summary: 'Give a command',
    ...bearer,
    body: schema(Command),
    response: {
      200: schema(Accepted),
      400: error,
      401: error,
      403: { description: 'Not for this role', ...schema(Refused) },
      409: schema(Refused),
      429: error,
    },
  },
  lookup: {
    summary: 'The stored answer to a command; an id that was never seen is barred for good',
    ...bearer,
    params: schema(z.object({ id: z.uuid() })),
    response: {
      200: schema(z.union([CommandAnswer, z.object({ status: z.literal('never-seen') })])),
      400: error,
      401: error,
      429: error,
    },
  },
  state: {
    summary: 'The whole show as this desk may see it',
    ...bearer,
    response: { 200: schema(DeskState), 401: error },
  },
  vitals: {
    summary: 'How the show and its edges are doing now',
    ...bearer,
    response: { 200: schema(Vitals), 401: error },
  },
  log: {
    summary: 'The journal, oldest first',
    ...bearer,
    querystring: schema(z.object({ after: z.number().int().optional(), limit: z.number().int().optional() })),
    response: { 200: schema(JournalPage), 400: error, 401: error },
  },
  actions: {
    summary: 'What a browser desk has logged of its own actions, oldest first; without a desk one’s own',
    ...bearer,
    querystring: schema(
      z.object({
        after: z.number().int().describe('Entries after this sequence number.').optional(),
        before: z.number().int().describe('The last entries before this one; 0: the newest.').optional(),
        limit: z.number().int().optional(),
        desk: z.string().describe('The source of another desk; for the owner only.').optional(),
      }),
    ),
    response: { 200: schema(ActionPage), 400: error, 401: error, 403: error },
  },
  recount: {
    summary: 'Count a run from its ledger at this moment; without a round the current run',
    ...bearer,
    params: schema(z.object({ id: z.string() })),
    querystring: schema(z.object({ round: z.number().int().optional() })),
    response: { 200: schema(Recount), 401: error, 403: error, 404: error },
  },
  evidence: {
    summary:
      'The evidence of a closed run as a zip: its ballots and hash chain, heads, journal entries and counts, with a README that says how to check them; for owner, producer and verifier; without a round the current run',
    ...bearer,
    params: schema(z.object({ id: z.string() })),
    querystring: schema(z.object({ round: z.number().int().optional() })),
    response: {
      200: { description: 'The zip', content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } },
      400: error,
      401: error,
      403: error,
      404: error,
      409: { description: 'The run is not closed yet', ...error },
      429: { description: 'Other evidence is being packed', ...error },
      503: error,
    },
  },
  series: {
    summary:
      'The traffic of a stretch of time, a point a step; without fromMs the last three hours, without stepMs the shortest step that fits. `ballotsPerS` leaves out runs whose turnout is hidden from this desk',
    ...bearer,
    querystring: schema(
      z.object({
        fromMs: z.number().int().optional(),
        toMs: z.number().int().optional(),
        stepMs: z.number().int().describe('Whole seconds; 4,000 points at most.').optional(),
      }),
    ),
    response: { 200: schema(Series), 400: error, 401: error, 503: error },
  },
  runSeries: {
    summary:
      'A run’s count as it grew, as far as this desk may see it; the poll’s current run, the round named, or the run that has this id',
    ...bearer,
    params: schema(z.object({ id: z.string() })),
    querystring: schema(
      z.object({
        round: z.number().int().optional(),
        stepMs: z.number().int().describe('Whole seconds; 4,000 points at most.').optional(),
      }),
    ),
    response: { 200: schema(RunSeries), 400: error, 401: error, 404: error, 503: error },
  },
  openapi: { summary: 'This document', ...bearer, response: { 200: {} } },
  metrics: { summary: 'Figures for Prometheus, as text', ...bearer, response: { 200: { type: 'string' } } },
} as const;
