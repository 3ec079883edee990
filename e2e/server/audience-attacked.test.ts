/** One laptop against the audience port: what it does to itself, what the people at the desks see, and that viewers are served. */
import { Agent, get } from 'node:http';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { Place } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { newPoll, Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

/** Few, so that a small attack fills an edge. */
const DESCRIPTORS = 400;

async function smallServer(): Promise<{ server: Server; stage: Stage }> {
  const place = new Place();
  const server = await startServer({
    place,
    show: place.show([]),
    mode: 'live',
    edges: 1,
    descriptors: DESCRIPTORS,
  });
  return { server, stage: new Stage(server.desk()) };
}

test.skipIf(process.platform === 'win32')(
  'polls under a thousand names are no thousand viewers, and no reason to refuse ARM',
  { timeout: TEST_MS },
  async () => {
    const { server, stage } = await smallServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 10 });
    const poll = (name: string) =>
      new Promise<void>((resolve, reject) => {
        get(`${server.audienceUrl}/v1/state`, { agent, headers: { 'user-agent': name } }, (answer) => {
          answer.resume().on('end', resolve);
        }).on('error', reject);
      });
    for (let done = 0; done < 2_000; done += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, i) => poll(`laptop ${done + i}`)));
    }
    const vitals = await until(
      async () => {
        const now = await server.desk().vitals();
        return now.byTransport.poll > 0 && now;
      },
      { what: 'polls are counted' },
    );
    expect(vitals.online).toBeLessThanOrEqual(100);
    expect(vitals.capacity.forecastViewers).toBe(0);
    const { id } = await stage.air(newPoll());
    const voter = await voterOn('http', { audienceUrl: server.audienceUrl });
    const cast = await voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: ['a'] });
    expect(cast.receipt?.status).toBe('accepted');
    agent.destroy();
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(process.platform === 'win32')(
  'sockets that never say hello keep nobody out, and fill no edge without a word; ARM asks for a reason',
  { timeout: TEST_MS },
  async () => {
    const { server, stage } = await smallServer();
    const desk = server.desk();
    const attacker: WebSocket[] = [];
    let isOver = false;
    const url = `${server.audienceUrl.replace(/^http/, 'ws')}/v1/ws`;
    const attack = (async () => {
      while (!isOver) {
        const socket = new WebSocket(url);
        attacker.push(socket);
        socket.on('error', () => {});
        await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
      }
    })();
    await until(async () => (await desk.vitals()).edges[0]?.ready === false, { what: 'a full edge is not ready' });
    const told = await server.waitFor('alarm', { match: ({ code }) => code === 'edge-full' });
    expect(told.message).toContain('edge-1');
    expect((await desk.vitals()).alarms.map(({ code }) => code)).toEqual(['edge-full']);
    const { id } = await stage.add(newPoll());
    const refused = (await desk.send({ type: 'cue.arm', target: id })).body;
    expect(refused).toMatchObject({ status: 'refused', code: 'preflight-forecast' });
    expect(refused.message).toContain('edge-1 is full');

    // Whoever speaks at once gets in, and votes.
    await desk.command('cue.arm', id, { override: 'the audience is served' });
    await desk.command('cue.go', id);
    for (const transport of ['ws', 'http'] as const) {
      for (let i = 0; i < 5; i += 1) {
        const voter = await voterOn(transport, { audienceUrl: server.audienceUrl });
        const cast = await voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: ['a'] });
        expect(cast.receipt?.status).toBe('accepted');
      }
    }
    isOver = true;
    await attack;
    for (const socket of attacker) socket.terminate();
    await until(async () => (await desk.vitals()).edges[0]?.ready === true, { what: 'an edge with room is ready' });
    expect(await server.stop()).toBe(0);
  },
);
