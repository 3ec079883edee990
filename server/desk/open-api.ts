import type { FastifyInstance } from 'fastify';
import { NO_SESSIONS } from '../../shared/protocol/process.ts';
import { addDeskCalls } from './calls.ts';
import { deskHttp } from './http.ts';
import { Sessions } from './sessions.ts';

function unused(): never {
  throw new Error('the document describes the calls and makes none');
}

/** The OpenAPI document of the desk port, as `GET /api/v1/openapi.json` gives it. */
export async function deskOpenApi(): Promise<ReturnType<FastifyInstance['swagger']>> {
  const tokens = { owner: '', producer: '', director: '', operator: '', verifier: '' };
  const app = await deskHttp({ address: unused, pageDir: '' });
  await addDeskCalls(app, {
    sessions: new Sessions({
      ...{ deskTokens: tokens, sessionSecret: '', codes: [], onCodeUsed: unused },
      ...{ book: NO_SESSIONS, onBook: unused, monotonicNow: unused },
    }),
    connections: { known: unused, gone: unused },
    door: { submit: unused, mayAsk: unused },
    lookup: unused,
    state: unused,
    vitals: unused,
    log: unused,
    actions: unused,
    recount: unused,
    evidence: unused,
    series: unused,
    runSeries: unused,
    metrics: unused,
    onSession: unused,
    onSessionsEnded: unused,
    monotonicNow: unused,
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
