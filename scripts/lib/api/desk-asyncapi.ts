/** The desk's Socket.IO connection as an AsyncAPI document; what is in a message comes from the protocol's schemas. */
import { z } from 'zod';
import { API_INFO } from '../../../server/desk/api-docs.ts';
import { Command, CommandAnswer, DeskError } from '../../../shared/protocol/commands.ts';
import type { ActionAck, DeskClientEvents, DeskServerEvents } from '../../../shared/protocol/desk-events.ts';
import {
  Act,
  Change,
  Changes,
  DeskCue,
  DeskState,
  OnAir,
  ShowHead,
  Snapshot,
  SwitchState,
} from '../../../shared/protocol/desk-state.ts';
import { EpochMs } from '../../../shared/protocol/ids.ts';
import { jsonSchemaComponents } from '../../../shared/protocol/json-schema.ts';
import { ActionRecord, LogIntent, LogOutcome } from '../../../shared/protocol/logbook.ts';
import { EdgeVitals, Notice, Preflight, RunVitals, SwitchVitals, Vitals } from '../../../shared/protocol/vitals.ts';
import { channelMessages, type MessageDoc, messages, operation } from './async-document.ts';
import { CHANGES, COMMAND, COMMAND_ACKS, NOTICE, SERVER_TIME, SNAPSHOT } from './desk-examples.ts';

const CommandAck = z.union([CommandAnswer, DeskError]);
const ActionAckSchema: z.ZodType<ActionAck> = DeskError.nullable();

type AckName = 'commandAck' | 'actionAck' | 'timeAck' | 'snapshotAck';

/** An event that the protocol has and this does not name is a type error. */
const MESSAGES: Record<keyof DeskServerEvents | keyof DeskClientEvents | AckName, MessageDoc> = {
  snapshot: {
    title: 'The whole show',
    summary:
      'The first event of a connection, and again whenever something has changed that no revision tells. It replaces everything held.',
    schema: 'Snapshot',
    examples: { 'a poll is open': SNAPSHOT },
  },
  changes: {
    title: 'What one revision changed',
    summary:
      'All of it comes into force together. Apply it if `revision` is the held one plus one; drop it if it is not above the held one; if one is missing, `resync`.',
    schema: 'Changes',
    examples: { GO: CHANGES },
  },
  vitals: {
    title: 'How things are',
    summary: 'Four times a second. After two seconds without one take the link for lost.',
    schema: 'Vitals',
    examples: {},
  },
  notice: {
    title: 'A word to everybody at a desk',
    summary: 'To be shown.',
    schema: 'Notice',
    examples: { clock: NOTICE },
  },
  command: {
    title: 'A command',
    summary: 'As `POST /api/v1/commands` takes it; acknowledged with `commandAck`.',
    schema: 'Command',
    examples: { GO: COMMAND },
  },
  action: {
    title: 'An entry of this desk’s own log',
    summary: 'For desks that have nowhere of their own to keep one; acknowledged with `actionAck` once it is on disk.',
    schema: 'ActionRecord',
    examples: {},
  },
  time: { title: 'What time is it?', summary: 'No data; acknowledged with `timeAck`.', schema: null, examples: {} },
  resync: {
    title: 'Tell me everything again',
    summary: 'No data. Acknowledged with `snapshotAck`; without an acknowledgement asked for, answered by `snapshot`.',
    schema: null,
    examples: {},
  },
  commandAck: {
    title: 'What became of a command',
    summary: 'Its answer; an `error` when it was no command, or one too many.',
    schema: 'CommandAck',
    examples: COMMAND_ACKS,
  },
  actionAck: {
    title: 'Kept, or not',
    summary: 'Null once it is on disk.',
    schema: 'ActionAck',
    examples: { kept: null, full: { error: { code: 'log-full', message: 'This desk’s log is full.' } } },
  },
  timeAck: {
    title: 'The server’s time',
    summary: 'Whole milliseconds since 1970.',
    schema: 'EpochMs',
    examples: { now: SERVER_TIME },
  },
  snapshotAck: { title: 'The whole show', summary: 'As `snapshot`.', schema: 'Snapshot', examples: {} },
};

const CONNECTION = `[Socket.IO](https://socket.io) 4 at the path \`/desk\`, by WebSocket only (\`transports: ['websocket']\`), with \`auth: {token}\`. A client that has no good token gets \`connect_error\` with the message \`unauthorised\`; one from a foreign origin gets HTTP 403.
The name of a message is the name of its event, its payload the event’s one argument. What a client sends is answered in the event’s acknowledgement, whose payload is the reply here; an event that is not in this document gets an \`error\` with the code \`malformed\`. Let the library send nothing again by itself (\`retries: 0\`): a command is safe to repeat only by its id, and only while it is fresh.

With a bare WebSocket library instead: connect to \`/desk/?EIO=4&transport=websocket\`. Frames are text: a \`0…\` comes first; answer \`40{"token":"…"}\`; \`40{…}\` means you are in, \`44{"message":"unauthorised"}\` that you are not. \`42["name",data]\` is an event, \`42<n>["name",data]\` one that wants an acknowledgement, \`43<n>[data]\` that acknowledgement. Answer each \`2\` with \`3\`; the server sends one every 5 s.`;

/** The document. */
export function deskAsyncApi(): object {
  const receives = (name: keyof DeskClientEvents, reply: AckName, summary: string) =>
    operation({ action: 'receive', channel: 'desk', messages: [name], summary, description: null, reply: [reply] });
  const sends = (name: keyof DeskServerEvents, summary: string) =>
    operation({ action: 'send', channel: 'desk', messages: [name], summary, description: null, reply: null });
  return {
    asyncapi: '3.0.0',
    info: {
      title: API_INFO.title,
      version: API_INFO.version,
      description: `The connection of a control room’s desk: the show, then every change to it, figures beside it, commands the other way. Operations are named from the server’s side: what it receives, a desk sends. Tokens, commands and refusals are those of \`desk.openapi.json\`, which also has what a desk asks for once.

A desk sees what its roles may see: hidden numbers and unrevealed answers are absent, not null. Times are whole milliseconds since 1970 of the server’s clock. Ignore fields and events that you don’t know: within version 1 they are added, never changed or dropped.`,
    },
    defaultContentType: 'application/json',
    servers: {
      desk: {
        host: '{host}',
        protocol: 'socket.io',
        protocolVersion: '4',
        description: 'Where the desk port is; the server prints it (`deskUrl`).',
        variables: { host: { default: '127.0.0.1:4310' } },
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      desk: {
        address: '/desk',
        title: 'Socket.IO',
        description: CONNECTION,
        servers: [{ $ref: '#/servers/desk' }],
        messages: channelMessages(Object.keys(MESSAGES)),
      },
    },
    operations: {
      showAll: sends('snapshot', 'The whole show'),
      showChanges: sends('changes', 'One revision further'),
      showVitals: sends('vitals', 'The figures of now'),
      say: sends('notice', 'A word to everybody at a desk'),
      obey: receives('command', 'commandAck', 'A desk gives a command'),
      keep: receives('action', 'actionAck', 'A desk has its log kept'),
      tellTime: receives('time', 'timeAck', 'A desk sets its clock'),
      showAgain: receives('resync', 'snapshotAck', 'A desk has missed something'),
    },
    components: {
      messages: messages(MESSAGES),
      schemas: jsonSchemaComponents(
        {
          ...{ Snapshot, DeskState, DeskCue, ShowHead, OnAir, SwitchState, Act, Changes, Change },
          ...{ Vitals, EdgeVitals, RunVitals, SwitchVitals, Preflight, Notice },
          ...{
            Command,
            CommandAck,
            DeskError,
            ActionRecord,
            LogIntent,
            LogOutcome,
            ActionAck: ActionAckSchema,
            EpochMs,
          },
        },
        { target: 'draft-07' },
      ),
      securitySchemes: {
        token: {
          type: 'userPassword',
          description: 'A desk token or a session token, as `token` of the handshake’s auth.',
        },
      },
    },
  };
}
