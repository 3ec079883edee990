/** The HTTP calls of the audience port, as its OpenAPI document describes them. */
import { EDGE_LIMITS } from '../../../server/edge/limits.ts';
import {
  BAD_CODE,
  examples,
  json,
  NO_WEBSOCKET,
  ref,
  refusal,
  TOO_LARGE,
  TOO_MANY_CODES,
  UNAVAILABLE,
} from './audience-answers.ts';
import { BALLOT, JOINED, RECEIPTS, STATE_OPEN, STATE_QUIET, STATE_RESULTS, TOKEN } from './audience-examples.ts';
import { COMMON, header, PAGE_HEADERS, STATE_HEADERS } from './audience-headers.ts';
import { path } from './audience-path.ts';
import { seconds } from './audience-words.ts';

const codeParameter = {
  name: 'code',
  in: 'query',
  required: false,
  description: 'The rehearsal code; the answer is the rehearsal’s then and no cache may keep it.',
  schema: { type: 'string', maxLength: 64 },
};

/** `paths`. */
export const PATHS = {
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
            description:
              'This server has no page; everything else works. With `Accept: text/html` in a form for people.',
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
- A line that begins with a colon is a heartbeat, every ${seconds(EDGE_LIMITS.heartbeatEveryMs)}. After ${seconds(EDGE_LIMITS.deadAfterMs)} without a byte take the stream for lost.

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
