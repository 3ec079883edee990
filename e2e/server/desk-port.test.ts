/** What a desk is told: state, changes, vitals, journal and counts. */
import { describe, expect, test } from 'vitest';
import { DeskState, Snapshot } from '../../shared/protocol/desk-state.ts';
import { JournalEntry, Recount } from '../../shared/protocol/records.ts';
import { Vitals } from '../../shared/protocol/vitals.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const socket = (options: Partial<Parameters<typeof DeskSocket.open>[0]> = {}) =>
  DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken, ...options });

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
    const askedMs = Date.now();
    const state = await here.server.desk().state();
    const answeredMs = Date.now();
    expect(DeskState.parse(state)).toEqual(state);
    expect(Object.keys(state)).toEqual(
      expect.arrayContaining(['revision', 'serverNowMs', 'show', 'cues', 'onAir', 'switches']),
    );
    expect(state.show).toMatchObject({ title: 'Test show', mode: 'live' });
    expect(state.onAir).toStrictEqual({ poll: id, cta: null, reaction: null });
    // The machine’s time in between, but for what a clock that is being set right may be off.
    expect(state.serverNowMs).toBeGreaterThan(askedMs - 1_000);
    expect(state.serverNowMs).toBeLessThan(answeredMs + 1_000);
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
