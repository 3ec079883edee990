/**
 * How the HTTP calls of the desk port describe themselves; the OpenAPI document is made from this and from the zod schemas. Longer than
 * 300 lines because it is one document: its calls share headers, errors and examples, and are read one after the other.
 */
import { z } from 'zod';
import {
  Accepted,
  Command,
  CommandLookup,
  DeskError,
  Refused,
  SessionRequest,
  SessionResponse,
  SessionsEnded,
} from '../../shared/protocol/commands.ts';
import { DeskState } from '../../shared/protocol/desk-state.ts';
import { jsonSchema } from '../../shared/protocol/json-schema.ts';
import { ActionPage } from '../../shared/protocol/logbook.ts';
import { JournalPage, Recount, RunSeries, Series } from '../../shared/protocol/records.ts';
import { Vitals } from '../../shared/protocol/vitals.ts';

function schema(type: z.ZodType): object {
  return jsonSchema(type, { target: 'draft-2020-12' });
}

const OpenApiDocument = z.looseObject({
  openapi: z.string(),
  info: z.unknown(),
  components: z.unknown(),
  paths: z.unknown(),
});

const NO_STORE = { 'Cache-Control': { type: 'string', enum: ['no-store'], description: 'Nobody keeps this.' } };
type Examples = Record<string, { value: unknown }>;

function answer(description: string, type: z.ZodType, examples: Examples | null): object {
  const media = { schema: schema(type), ...(examples === null ? {} : { examples }) };
  return { description, headers: NO_STORE, content: { 'application/json': media } };
}

const STRANGER = 'This page or name may not use the desk (`forbidden-origin`).';
/** Errors that any call may have; a call adds its own, or says more about one of these. */
const ANY_CALL: Record<number, string> = {
  403: STRANGER,
  503: 'The core can’t answer now (`unavailable`). Try again.',
};
const WITH_TOKEN: Record<number, string> = {
  ...ANY_CALL,
  401: 'No desk token, or one that does not hold (`unauthorised`).',
};

function errors(words: Record<number, string>): Record<number, object> {
  return Object.fromEntries(
    Object.entries(words).map(([status, description]) => [status, answer(description, DeskError, null)]),
  );
}

const ACCEPTED = { status: 'accepted', revision: 118, atMs: 1_795_892_400_000 };
const REFUSED = {
  status: 'refused',
  code: 'wrong-intake',
  message: 'ARM comes first.',
  serverNowMs: 1_795_892_400_000,
};
const COMMAND_ID = '0198c0de-4c1a-7c3e-9a51-2f6b1f0a7d11';
const GO = {
  id: COMMAND_ID,
  type: 'cue.go',
  target: 'winner',
  expectedRevision: 117,
  clientTimeMs: 1_795_892_399_950,
};
const CLOSE = {
  id: '0198c0de-9b77-7d02-8a11-63f0d95c2b48',
  type: 'poll.close',
  target: 'winner',
  payload: { confirmed: true },
  clientTimeMs: 1_795_892_431_000,
};

export const API_INFO = {
  title: 'Tallyroom desk',
  version: '1',
  description: `What a control room says to a Tallyroom server over HTTP: give commands, read the state, the figures, the journal and the counts. A desk that wants to be told of changes uses Socket.IO as well (\`desk.asyncapi.json\`). Viewers have a port of their own (\`audience.openapi.json\`).

## Who may
Every call but \`POST /api/v1/session\` needs \`Authorization: Bearer <token>\`. \`npm run server -- --json\` prints one token a role (\`deskTokens\`); they hold until the server is started anew. A one-time code (from the link that the server prints, or that Settings makes) buys a session token, which ends a week after its last use or when an owner signs the desks out. The token says who acts and in which roles; nothing in a body does.
The port answers to its own name and to addresses of its machine only, and to no page of another origin; a program that sends no \`Origin\` is judged by \`Host\` and token. Errors that no call here names (a path that is not here: 404 \`not-found\`; more than 32 answers to one token that are under way or not taken in: 429 \`rate-limited\`) have the same form.

## Commands
Each command has an \`id\` that its sender makes (a UUID) and \`clientTimeMs\`, the server's time as the sender estimates it (\`serverNowMs\` of any answer plus what has passed since). One that is more than two seconds old is refused (\`too-old\`): nothing fires late. The same id from the same token gives the first answer again and does nothing.
\`target\` is a cue's id; poll commands act on its current run. \`expectedRevision\` is the \`revision\` of the cue that the sender saw: if something that the command depends on has changed since, it is refused (\`stale-revision\`, with \`conflict\`: who changed it). \`cue.arm\`, \`cue.go\` and poll commands depend on what \`airRevision\` counts, so that a note never refuses a GO; what takes away from the audience depends on the run alone; other commands on a cue on all of it. \`show.mode\` and \`show.t0\` take \`show.revision\`, \`switch.set\` the switch's, \`overlay.take\` and \`overlay.hide\` that of \`show.overlay\` under the output's name. Absent, it is not compared.
200 means done and on disk. 403 and 409 carry \`status: refused\`, a stable \`code\`, a sentence, and \`nextAllowedAtMs\` where only time is missing. After no answer ask \`GET /api/v1/commands/{id}\`: it gives the answer, or bars the id for good.
\`rehearsal.recode\` gives the rehearsal a new code and sends away whoever is in it with the old one. The new code is in \`show.viewerUrl\` of the state, and in the event \`rehearsal-code\` of the server’s \`--json\`; no answer and no journal entry holds it.

Times are whole milliseconds since 1970 of the server's clock. Ignore fields that you don't know: within version 1 they are added, never changed or dropped.`,
};

/** Bearer of the desk, for the document's `components`. */
export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A desk token or a session token.' },
} as const;

const bearer = { security: [{ bearer: [] }] };

/** One Fastify `schema` object a route; only for the document, the routes check with zod. */
export const API_DOCS = {
  session: {
    summary: 'Spend a one-time code for a session token',
    security: [],
    body: schema(SessionRequest),
    response: {
      200: answer(
        'A token for as long as the server runs and it is used: it ends after a week without.',
        SessionResponse,
        {
          producer: {
            value: {
              token: 's.eyJhY3RvciI6InByb2R1Y2VyIn0.Jw8',
              roles: ['producer'],
              actor: 'producer',
              name: 'producer',
            },
          },
        },
      ),
      ...errors({
        ...ANY_CALL,
        400: 'No code (`malformed`).',
        403: `The code is unknown or spent (\`bad-code\`). ${STRANGER}`,
        429: 'Too many wrong codes; wait a minute (`rate-limited`). A right one passes.',
      }),
    },
  },
  endSessions: {
    summary: 'Sign every desk out but the one that asks',
    description:
      'Every session token ends, and every one-time code that nobody has used. The tokens of roles (`deskTokens`) hold until the server is started anew.',
    ...bearer,
    response: {
      200: answer('They have ended.', SessionsEnded, { done: { value: { codes: 1 } } }),
      ...errors({ ...WITH_TOKEN, 429: 'The desks were signed out too often; wait a minute (`rate-limited`).' }),
      403: answer(`Not the owner (\`role\`). ${STRANGER}`, DeskError, null),
    },
  },
  command: {
    summary: 'Give a command',
    ...bearer,
    body: { content: { 'application/json': { schema: { ...schema(Command), examples: [GO, CLOSE] } } } },
    response: {
      200: answer('Done, and on disk.', Accepted, { done: { value: ACCEPTED } }),
      ...errors({
        ...WITH_TOKEN,
        400: 'No command, or one of an unknown type (`malformed`).',
        429: 'More commands than a person gives (`rate-limited`).',
      }),
      403: answer(`Refused: not for this role (\`role\`). ${STRANGER}`, z.union([Refused, DeskError]), {
        role: { value: { ...REFUSED, code: 'role', message: 'Operators don’t fire cues.' } },
      }),
      409: answer('Refused; nothing has changed.', Refused, { refused: { value: REFUSED } }),
    },
  },
  lookup: {
    summary: 'The stored answer to a command; an id that was never seen is barred for good',
    description:
      'For after a lost answer. Once this has said `never-seen`, a command that arrives late under that id is refused (`barred`).',
    ...bearer,
    params: schema(z.object({ id: z.uuid() })),
    response: {
      200: answer('What became of it.', CommandLookup, {
        done: { value: ACCEPTED },
        'never came': { value: { status: 'never-seen' } },
      }),
      ...errors({
        ...WITH_TOKEN,
        400: 'The id is no UUID (`malformed`).',
        429: 'Too many ids were asked about (`rate-limited`).',
      }),
    },
  },
  state: {
    summary: 'The whole show as this desk may see it',
    ...bearer,
    response: { 200: answer('The show.', DeskState, null), ...errors(WITH_TOKEN) },
  },
  vitals: {
    summary: 'How the show and its edges are doing now',
    ...bearer,
    response: { 200: answer('Now.', Vitals, null), ...errors(WITH_TOKEN) },
  },
  log: {
    summary: 'The journal, oldest first',
    description:
      'Every command that was understood, with its answer. `next` is the `after` of the next page; without it this is the last.',
    ...bearer,
    querystring: schema(
      z.object({
        after: z.number().int().describe('Entries after this revision; 0 without.').optional(),
        limit: z.number().int().describe('1 to 1,000; 100 without.').optional(),
      }),
    ),
    response: {
      200: answer('A page.', JournalPage, null),
      ...errors({ ...WITH_TOKEN, 400: '`after` or `limit` is no whole number (`malformed`).' }),
    },
  },
  actions: {
    summary: 'What a browser desk has logged of its own actions, oldest first; without a desk one’s own',
    ...bearer,
    querystring: schema(
      z.object({
        after: z.number().int().describe('Entries after this sequence number.').optional(),
        before: z.number().int().describe('The last entries before this one; 0: the newest.').optional(),
        limit: z.number().int().describe('1 to 1,000; 100 without.').optional(),
        desk: z.string().describe('The source of another desk; for the owner only.').optional(),
      }),
    ),
    response: {
      200: answer('A page.', ActionPage, null),
      ...errors({
        ...WITH_TOKEN,
        400: '`after`, `before` or `limit` is no whole number (`malformed`).',
        403: `Another desk’s log is for the owner (\`role\`). ${STRANGER}`,
      }),
    },
  },
  recount: {
    summary: 'Count a run from its ledger at this moment; without a round the current run',
    description:
      '`matches` says whether the ledger and the live count agree to the last ballot, `chain` whether the ledger is whole.',
    ...bearer,
    params: schema(z.object({ id: z.string().describe('The cue’s id.') })),
    querystring: schema(z.object({ round: z.number().int().optional() })),
    response: {
      200: answer('The count.', Recount, null),
      ...errors({
        ...WITH_TOKEN,
        400: '`round` is no whole number (`malformed`).',
        403: `The poll’s numbers are hidden from this desk (\`role\`). ${STRANGER}`,
        404: 'There is no such run (`not-found`).',
      }),
    },
  },
  evidence: {
    summary:
      'The evidence of a closed run as a zip: its ballots and hash chain, heads, journal entries and counts, with a README that says how to check them; for owner, producer and verifier; without a round the current run',
    ...bearer,
    params: schema(z.object({ id: z.string() })),
    querystring: schema(z.object({ round: z.number().int().optional() })),
    response: {
      200: {
        description: 'The zip.',
        headers: NO_STORE,
        content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
      },
      ...errors({
        ...WITH_TOKEN,
        400: '`round` is no whole number (`malformed`).',
        403: `Evidence is not for this desk’s role (\`role\`). ${STRANGER}`,
        404: 'There is no such run (`not-found`).',
        409: 'The run is not closed yet (`not-closed`).',
        429: 'Other evidence is being packed, or there were too many calls (`rate-limited`).',
        503: 'It can not be packed just now (`unavailable`).',
      }),
    },
  },
  series: {
    summary:
      'The traffic of a stretch of time, a point a step; without fromMs the last three hours, without stepMs the shortest step that fits. `ballotsPerS` leaves out runs whose turnout is hidden from this desk, and while such a run takes votes queue and receipt times are 0 until they mean trouble (100 ballots, 1,000 ms)',
    ...bearer,
    querystring: schema(
      z.object({
        fromMs: z.number().int().optional(),
        toMs: z.number().int().optional(),
        stepMs: z.number().int().describe('Whole seconds; 4,000 points at most.').optional(),
      }),
    ),
    response: {
      200: answer('The curves.', Series, null),
      ...errors({ ...WITH_TOKEN, 400: 'No such stretch or step, or too many points (`malformed`).' }),
    },
  },
  runSeries: {
    summary:
      'A run’s count as it grew, as far as this desk may see it; the poll’s current run, the round named, or the run that has this id',
    ...bearer,
    params: schema(z.object({ id: z.string().describe('A cue’s id or a run’s.') })),
    querystring: schema(
      z.object({
        round: z.number().int().optional(),
        stepMs: z.number().int().describe('Whole seconds; 4,000 points at most.').optional(),
      }),
    ),
    response: {
      200: answer('The curve.', RunSeries, null),
      ...errors({
        ...WITH_TOKEN,
        400: 'No such step, or too many points (`malformed`).',
        404: 'There is no such run (`not-found`).',
      }),
    },
  },
  openapi: {
    summary: 'This document',
    ...bearer,
    response: { 200: answer('The document.', OpenApiDocument, null), ...errors(WITH_TOKEN) },
  },
  metrics: {
    summary: 'Figures for Prometheus, as text',
    ...bearer,
    response: {
      200: {
        description: 'The figures.',
        headers: NO_STORE,
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
      ...errors(WITH_TOKEN),
    },
  },
} as const;
