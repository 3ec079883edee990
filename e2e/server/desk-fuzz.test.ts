/**
 * Thousands of requests and packets that are nearly right, at every entry of the desk port and with every role's token: nothing
 * breaks, nothing gets out that its reader may not know, and the desks that are there meanwhile are served. `TALLYROOM_FUZZ=n`
 * plays n times as many.
 */
import { expect, test } from 'vitest';
import { Role } from '../../shared/protocol/commands.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { Attack, TIMES } from './testing/fuzz/attack.ts';
import { deskPackets } from './testing/fuzz/desk-packets.ts';
import { EMBARGOED_CUES, embargo, isWhole, RIDDLE, SEALED, vote } from './testing/fuzz/embargo.ts';
import type { Step } from './testing/fuzz/exchange.ts';
import { judge, secret } from './testing/fuzz/forbidden.ts';
import { Patience } from './testing/fuzz/patience.ts';
import { probed } from './testing/fuzz/probes.ts';
import { documentedRequests, lines, upgrade } from './testing/fuzz/requests.ts';
import { Sampler, uuid } from './testing/fuzz/sampler.ts';
import { mutated, oddFrame, plainFrame } from './testing/mutations.ts';
import { poll } from './testing/place.ts';
import { chosenSeed, seededRandom } from './testing/seeded-random.ts';
import { PROJECT } from './testing/server.ts';
import { ApiDocument, isObject, type Json } from './testing/stranger/api-document.ts';
import { until } from './testing/until.ts';

const here = fileServer({
  mode: 'live',
  edges: 1,
  cues: [
    ...EMBARGOED_CUES,
    poll('q1', { durationMs: 60_000, graceMs: 0 }),
    poll('q2', { durationMs: 60_000, graceMs: 500 }),
    { id: 'n1', kind: 'note', text: 'Smile', durationMs: 10_000, graceMs: 0 },
  ],
  env: probed,
});
const REQUESTS = 8_000;
const PACKET_GROUPS = 5_000;
/** How long a desk may wait for the time meanwhile: machines that run tests are busy. */
const PATIENCE_MS = 10_000;
/** A desk that is let in has its snapshot by then; one that is not gets nothing. */
const LET_IN_MS = 1_000;
const LAST_ANSWER_MS = 300;
const LAST_ACK = 424_242;
const SOCKET = '/desk/?EIO=4&transport=websocket';

/** Commands that would end what is watched here: they tell a hidden number by right, or restart the edges. */
const LOOSENS = ['poll.reveal', 'poll.answer', 'cue.edit', 'cue.remove'];
const MAY_RESTART = ['owner', 'operator'] as const;

test('what is nearly a request or a packet of a desk breaks nothing and learns nothing', {
  timeout: 180_000 * TIMES,
}, async () => {
  const random = seededRandom(chosenSeed());
  const { audienceUrl, deskUrl, pids, ready } = here.server;
  const { deskTokens: tokens } = ready;
  const port = Number(new URL(deskUrl).port);
  const host = `127.0.0.1:${port}`;
  await vote(here.stage, audienceUrl);

  const oneTimeCode = new URLSearchParams(new URL(ready.deskUrl).hash.slice(1)).get('code') ?? 'none';
  const known = embargo({ mayCount: [tokens.verifier], mayAnswer: [tokens.owner, tokens.producer] });
  const forbidden = [
    ...known,
    { what: 'an error in a form of its own', pattern: /"statusCode":/, knownTo: [] },
    ...[...Object.values(tokens), oneTimeCode, here.place.root, PROJECT, '/node_modules/'].map(secret),
    // In a rehearsal the desk shows how to get in.
    { ...secret(ready.rehearsalCode), knownTo: [ready.rehearsalCode, ...Object.values(tokens)] },
  ];
  const bearers = Object.values(tokens).map((token) => `Bearer ${token}`);
  const wrong = `s.${Buffer.from('{"actor":"owner","roles":["owner"]}').toString('base64url')}.x`;
  const restarters = MAY_RESTART.map((role) => tokens[role]);

  const ids = ['q1', 'q2', 'n1', SEALED, RIDDLE, 'new-1', 'new-2', 'nobody'];
  const options = ['a', 'b', `${SEALED}-first`, `${RIDDLE}-wrong`];
  const runs = ids.map((id) => `${id}:live:1`);
  const uuids = Array.from({ length: 50 }, () => uuid(random));
  const words = {
    ...{
      target: ids,
      before: ids,
      after: ids,
      id: [...ids, ...options],
      'polls.id': [...ids, SEALED, SEALED, SEALED, SEALED],
      'query.round': ['0', '1', '1', '2'],
      'commands.id': uuids,
    },
    ...{ runId: runs, answer: options, switch: ['results-cadence', 'live-results', 'none'], surface: ['main', 'x'] },
    ...{ type: ['cue.go', 'show.clear'], actor: [...Role.options], code: ['wrong'], token: [wrong] },
    'query.desk': ['api:owner', 'api:producer', 'nobody'],
  };
  const takenBy =
    (isRestarter: boolean) =>
    (command: Json): boolean => {
      if (!isObject(command)) return true;
      if (command.type === 'edges.restart') return !isRestarter;
      // In the other mode nothing has been voted on.
      if (command.type === 'show.mode') return JSON.stringify(command.payload) !== '{"mode":"rehearsal"}';
      return !(LOOSENS.includes(String(command.type)) && [SEALED, RIDDLE].includes(String(command.target)));
    };
  const http = new ApiDocument('docs/desk.openapi.json');
  const sockets = new ApiDocument('docs/desk.asyncapi.json');
  const documented = documentedRequests({
    ...{ document: http, sampler: new Sampler({ document: http, random, words }), random, host },
    authorizations: [...bearers, ...bearers, null, 'Bearer', `Bearer ${wrong}`, `Basic ${tokens.owner}`],
    isTaken: (body, authorization) =>
      takenBy(restarters.some((token) => authorization?.includes(token) === true))(body),
  });
  const packets = deskPackets({
    ...{ random, document: sockets, sampler: new Sampler({ document: sockets, random, words }) },
    isTaken: takenBy(true),
  });
  const byHand = [
    ...['/', '/index.html', '/assets/..%2f..%2fpackage.json', '/..%5c', '/api/v1/../v1/state', '//api/v1/state'].map(
      (path) => lines(`GET ${path} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${tokens.director}`),
    ),
    lines(`GET http://${host}/api/v1/state HTTP/1.1`, `Host: ${host}`, `Authorization: bearer  ${tokens.operator}`),
    lines('OPTIONS /api/v1/commands HTTP/1.1', `Host: ${host}`, `Origin: http://${host}`),
    lines('GET /api/v1/state HTTP/1.1', `Host: ${host}`, 'Origin: https://elsewhere.example'),
    lines('GET /desk/?EIO=4&transport=polling HTTP/1.1', `Host: ${host}`),
    lines('POST /desk/?EIO=4&transport=polling&sid=x HTTP/1.1', `Host: ${host}`, 'Content-Length: 2') + '40',
    lines(
      'POST /api/v1/session HTTP/1.1',
      `Host: ${host}`,
      'Content-Type: application/json',
      'Expect: 100-continue',
      'Transfer-Encoding: chunked',
    ) + '10\r\n{"code": "wrong"}\r\n0\r\n\r\n',
    upgrade(SOCKET, host),
    upgrade('/desk/?EIO=3&transport=websocket&sid=x', host),
    upgrade(SOCKET, host, 'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8'),
    upgrade('/elsewhere', host),
    // Whatever tells something of the sealed poll, to each role.
    ...Object.keys(http.object(['paths'])).flatMap((path) =>
      bearers.map((bearer) =>
        lines(`GET ${path.replace('{id}', SEALED)} HTTP/1.1`, `Host: ${host}`, `Authorization: ${bearer}`),
      ),
    ),
  ].map((text) => Buffer.from(text, 'latin1'));

  const attack = new Attack({
    ...{ place: here.place, pid: pids.core, port, random, forbidden },
    // Seven threads besides, and one for each evidence; over 260,000 it went up and down by 60.
    residentMoreMb: 200,
  });
  const oddRequest = (): Step[] => {
    const bytes = random.between(0, 3) === 0 ? random.pick(byHand) : Buffer.from(documented(), 'latin1');
    return attack.once(random.between(0, 2) === 0 ? bytes : mutated(bytes, random));
  };
  const oddPackets = (): Step[] => {
    const frames = Array.from({ length: random.between(1, 8) }, packets)
      .flat()
      .map(({ payload, isBinary }) => {
        if (random.between(0, 2) > 0) return plainFrame(payload, isBinary);
        const frame = oddFrame(random.between(0, 1) === 0 ? payload : mutated(payload, random), random);
        return random.between(0, 3) === 0 ? mutated(frame, random) : frame;
      });
    const shake = Buffer.from(upgrade(SOCKET, host));
    const token = random.pick([...Object.values(tokens), ...Object.values(tokens), wrong]);
    const first = plainFrame(Buffer.from(`40${JSON.stringify({ token })}`), false);
    const last = plainFrame(Buffer.from(`42${LAST_ACK}["time"]`), false);
    if (random.between(0, 9) === 0) return attack.once(Buffer.concat([shake, ...frames]));
    return [
      // What comes before the first word of the server is not heard.
      { pieces: [shake], until: '0{"sid"', withinMs: LET_IN_MS },
      { pieces: [first], until: token === wrong ? null : '42["snapshot"', withinMs: LET_IN_MS },
      {
        pieces: [Buffer.concat(frames), last],
        until: random.between(0, 1) === 0 ? `43${LAST_ACK}[` : null,
        withinMs: LAST_ANSWER_MS,
      },
    ];
  };

  const heard: { text: string; token: string }[] = [];
  const desks = await Promise.all(
    Role.options.map(async (role) => {
      const token = tokens[role];
      const desk = await DeskSocket.open({ deskUrl, token });
      desk.socket.onAny((...event: unknown[]) => heard.push({ text: JSON.stringify(event), token }));
      return desk;
    }),
  );
  const patience = new Patience(async () => {
    for (const { text, token } of heard.splice(0)) judge(text, Buffer.from(token), forbidden);
    for (const { socket } of desks) expect(await socket.timeout(60_000).emitWithAck('time')).toBeGreaterThan(0);
  });

  await attack.prepare(async () => {
    await attack.round(2_000, oddRequest);
    await attack.round(500, oddPackets);
  });
  for (let part = 1; part <= TIMES; part++) {
    await attack.part(`${REQUESTS} requests`, () => attack.round(REQUESTS, oddRequest));
    await attack.part(`${PACKET_GROUPS} groups of packets`, () => attack.round(PACKET_GROUPS, oddPackets));
  }
  const slowestMs = await patience.end();
  console.log(`slowest time for all ${desks.length} desks: ${Math.round(slowestMs)} ms`);
  expect(slowestMs).toBeLessThan(PATIENCE_MS);

  expect(here.server.pids).toEqual(pids);
  // Whoever may make a new rehearsal code does so, again and again.
  const isUsual = (event: string) => event === 'alarm' || event === 'rehearsal-code';
  expect(here.server.events.map(({ event }) => event).filter((event) => !isUsual(event))).toEqual(['ready']);
  expect(here.server.stderr).not.toMatch(/uncaught|"level":[56]0/i);
  for (const token of Object.values(tokens)) expect(here.server.stderr).not.toContain(token);
  for (const { socket } of desks) expect(socket.connected).toBe(true);
  await attack.expectAllBack();

  // The tokens' buckets fill again, and whatever was left on air is taken off.
  const owner = here.server.desk();
  await until(() => owner.command('show.control', null), { what: 'a command is taken' });
  await until(
    async () => {
      await here.stage.freeLanes();
      if ((await owner.state()).show.mode === 'rehearsal') await owner.command('show.mode', null, { mode: 'live' });
      return isWhole(here.server.desk('verifier'));
    },
    { what: 'the sealed poll counts what was cast' },
  );
});
