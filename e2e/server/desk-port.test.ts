/** The desk port: who is let in, what a desk is told, and how a command is answered. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { DeskState, JournalEntry, Recount, Snapshot, Vitals } from '../../shared/protocol/desk.ts';
import { DeskClient } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { type RawRequest, rawHttp } from './testing/raw-http.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const socket = (options: Partial<Parameters<typeof DeskSocket.open>[0]> = {}) =>
  DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken, ...options });
const json = { 'content-type': 'application/json' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const GUARDED = [
  '/api/v1/state',
  '/api/v1/vitals',
  '/api/v1/log',
  '/api/v1/polls/x/recount',
  '/api/v1/openapi.json',
  '/metrics',
  `/api/v1/commands/${randomUUID()}`,
];

describe('who is let in', () => {
  test('a code opens one session and no second one', async () => {
    const { hash } = new URL(here.server.ready.deskUrl);
    const code = new URLSearchParams(hash.slice(1)).get('code');
    expect(code).toMatch(/^\S{16,}$/);
    const ask = (body: string) =>
      rawHttp(here.server.deskUrl, '/api/v1/session', { method: 'POST', headers: json, body });
    const wrong = await ask(JSON.stringify({ code: 'not-this-one' }));
    expect(wrong.status).toBe(403);
    expect(JSON.parse(wrong.text)).toStrictEqual({ error: { code: 'bad-code', message: expect.any(String) } });
    const first = await ask(JSON.stringify({ code }));
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toContain('no-store');
    const session = JSON.parse(first.text);
    expect(session).toMatchObject({ token: expect.stringMatching(/^\S{20,}$/), roles: ['owner'] });
    expect((await ask(JSON.stringify({ code }))).status).toBe(403);
    for (const body of ['{}', '{"code":7}', '[]', 'x', '']) expect((await ask(body)).status, body).toBe(400);
    const desk = new DeskClient(here.server.deskUrl, session.token);
    expect((await desk.state()).show.title).toBe('Test show');
    expect((await socket({ token: session.token })).socket.connected).toBe(true);
  });

  test('nobody without a token of the desk', async () => {
    const viewer = await HttpViewer.arrive({ audienceUrl: here.server.audienceUrl });
    const { rehearsalCode, deskToken } = here.server.ready;
    const tokens = {
      'a viewer’s': viewer.token,
      'the rehearsal code': rehearsalCode,
      'a cut one': deskToken.slice(0, -1),
      'a made-up one': 's.e30.x',
    };
    for (const path of GUARDED) {
      expect((await rawHttp(here.server.deskUrl, path)).status, path).toBe(401);
      for (const [whose, token] of Object.entries(tokens)) {
        const { status, text } = await rawHttp(here.server.deskUrl, path, { headers: bearer(token) });
        expect(status, `${path} with ${whose}`).toBe(401);
        expect(JSON.parse(text)).toStrictEqual({ error: { code: 'unauthorised', message: expect.any(String) } });
      }
    }
    const command = JSON.stringify({ id: randomUUID(), type: 'show.clear', clientTimeMs: Date.now() });
    for (const token of [...Object.values(tokens), '']) {
      const request: RawRequest = { method: 'POST', headers: { ...json, ...bearer(token) }, body: command };
      expect((await rawHttp(here.server.deskUrl, '/api/v1/commands', request)).status).toBe(401);
      await expect(socket({ token })).rejects.toThrow('unauthorised');
    }
    for (const token of [undefined, null, 7, {}, [deskToken]])
      await expect(socket({ token })).rejects.toThrow('unauthorised');
    // In the address it would stand in histories and logs.
    expect((await rawHttp(here.server.deskUrl, `/api/v1/state?token=${deskToken}`)).status).toBe(401);
  });

  test.for([
    ['a foreign page', { origin: 'http://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page under https', { origin: 'https://127.0.0.1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['a name that was turned to this machine', { host: 'evil.example' }],
    ['such a name with the port', { host: 'evil.example:PORT', origin: 'http://evil.example:PORT' }],
    ['another port’s host', { host: '127.0.0.1:1' }],
    ['a look-alike', { host: '127.0.0.1.evil.example:PORT' }],
  ] as [string, Record<string, string>][])('%s is refused, token or not', async ([, given]) => {
    const { port } = new URL(here.server.deskUrl);
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replaceAll('PORT', port)]),
    );
    for (const path of ['/', ...GUARDED]) {
      const {
        status,
        text,
        headers: got,
      } = await rawHttp(here.server.deskUrl, path, {
        headers: { ...headers, ...bearer(here.server.ready.deskToken) },
      });
      expect(status, path).toBe(403);
      expect(JSON.parse(text).error.code).toBe('forbidden-origin');
      expect(got['access-control-allow-origin']).toBeUndefined();
    }
    const posted = await rawHttp(here.server.deskUrl, '/api/v1/session', {
      method: 'POST',
      headers: { ...json, ...headers },
      body: '{"code":"x"}',
    });
    expect(posted.status).toBe(403);
    expect(JSON.parse(posted.text).error.code).toBe('forbidden-origin');
    expect(await upgradeStatus({ headers }), 'no socket for it either').not.toBe(101);
    await expect(socket({ headers })).rejects.toThrow();
  });

  test('this machine’s own names and the window’s own page are let in', async () => {
    const { port } = new URL(here.server.deskUrl);
    for (const headers of [
      { host: `localhost:${port}` },
      { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` },
      { host: `localhost:${port}`, origin: `http://localhost:${port}` },
      { origin: 'tallyroom://desk' },
    ] as Record<string, string>[]) {
      const { status } = await rawHttp(here.server.deskUrl, '/api/v1/state', {
        headers: { ...headers, ...bearer(here.server.ready.deskToken) },
      });
      expect(status, JSON.stringify(headers)).toBe(200);
      expect((await socket({ headers })).socket.connected).toBe(true);
    }
  });

  test('Socket.IO opens by WebSocket only', async () => {
    const polling = await rawHttp(here.server.deskUrl, '/desk/?EIO=4&transport=polling', {
      headers: bearer(here.server.ready.deskToken),
    });
    expect(polling.status).toBe(400);
    expect(polling.text).not.toContain('"sid"');
    await expect(socket({ transports: ['polling'] })).rejects.toThrow();
    expect(await upgradeStatus({})).toBe(101);
  });

  function upgradeStatus({ headers = {} }: { headers?: Record<string, string> }): Promise<number> {
    const ws = new WebSocket(`${here.server.deskUrl.replace(/^http/, 'ws')}/desk/?EIO=4&transport=websocket`, {
      headers,
    });
    return new Promise((resolve) => {
      ws.on('open', () => {
        ws.terminate();
        resolve(101);
      });
      ws.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      ws.on('error', () => {});
    });
  }

  test('what is not there is not there', async () => {
    for (const path of ['/v1/state', '/v1/join', '/api/v1/nothing', '/api/v2/state', '/..%2fpackage.json']) {
      const { status } = await rawHttp(here.server.deskUrl, path, { headers: bearer(here.server.ready.deskToken) });
      expect(status, path).toBe(404);
    }
  });
});

describe('what a desk is told', () => {
  test('a snapshot, then every change in order, on every desk', async () => {
    const desk = await socket();
    const other = await socket({ token: here.server.ready.deskTokens.director });
    const first = await until(() => desk.snapshots[0], { what: 'a snapshot' });
    expect(Snapshot.parse(first)).toEqual(first);
    expect(Object.keys(first).sort()).toEqual(['revision', 'serverNowMs', 'state']);
    expect(first.state.revision).toBe(first.revision);
    const { id } = await here.stage.air(newPoll());
    await here.server.desk().command('poll.pause', id, { reason: 'a goal' });
    await here.server.desk().send({ type: 'cue.go', target: id });
    const { revision } = await here.server.desk().state();
    await until(() => [desk, other].every(({ changes }) => changes.at(-1)?.revision === revision), {
      what: 'all changes',
    });
    for (const { snapshots, changes } of [desk, other]) {
      const from = snapshots[0]?.revision ?? 0;
      expect(changes.map((change) => change.revision)).toEqual(changes.map((_, n) => from + n + 1));
    }
    // Carried out one by one, the changes make what a new snapshot shows.
    const cues = new Map<string, unknown>(first.state.cues.map((cue) => [cue.id, cue]));
    for (const change of desk.changes.flatMap(({ changes }) => changes)) {
      expect(['cue', 'run', 'switch', 'show', 'desk']).toContain(change.kind);
      if (change.kind === 'cue') cues.set(change.id, change.value);
    }
    const again = await desk.resync();
    expect(again.revision).toBeGreaterThanOrEqual(revision);
    for (const cue of again.state.cues) expect(cues.get(cue.id)).toEqual(cue);
    expect(Snapshot.parse(again)).toEqual(again);
  });

  test('vitals four times a second, by the server’s own clock', async () => {
    const desk = await socket();
    await until(
      () => {
        const [first, last] = [desk.vitals[0], desk.vitals.at(-1)];
        return first !== undefined && last !== undefined && last.serverNowMs - first.serverNowMs >= 4_000;
      },
      { what: 'vitals over four seconds' },
    );
    const times = desk.vitals.map(({ serverNowMs }) => serverNowMs);
    for (const at of times.filter((time) => time <= (times[0] ?? 0) + 2_000)) {
      const within = times.filter((time) => time >= at && time <= at + 2_000).length;
      expect(within, `vitals in the 2 s after ${at}`).toBeGreaterThanOrEqual(3);
      expect(within).toBeLessThanOrEqual(10);
    }
    for (const vitals of desk.vitals) expect(Vitals.parse(vitals)).toEqual(vitals);
    const now = await here.server.desk().vitals();
    expect(Vitals.parse(now)).toEqual(now);
    expect(now.desks).toBeGreaterThanOrEqual(1);
    expect(Object.keys(desk.vitals[0] ?? {})).toEqual(Object.keys(now));
  });

  test('the state, to the last field', async () => {
    const { id, kind, text, options, graceMs, durationMs } = newPoll({
      class: 'editorial',
      maxBallots: 2,
      mystery: { kept: true },
    });
    const ready = await here.stage.add({
      id,
      kind,
      text,
      options,
      graceMs,
      durationMs,
      class: 'editorial',
      maxBallots: 2,
      mystery: { kept: true },
    });
    expect(ready).toMatchObject({
      ...{ id, kind, text, options, graceMs, durationMs, class: 'editorial', maxBallots: 2, mystery: { kept: true } },
      ...{ runId: `${id}:live:1`, round: 1, intake: 'ready', revision: expect.any(Number) },
      visibility: { desk: 'counts', audience: 'hidden', overlay: 'hidden', api: 'hidden' },
    });
    for (const field of ['openedAtMs', 'closesAtMs', 'tally']) expect(ready).not.toHaveProperty(field);
    const aired = await here.stage.go(id);
    expect(aired.closesAtMs - aired.openedAtMs).toBe(durationMs);
    const state = await here.server.desk().state();
    expect(DeskState.parse(state)).toEqual(state);
    expect(Object.keys(state)).toEqual(
      expect.arrayContaining(['revision', 'serverNowMs', 'show', 'cues', 'onAir', 'switches']),
    );
    expect(state.show).toMatchObject({ title: 'Test show', mode: 'live' });
    expect(state.onAir).toStrictEqual({ poll: id, cta: null, reaction: null });
    expect(Math.abs(state.serverNowMs - Date.now())).toBeLessThan(5_000);
    const noNulls = JSON.stringify({ ...state, onAir: null }).replace('"onAir":null', '');
    expect(noNulls).not.toContain(':null');
    // A cue's revision is the journal's number of its last change, and not the show's.
    const go = (await here.server.desk().call('GET', `/api/v1/log?after=${aired.revision - 1}&limit=1`)).body
      .entries[0];
    expect(go).toMatchObject({ revision: aired.revision, type: 'cue.go', target: id });
    await here.stage.add(newPoll());
    expect((await here.server.desk().cue(id)).revision).toBe(aired.revision);
  });

  test('a recount from the ledger, of a round or of the current one', async () => {
    const desk = here.server.desk();
    const { id } = await here.stage.air(newPoll());
    for (const choice of ['a', 'b', 'a']) {
      const voter = await voterOn('http', { audienceUrl: here.server.audienceUrl });
      await voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: [choice] });
    }
    const open = await desk.recount(id);
    expect(open).toStrictEqual({
      ...{ pollId: id, round: 1, total: 3, live: { total: 3 }, matches: true, chain: 'ok' },
      options: [
        ['a', 2],
        ['b', 1],
        ['c', 0],
      ].map(([option, count]) => ({ id: option, count })),
      classes: {
        counted: 3,
        duplicate: 0,
        late: 0,
        'over-limit': 0,
        'not-eligible': 0,
        malformed: 0,
        'rate-limited': 0,
        unknown: 0,
      },
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Recount.parse(open)).toEqual(open);
    const { head, tally } = await here.stage.close(id);
    const sealed = await desk.recount(id);
    expect(sealed.head).toBe(head);
    expect(tally).toMatchObject({ total: 3 });
    await desk.command('cue.rerun', id);
    expect(await desk.recount(id)).toMatchObject({ round: 2, total: 0, matches: true });
    expect(await desk.recount(id, 1)).toEqual(sealed);
    expect((await desk.call('GET', `/api/v1/polls/${id}/recount?round=9`)).status).toBe(404);
    expect((await desk.call('GET', `/api/v1/polls/${id}/recount?round=one`)).status).toBe(400);
    expect((await desk.call('GET', '/api/v1/polls/nobody/recount')).status).toBe(404);
  });

  test('the journal, page by page, refusals with it', async () => {
    const desk = here.server.desk();
    const { id } = await here.stage.add(newPoll());
    await desk.send({ type: 'cue.go', target: id });
    const all: JournalEntry[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { status, body } = await desk.call('GET', `/api/v1/log?after=${after}&limit=7`);
      expect(status).toBe(200);
      expect(body.entries.length).toBeLessThanOrEqual(7);
      all.push(...body.entries);
      after = body.next;
    }
    const { revision } = await desk.state();
    expect(all.map((entry) => entry.revision)).toEqual(Array.from({ length: revision }, (_, n) => n + 1));
    for (const entry of all) expect(JournalEntry.parse(entry)).toEqual(entry);
    expect(all.at(-1)).toMatchObject({
      ...{ type: 'cue.go', target: id, actor: 'owner', commandId: expect.any(String), source: expect.any(String) },
      answer: { status: 'refused', code: 'wrong-intake' },
    });
    expect((await desk.call('GET', `/api/v1/log?after=${revision}`)).body.entries).toEqual([]);
    for (const query of ['after=x', 'limit=-1', 'after=1.5'])
      expect((await desk.call('GET', `/api/v1/log?${query}`)).status, query).toBe(400);
  });

  test('the document of all calls, and the metrics', async () => {
    const desk = here.server.desk();
    const { status, body } = await desk.call('GET', '/api/v1/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\./);
    const calls = Object.entries(body.paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls).toEqual(
      expect.arrayContaining([
        ...[
          'POST /api/v1/session',
          'POST /api/v1/commands',
          'GET /api/v1/commands/{id}',
          'GET /api/v1/state',
          'GET /api/v1/vitals',
        ],
        ...['GET /api/v1/log', 'GET /api/v1/polls/{id}/recount', 'GET /api/v1/openapi.json', 'GET /metrics'],
      ]),
    );
    const metrics = await desk.call('GET', '/metrics');
    expect(metrics.status).toBe(200);
    expect(metrics.body).toMatch(/^# HELP \S+/m);
    expect(metrics.body).toMatch(/^tallyroom_\w+(\{.*\})? [\d.e+]+$/m);
  });
});
