/** The audience port as an OpenAPI document; what is in a body comes from the protocol's schemas. */
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
import { ref, refusal } from './audience-answers.ts';
import { HEADERS } from './audience-headers.ts';
import { PATHS } from './audience-paths.ts';
import { ADDRESS, CHAPTERS } from './audience-words.ts';

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
            'No HTTP request (400), one that took too long (408), or too long a head (431). The connection ends. Who asked for a page (`Accept: text/html`, not below `/v1/`) gets one that says so.',
          content: { 'application/json': { schema: ref('AudienceError') } },
        },
        NotFound: refusal(['not-found'], {
          description:
            'There is nothing at this address. Who asked for a page (`Accept: text/html`, not below `/v1/`) gets one that says so.',
          again: false,
        }),
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
