/** The HTTP server of the desk port: who may speak at all is judged here, before any token, and the desk's page is served. */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import fastifySwagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { API_INFO, SECURITY_SCHEMES } from './api-docs.ts';
import { DESK_SOCKET_PATH } from './gateway.ts';
import { answerNoAddress, answerNoRequest } from './no-request.ts';
import { type DeskAddress, isAllowedHost, isAllowedOrigin } from './origin-rules.ts';
import { fail } from './refusals.ts';

export interface DeskHttpOptions {
  address: () => DeskAddress;
  /** Folder of the built desk page; where it is missing the API works without a page. */
  pageDir: string;
}

const REQUEST_WITHIN_MS = 30_000;
/** How often requests that don't come to their end are looked for. */
const REQUESTS_LOOK_MS = 1_000;
const COMMAND_BODY_LIMIT = 256 * 1024;

/** Builds the server, without its calls; nothing listens yet. */
export async function deskHttp({ address, pageDir }: DeskHttpOptions): Promise<FastifyInstance> {
  // The logger stays off: a request log would hold one-time codes and tokens.
  const app = fastify({
    ...{ logger: false, bodyLimit: COMMAND_BODY_LIMIT, forceCloseConnections: true },
    // A request that never ends holds a connection also with a token.
    requestTimeout: REQUEST_WITHIN_MS,
    http: {
      // By itself a minute, and of the two Node takes the longer one for the body.
      headersTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: REQUESTS_LOOK_MS,
      // Anything else that asks for another protocol is answered as if it had not.
      shouldUpgradeCallback: (request) => request.url?.startsWith(`${DESK_SOCKET_PATH}/`) === true,
    },
    clientErrorHandler: answerNoRequest,
    frameworkErrors: answerNoAddress(address),
  });
  // Routes check with zod, with the sentences that desks show; Fastify's schemas only make the document.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(fastifySwagger, {
    openapi: { openapi: '3.1.0', info: API_INFO, components: { securitySchemes: SECURITY_SCHEMES } },
  });
  guardDoor(app, address);
  // Before page and calls: what is registered takes the handler that stands at that moment.
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return fail(reply, 'malformed', 'The request could not be understood.');
    // Internals stay inside.
    return fail(reply, 'unavailable', 'The core could not answer.');
  });
  if (existsSync(pageDir)) await servePage(app, pageDir);
  app.setNotFoundHandler((_request, reply) =>
    fail(reply.header('cache-control', 'no-store'), 'not-found', 'There is nothing here.'),
  );
  return app;
}

function guardDoor(app: FastifyInstance, address: () => DeskAddress): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    if (!isAllowedHost(host, address()) || !isAllowedOrigin(origin, host)) {
      return fail(reply, 'forbidden-origin', 'This page or name may not use the desk.');
    }
    if (origin !== undefined) {
      reply.header('access-control-allow-origin', origin).header('vary', 'origin');
      if (request.method === 'OPTIONS') {
        return reply
          .header('access-control-allow-methods', 'GET, POST')
          .header('access-control-allow-headers', 'authorization, content-type')
          .header('access-control-max-age', '7200')
          .code(204)
          .send();
      }
    }
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    return undefined;
  });
}

async function servePage(app: FastifyInstance, pageDir: string): Promise<void> {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  await app.register(fastifyStatic, {
    root: pageDir,
    cacheControl: false,
    setHeaders(reply, path) {
      const hashed = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(path);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', policy);
    },
  });
}
