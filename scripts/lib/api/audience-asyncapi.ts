/** The audience port's WebSocket and event stream as an AsyncAPI document; what is in a message comes from the protocol's schemas. */
import { EDGE_LIMITS } from '../../../server/edge/limits.ts';
import {
  AudienceErrorCode,
  CLOSE,
  ClientFrame,
  Hints,
  PublicAnswer,
  PublicCta,
  PublicPoll,
  PublicReaction,
  PublicResults,
  PublicState,
  Receipt,
  RecentRun,
  ServerFrame,
} from '../../../shared/protocol/audience.ts';
import { jsonSchemaComponents } from '../../../shared/protocol/json-schema.ts';
import { channelMessages, type MessageDoc, messages, operation } from './async-document.ts';
import { CLIENT_FRAMES, SERVER_FRAMES, STATE_OPEN, STATE_RESULTS } from './audience-examples.ts';
import { ADDRESS, bytes, CHAPTERS, seconds } from './audience-words.ts';

type FrameName = ClientFrame['t'] | ServerFrame['t'];
const schemaName = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Frame`;

/** A frame type that the protocol has and this does not name is a type error. */
const WORDS: Record<FrameName, { title: string; summary: string }> = {
  hello: {
    title: 'Who I am',
    summary: 'The first frame of a connection, once. A null token makes a new voter.',
  },
  ballot: {
    title: 'A vote',
    summary: 'Answered by a `receipt` with its id as `ballotId`, or an `error` with its id as `ref`.',
  },
  ping: { title: 'Are you there?', summary: 'Answered by `pong`.' },
  welcome: {
    title: 'You are in',
    summary: 'Answers `hello`. With `token` where a new one was made: keep it. Always with the newest state.',
  },
  state: { title: 'What is on air', summary: 'The whole state, whenever it has changed; the latest wins.' },
  receipt: { title: 'What became of a vote', summary: 'Final. The same id gets the same receipt again.' },
  pong: { title: 'I am here', summary: 'Answers `ping` with the server’s time.' },
  error: {
    title: 'That did not work',
    summary:
      'The connection stays, unless a `bye` follows. With `retryAfterMs`: not known or not now, try the same again after it. Without: final.',
  },
  bye: {
    title: 'This connection ends',
    summary: 'The last frame of a connection that the server ends in order; the close code says the rest.',
  },
};

const EXAMPLES: Record<FrameName, Record<string, unknown>> = { ...CLIENT_FRAMES, ...SERVER_FRAMES };
const clientFrames = ClientFrame.options.map((type) => ({ name: type.shape.t.value, type }));
const serverFrames = ServerFrame.options.map((type) => ({ name: type.shape.t.value, type }));
const frames = [...clientFrames, ...serverFrames];
const docOf = (name: FrameName): MessageDoc => ({
  ...WORDS[name],
  schema: schemaName(name),
  examples: EXAMPLES[name],
});

/** Close codes with the `reason` of the `bye` before them; none where the connection just ends. */
const CLOSE_CODES = [
  {
    code: CLOSE.restart,
    reasons: ['restart'],
    meaning: 'This server is going away. Come back, to any server of the show.',
  },
  {
    code: CLOSE.tryLater,
    reasons: ['rate-limited', 'unavailable', 'waiting-room', 'full', 'too-many-sockets'],
    meaning:
      'You can’t come in now, or have to leave for others: there is no room and most of it is held by your network, or your token has newer sockets. Come back later.',
  },
  { code: CLOSE.slowReader, reasons: ['slow-reader'], meaning: 'You read too slowly. Come back, perhaps by polling.' },
  {
    code: CLOSE.badToken,
    reasons: ['bad-token'],
    meaning: 'The token is forged or has ended. Say hello with null, or join with the old one.',
  },
  {
    code: 1008,
    reasons: ['no-hello', 'bad-code', 'too-many-frames'],
    meaning:
      'No valid hello came in time, or too much else before it, or the rehearsal code is wrong, or too many frames were no ballots. Don’t come back with the same.',
  },
  { code: 1009, reasons: [], meaning: `A frame was larger than ${bytes(EDGE_LIMITS.frameBytes)}.` },
  { code: 1002, reasons: [], meaning: 'That was no WebSocket frame.' },
  { code: 1007, reasons: [], meaning: 'A text frame was no UTF-8.' },
] as const;

const closeTable = [
  '| code | `bye.reason` | meaning |',
  '|---|---|---|',
  ...CLOSE_CODES.map(
    ({ code, reasons, meaning }) =>
      `| ${code} | ${reasons.map((r) => `\`${r}\``).join(', ') || 'no `bye`'} | ${meaning} |`,
  ),
].join('\n');

const SOCKET = `Text frames, each one JSON object whose \`t\` names the message. No subprotocol, no token in the address, no compression.

1. Connect and send \`hello\` within ${seconds(EDGE_LIMITS.helloMs)}; otherwise the socket is closed (1008). Until then nothing else is answered but with \`error\` \`hello-first\`.
2. \`welcome\` brings the state, and a token where you had none.
3. \`state\` comes whenever something has changed. Send ballots when you like, several at once too: receipts come in any order, so match them by id.
4. The server sends WebSocket pings every ${seconds(EDGE_LIMITS.pingEveryMs)}, which every library answers by itself, and ends a socket from which it has had no frame for ${seconds(EDGE_LIMITS.deadAfterMs)}. Where you can’t see its pings (in a browser), send \`ping\` whenever nothing has come for ${seconds(EDGE_LIMITS.pingEveryMs)}, and take further silence for a lost connection.
5. A frame of a type that the server doesn’t know is answered with \`error\` \`unknown-type\`, a frame over ${bytes(EDGE_LIMITS.messageBytes)} with \`error\` \`too-large\`; the socket stays.
6. After any end come back: wait \`bye.retryAfterMs\` (without a \`bye\`: \`hints.retryAfterMs\`) plus a random part of \`hints.jitterMs\`, say \`hello\` with your token and the \`epoch\` and \`rev\` you hold, and send again, with the same ids, every ballot that has no receipt.

${closeTable}

A connection that ends without a close frame (1006 in most libraries) was lost: come back.`;

const EVENTS = `Server-Sent Events over HTTP GET (\`audience.openapi.json\` has the answers that are no stream). Optional: \`?code=\` with the rehearsal code, the header \`Last-Event-ID\` with the newest id you hold.
Each event: \`event: state\`, \`id: <epoch>-<rev>\`, \`data:\` with one line of JSON (the payload here). \`retry:\` sets when to come back, its random part included. A line that begins with a colon is a heartbeat, every ${seconds(EDGE_LIMITS.heartbeatEveryMs)}.`;

/** The document. */
export function audienceAsyncApi(): object {
  const server = (protocol: string) => ({
    host: '{host}',
    protocol,
    description: ADDRESS,
    variables: { host: { default: 'localhost:4320' } },
  });
  const names = (list: { name: FrameName }[]) => list.map(({ name }) => name);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tallyroom audience',
      version: '1',
      description: [
        'What viewers’ devices and a Tallyroom server say to each other over WebSocket and Server-Sent Events. Operations are named from the server’s side: what it receives, a client sends. The HTTP calls are in `audience.openapi.json`; tokens, ballot ids, receipts and states are the same on every transport.',
        ...[CHAPTERS.arrive, CHAPTERS.state, CHAPTERS.vote, CHAPTERS.results],
        ...[CHAPTERS.hints, CHAPTERS.limits, CHAPTERS.rehearsal, CHAPTERS.versions],
      ].join('\n\n'),
    },
    defaultContentType: 'application/json',
    servers: { socket: server('ws'), http: server('http') },
    channels: {
      socket: {
        address: '/v1/ws',
        title: 'WebSocket',
        description: SOCKET,
        servers: [{ $ref: '#/servers/socket' }],
        messages: channelMessages(names(frames)),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
        'x-close-codes': CLOSE_CODES,
      },
      events: {
        address: '/v1/events',
        title: 'Server-Sent Events',
        description: EVENTS,
        servers: [{ $ref: '#/servers/http' }],
        messages: { stateEvent: { $ref: '#/components/messages/stateEvent' } },
      },
    },
    operations: {
      sayHello: operation({
        action: 'receive',
        channel: 'socket',
        messages: ['hello'],
        summary: 'A client comes in, or comes back',
        description: null,
        reply: ['welcome', 'error', 'bye'],
      }),
      vote: operation({
        action: 'receive',
        channel: 'socket',
        messages: ['ballot'],
        summary: 'A client casts a ballot',
        description: CHAPTERS.vote.replace(/^## .*\n/, ''),
        reply: ['receipt', 'error', 'bye'],
      }),
      askForLife: operation({
        action: 'receive',
        channel: 'socket',
        messages: ['ping'],
        summary: 'A client asks whether the server is there',
        description: null,
        reply: ['pong', 'error'],
      }),
      showState: operation({
        action: 'send',
        channel: 'socket',
        messages: ['state'],
        summary: 'What is on air has changed',
        description: null,
        reply: null,
      }),
      sayGoodbye: operation({
        action: 'send',
        channel: 'socket',
        messages: ['bye'],
        summary: 'The server ends the connection',
        description: null,
        reply: null,
      }),
      streamState: operation({
        action: 'send',
        channel: 'events',
        messages: ['stateEvent'],
        summary: 'The state, at once and whenever it has changed',
        description: null,
        reply: null,
      }),
    },
    components: {
      messages: messages({
        ...Object.fromEntries(frames.map(({ name }) => [name, docOf(name)])),
        stateEvent: {
          title: 'What is on air',
          summary: 'The `data` of `event: state`.',
          schema: 'PublicState',
          examples: { 'a poll': STATE_OPEN, 'its result': STATE_RESULTS },
        },
      }),
      schemas: jsonSchemaComponents(
        {
          ...Object.fromEntries(frames.map(({ name, type }) => [schemaName(name), type])),
          ...{ Receipt, AudienceErrorCode, Hints },
          ...{ PublicState, PublicPoll, PublicCta, PublicReaction, RecentRun, PublicResults, PublicAnswer },
        },
        { target: 'draft-07' },
      ),
    },
  };
}
