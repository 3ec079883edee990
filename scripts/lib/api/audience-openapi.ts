/** The HTTP calls of the audience port as an OpenAPI document; what is in a body comes from the protocol's schemas. */

import { EDGE_LIMITS } from '../../../server/edge/limits.ts';
import {
  AudienceError,
  AudienceErrorCode,
  BallotRequest,
  BallotResponse,
  Health,
  Hints,
  JoinRequest,
  JoinResponse,
  PublicAnswer,
  PublicCta,
  PublicPoll,
  PublicReaction,
  PublicResults,
  PublicState,
  Readiness,
  Receipt,
  RecentRun,
} from '../../../shared/protocol/audience.ts';
import { jsonSchemaComponents } from '../../../shared/protocol/json-schema.ts';
import { BALLOT, JOINED, RECEIPTS, STATE_OPEN, STATE_QUIET, STATE_RESULTS, TOKEN } from './audience-examples.ts';
import { ADDRESS, bytes, CHAPTERS, seconds } from './audience-words.ts';

type Code = AudienceErrorCode;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
/** On every answer of the port. */
const COMMON = {
  'Access-Control-Allow-Origin': header('AnyOrigin'),
  'Access-Control-Expose-Headers': header('Exposed'),
  'X-Content-Type-Options': header('NoSniff'),
};
const NO_STORE = { ...COMMON, 'Cache-Control': header('NoStore') };

const examples = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

function json(description: string, schema: string, values: Record<string, unknown>) {
  return {
    description,
    headers: NO_STORE,
    content: { 'application/json': { schema: ref(schema), examples: examples(values) } },
  };
}

/** An answer that is no success; `codes` are the only ones that it has. */
function refusal(codes: Code[], { description, again }: { description: string; again: boolean }) {
  const narrowed = {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: { code: { enum: codes } },
        ...(again ? { required: ['retryAfterMs'] } : { not: { required: ['retryAfterMs'] } }),
      },
    },
  };
  const value = (code: Code) => ({
    error: { code, message: SENTENCES[code], ...(again ? { retryAfterMs: 1_000 } : {}) },
  });
  return {
    description,
    headers: again ? { ...NO_STORE, 'Retry-After': header('RetryAfter') } : NO_STORE,
    content: {
      'application/json': {
        schema: { allOf: [ref('AudienceError'), narrowed] },
        examples: examples(Object.fromEntries(codes.map((code) => [code, value(code)]))),
      },
    },
  };
}

/** As the server says them; for the examples. */
const SENTENCES: Partial<Record<Code, string>> = {
  malformed: 'This is not a ballot for this poll.',
  'bad-token': 'The voter token is missing, forged or expired. Join again.',
  'bad-code': 'That rehearsal code is not right.',
  'too-large': 'The message is too large.',
  'rate-limited': 'Too often. Wait a moment, then try again.',
  paused: 'Voting is on hold. Try again in a moment.',
  unavailable: 'Not possible right now. Try again in a moment.',
  'not-found': 'There is nothing at this address.',
  'waiting-room': 'Many are arriving. Your place is kept.',
};

const BAD_CODE = refusal(['bad-code'], { description: 'The rehearsal code is wrong.', again: false });
const TOO_LARGE = refusal(['too-large'], {
  description: `The body is larger than ${bytes(EDGE_LIMITS.messageBytes)}. The connection ends. Final.`,
  again: false,
});
const UNAVAILABLE = refusal(['unavailable'], { description: 'The server can’t say now. Try again.', again: true });
const NO_WEBSOCKET = refusal(['malformed'], {
  description: 'No WebSocket handshake, or a broken one.',
  again: false,
});
const TOO_MANY_CODES = refusal(['rate-limited'], {
  description: 'Too many wrong codes from this network. Even the right one waits.',
  again: true,
});

const codeParameter = {
  name: 'code',
  in: 'query',
  required: false,
  description: 'The rehearsal code; the answer is the rehearsal’s then and no cache may keep it.',
  schema: { type: 'string', maxLength: 64 },
};

const PAGE_HEADERS = {
  ...COMMON,
  ETag: header('PageTag'),
  'Cache-Control': header('NoCache'),
  Vary: header('VaryPage'),
};
const STATE_HEADERS = {
  ...COMMON,
  ETag: header('StateTag'),
  'Cache-Control': header('StateCache'),
  Vary: header('Vary'),
};

/** One path: what is said about it, and its calls. HEAD comes with GET where it is answered; OPTIONS everywhere. */
function path(calls: { get?: object; post?: object }, { head }: { head: boolean }) {
  const methods = [...(calls.get ? ['GET'] : []), ...(calls.post ? ['POST'] : []), ...(head ? ['HEAD'] : [])];
  return {
    ...calls,
    ...(head
      ? {
          head: {
            summary: 'The headers of GET alone',
            responses: { default: { description: 'As GET, without a body.', headers: COMMON } },
          },
        }
      : {}),
    options: {
      summary: 'Preflight of a browser',
      security: [],
      responses: {
        '204': {
          description: `Allowed: ${methods.join(', ')} from any origin, with Authorization, Content-Type and If-None-Match.`,
          headers: {
            ...COMMON,
            'Access-Control-Allow-Methods': header('Methods'),
            'Access-Control-Allow-Headers': header('AllowedHeaders'),
            'Access-Control-Max-Age': header('PreflightAge'),
          },
        },
      },
    },
  };
}

const PATHS = {
  '/': path(
    {
      get: {
        summary: 'The viewer page',
        description:
          'HTML for people. The files it names lie beside it under names with a hash of their content (`Cache-Control: public, max-age=31536000, immutable`).',
        security: [],
        responses: {
          '200': {
            description: 'The page.',
            headers: PAGE_HEADERS,
            content: { 'text/html': { schema: { type: 'string' } } },
          },
          '304': { description: 'As you hold it.', headers: PAGE_HEADERS },
          '503': refusal(['unavailable'], {
            description: 'This server has no page; everything else works.',
            again: true,
          }),
        },
      },
    },
    { head: true },
  ),
  '/v1/join': path(
    {
      post: {
        operationId: 'join',
        summary: 'Become a voter, or stay the one you were',
        description:
          'Always gives a new token: for the voter of the old one while that holds, else for a new voter. The body may be empty. `Content-Type` is not looked at: `text/plain` spares a browser the preflight.',
        security: [],
        requestBody: {
          required: false,
          content: {
            'application/json': {
              schema: ref('JoinRequest'),
              examples: examples({
                'a new voter': {},
                'one who comes back': { token: TOKEN },
                'in rehearsal': { code: 'K7PM3XWQ' },
              }),
            },
          },
        },
        responses: {
          '200': json('You are in.', 'JoinResponse', { joined: JOINED }),
          '400': refusal(['malformed'], { description: 'This is no such request.', again: false }),
          '403': BAD_CODE,
          '413': TOO_LARGE,
          '429': refusal(['rate-limited'], {
            description: 'Too many arrivals, or wrong codes, from this network.',
            again: true,
          }),
          '503': refusal(['unavailable', 'waiting-room'], {
            description:
              '`unavailable`: the server has no state yet. `waiting-room`: arrivals wait at the door; whoever comes again after the time named keeps their place.',
            again: true,
          }),
        },
      },
    },
    { head: false },
  ),
  '/v1/state': path(
    {
      get: {
        operationId: 'getState',
        summary: 'The state now; what a polling client asks for',
        description:
          'Ask again after `hints.cadenceMs`, with `If-None-Match`. Without a token and a code it is the same for everybody and may come from a shared cache, a second old.',
        security: [{}, { voter: [] }],
        parameters: [
          codeParameter,
          {
            name: 'If-None-Match',
            in: 'header',
            required: false,
            description: 'The `ETag` of the state you hold.',
            schema: { type: 'string' },
          },
        ],
        responses: {
          '200': {
            description: 'The state.',
            headers: STATE_HEADERS,
            content: {
              'application/json': {
                schema: ref('PublicState'),
                examples: examples({
                  'nothing on air': STATE_QUIET,
                  'a poll': STATE_OPEN,
                  'its result': STATE_RESULTS,
                }),
              },
            },
          },
          '304': { description: 'Nothing newer than what you hold. No body.', headers: STATE_HEADERS },
          '403': BAD_CODE,
          '429': TOO_MANY_CODES,
          '503': UNAVAILABLE,
        },
      },
    },
    { head: true },
  ),
  '/v1/events': path(
    {
      get: {
        operationId: 'followState',
        summary: 'The state as Server-Sent Events: at once, then whenever it changes',
        description: `A stream that any \`EventSource\` reads, in lines of UTF-8, events ended by an empty line. \`audience.asyncapi.json\` has it too.

- \`event: state\`, \`id: <epoch>-<rev>\`, \`data:\` one line of JSON, a \`PublicState\` (below, \`x-events\`). The first comes at once, unless \`Last-Event-ID\` says that you hold it.
- \`retry: <ms>\` sets how long to wait before coming back; it has a random part already, so add none. It comes first, and again before the server ends the stream.
- A line that begins with a colon is a heartbeat, every ${seconds(EDGE_LIMITS.pingEveryMs)}. After ${seconds(EDGE_LIMITS.deadAfterMs)} without a byte take the stream for lost.

Votes go by \`POST /v1/ballots\`.`,
        security: [{}, { voter: [] }],
        parameters: [
          codeParameter,
          {
            name: 'Last-Event-ID',
            in: 'header',
            required: false,
            description: 'The `id` of the newest state you hold; browsers send it by themselves.',
            schema: { type: 'string', pattern: '^\\d+-\\d+$' },
          },
        ],
        responses: {
          '200': {
            description: 'The stream, which does not end by itself.',
            headers: {
              ...COMMON,
              'Cache-Control': header('EventCache'),
              Vary: header('Vary'),
              'X-Accel-Buffering': header('NoBuffer'),
            },
            content: {
              'text/event-stream': {
                schema: { type: 'string' },
                example: `retry: 2310\n\nevent: state\nid: ${STATE_OPEN.epoch}-${STATE_OPEN.rev}\ndata: ${JSON.stringify(STATE_OPEN)}\n\n:\n\n`,
                'x-events': { state: ref('PublicState') },
              },
            },
          },
          '403': BAD_CODE,
          '429': TOO_MANY_CODES,
          '503': UNAVAILABLE,
        },
      },
    },
    { head: false },
  ),
  '/v1/ws': path(
    {
      get: {
        summary: 'The WebSocket; audience.asyncapi.json describes it',
        security: [],
        responses: {
          '101': { description: 'From here on WebSocket: JSON in text frames, no subprotocol needed.' },
          '400': {
            ...NO_WEBSOCKET,
            headers: {
              ...NO_WEBSOCKET.headers,
              Upgrade: { description: 'What is spoken here.', required: false, schema: { const: 'websocket' } },
            },
          },
          '503': refusal(['unavailable'], {
            description: 'Too many sockets have not said hello yet, or this server is leaving. Try again.',
            again: true,
          }),
        },
      },
    },
    { head: false },
  ),
  '/v1/ballots': path(
    {
      post: {
        operationId: 'vote',
        summary: 'Cast a ballot',
        description:
          'The token stands in the `Authorization` header or as `token` in the body; `Content-Type` is not looked at, so that a page can send `text/plain`, which needs no preflight. Any client may vote here, whatever it gets its states by, and at any server of the show.',
        security: [{ voter: [] }, {}],
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: ref('BallotRequest'), examples: examples({ vote: BALLOT }) },
            'text/plain': {
              schema: ref('BallotRequest'),
              examples: examples({ 'with its token': { ...BALLOT, token: TOKEN } }),
            },
          },
        },
        responses: {
          '200': json(
            'The receipt. Final.',
            'BallotResponse',
            Object.fromEntries(Object.entries(RECEIPTS).map(([status, receipt]) => [status, { receipt }])),
          ),
          '400': refusal(['malformed'], {
            description:
              'No ballot for this poll: bad JSON, a wrong type, an unknown option, the wrong number of options, an option twice. Final; nothing was counted.',
            again: false,
          }),
          '401': refusal(['bad-token'], {
            description: 'No token, or one that is forged or has ended. Nothing was counted. Join again.',
            again: false,
          }),
          '413': TOO_LARGE,
          '429': refusal(['rate-limited'], {
            description: 'Too many ballots of this voter. Not known: send the same id again.',
            again: true,
          }),
          '503': refusal(['paused', 'unavailable'], {
            description:
              'Not known: send the same id again. `paused`: the poll is on hold. `unavailable`: the server can’t store it now.',
            again: true,
          }),
        },
      },
    },
    { head: false },
  ),
  '/healthz': path(
    {
      get: {
        summary: 'Whether the process lives',
        security: [],
        responses: { '200': json('It does.', 'Health', { ok: { status: 'ok' } }) },
      },
    },
    { head: true },
  ),
  '/readyz': path(
    {
      get: {
        summary: 'Whether viewers should be sent here',
        security: [],
        responses: {
          '200': json('They should.', 'Readiness', { ready: { status: 'ready' } }),
          '503': refusal(['unavailable'], {
            description: 'No state yet, the queue is full, the core is away, or this server is leaving.',
            again: true,
          }),
        },
      },
    },
    { head: true },
  ),
};

const text = (description: string, schema: object) => ({ description, schema: { type: 'string', ...schema } });

const HEADERS = {
  AnyOrigin: text('Pages of any origin may ask.', { const: '*' }),
  Exposed: text('What such a page may read.', { const: 'etag, retry-after' }),
  NoSniff: text('The content type holds.', { const: 'nosniff' }),
  NoStore: text('Nobody keeps this.', { const: 'no-store' }),
  NoCache: text('Ask again each time.', { const: 'no-cache' }),
  NoBuffer: text('For proxies: pass each event on at once.', { const: 'no' }),
  EventCache: text('No cache keeps a stream.', { enum: ['no-cache', 'no-store'] }),
  StateCache: text('A shared cache keeps it for a second; `no-store` with a code or a rehearsal token.', {
    enum: ['public, max-age=0, s-maxage=1, stale-if-error=10', 'no-store'],
  }),
  StateTag: text('`"<epoch>-<rev>"` of the state.', { pattern: '^"\\d+-\\d+"$' }),
  PageTag: text('Changes with the page.', { pattern: '^".+"$' }),
  Vary: text('A rehearsal token sees another state.', { const: 'authorization' }),
  VaryPage: text('It may come compressed.', { const: 'accept-encoding' }),
  RetryAfter: text('Whole seconds; `retryAfterMs` rounded up.', { pattern: '^[1-9]\\d*$' }),
  Methods: text('What may be asked here.', {}),
  AllowedHeaders: text('What a page may send.', { const: 'authorization, content-type, if-none-match' }),
  PreflightAge: text('Seconds that a browser may remember this.', { const: '7200' }),
};

/** The document. */
export function audienceOpenApi(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tallyroom audience',
      version: '1',
      description: [
        'What viewers’ devices say to a Tallyroom server over HTTP: join, follow the state by polling or Server-Sent Events, vote. The same over WebSocket is in `audience.asyncapi.json`. Tokens, ballot ids, receipts and states are the same on every transport, and a client may change over at any time.',
        ...[CHAPTERS.arrive, CHAPTERS.state, CHAPTERS.vote, CHAPTERS.results],
        ...[CHAPTERS.hints, CHAPTERS.limits, CHAPTERS.rehearsal],
        `## Everything else
Any other path, and any other method than those named here, is \`404\` with the code \`not-found\` (with \`Allow\` where the path has other methods). A request that is none gets 400, 408 or 431 with the same kind of body, and the connection ends.
Every answer but those last carries \`Access-Control-Allow-Origin: *\`; pages can read \`ETag\` and \`Retry-After\`. There are no redirects and no cookies.`,
        CHAPTERS.versions,
      ].join('\n\n'),
    },
    servers: [{ url: 'http://{host}', description: ADDRESS, variables: { host: { default: 'localhost:4320' } } }],
    paths: PATHS,
    components: {
      schemas: jsonSchemaComponents(
        {
          ...{ JoinRequest, JoinResponse, BallotRequest, BallotResponse, Receipt },
          ...{ PublicState, PublicPoll, PublicCta, PublicReaction, RecentRun, PublicResults, PublicAnswer, Hints },
          ...{ AudienceError, AudienceErrorCode, Health, Readiness },
        },
        { target: 'draft-2020-12' },
      ),
      headers: HEADERS,
      responses: {
        NoRequest: {
          description:
            'No HTTP request (400), one that took too long (408), or too long a head (431). The connection ends.',
          content: { 'application/json': { schema: ref('AudienceError') } },
        },
        NotFound: refusal(['not-found'], { description: 'There is nothing at this address.', again: false }),
      },
      securitySchemes: {
        voter: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The voter’s token, from `join` or `welcome`. In front of a state, one for the rehearsal shows the rehearsal.',
        },
      },
    },
  };
}
