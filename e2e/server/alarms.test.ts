/** What went wrong stands on every desk until somebody has seen it, whoever dies meanwhile. */
import { expect, test } from 'vitest';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { Place } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

test('an edge and a core that died are told to every desk, once, until somebody acknowledges it', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show([]), mode: 'live', edges: 2 });
  const desks = (['owner', 'producer', 'director', 'operator', 'verifier'] as const).map((role) => server.desk(role));
  const [owner = server.desk(), , director = server.desk('director'), , verifier = server.desk('verifier')] = desks;
  const codes = async (desk = owner) => (await desk.vitals()).alarms.map(({ code }) => code);
  const die = async (part: 'core' | { edge: number }) => {
    const seen = server.events.length;
    server.kill(part);
    await server.waitFor('restarted', {
      after: seen,
      match: ({ what }) => what === (part === 'core' ? 'core' : 'edge'),
    });
  };

  await die({ edge: 1 });
  await until(async () => (await codes()).join() === 'edge-died', { what: 'the edge’s death is an alarm' });
  await die('core');
  await until(async () => (await codes()).join() === 'edge-died,core-died', {
    what: 'the core’s as well, beside the other',
  });
  const [alarm, other] = (await owner.vitals()).alarms;
  expect(alarm?.message).toMatch(/edge-2/);
  for (const desk of desks) expect(await codes(desk)).toEqual(['edge-died', 'core-died']);

  const see = (id: string | undefined) => ({ type: 'alarm.seen', payload: { id } });
  expect((await verifier.send(see(alarm?.id))).status).toBe(403);
  expect((await director.send(see('nobody'))).body).toMatchObject({ status: 'refused', code: 'unknown-alarm' });
  expect((await director.send(see(alarm?.id))).body).toMatchObject({ status: 'accepted' });
  for (const desk of desks) expect(await codes(desk)).toEqual(['core-died']);
  expect((await owner.send(see(alarm?.id))).body, 'somebody else was faster').toMatchObject({ code: 'unknown-alarm' });

  await die('core');
  // What was seen does not come back with another core, and what was not stands on beside the new one.
  await until(async () => (await codes()).length === 2, { what: 'the second death is an alarm of its own' });
  expect((await owner.vitals()).alarms[0]).toEqual(other);

  const entries: JournalEntry[] = (await owner.call('GET', '/api/v1/log?limit=1000')).body.entries;
  const told = entries.filter(({ type }) => type === 'system.alarm');
  expect(told.map(({ command }) => (command as { code: string }).code)).toEqual([
    'edge-died',
    'core-died',
    'core-died',
  ]);
  expect(entries.filter(({ type, answer }) => type === 'alarm.seen' && answer.status === 'accepted')).toMatchObject([
    { actor: 'director', command: { payload: { id: alarm?.id } } },
  ]);
});
