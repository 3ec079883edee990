/** What a cue is called aloud stays its own, whatever happens around it. */
import { expect, test } from 'vitest';
import type { JournalPage } from '../../shared/protocol/records.ts';
import type { DeskClient } from './testing/desk-client.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';

const TIMES = { durationMs: 60_000, graceMs: 0 };

async function called(desk: DeskClient): Promise<string[]> {
  return (await desk.state()).cues.map(({ id, number }) => `${number} ${id}`);
}

test('a cue that comes between two others renames neither, over moves and restarts', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const show = place.show(['a', 'b', 'c'].map((id) => poll(id, TIMES)));
  const first = await startServer({ place, show, mode: 'rehearsal', edges: 1 });
  const desk = first.desk();
  expect(await called(desk)).toEqual(['1 a', '2 b', '3 c']);
  await desk.command('cue.add', null, { cue: poll('between', TIMES), before: 'c' });
  expect(await called(desk)).toEqual(['1 a', '2 b', '2.1 between', '3 c']);
  await desk.command('cue.add', null, { cue: { ...poll('named', TIMES), number: '12A' } });
  await desk.command('cue.add', null, { cue: poll('opener', TIMES), before: 'a' });
  await desk.command('cue.move', 'c', { before: 'a' });
  await desk.command('cue.edit', 'c', { cue: { text: 'Who else?' } });
  await desk.command('cue.remove', 'b');
  const { entries } = (await desk.call('GET', '/api/v1/log?limit=1000')).body as JournalPage;
  const removal = entries.find(({ type }) => type === 'cue.remove');
  expect(removal).toMatchObject({ target: 'b', removed: { number: '2', text: 'Who wins b?' } });
  const before = ['0.1 opener', '3 c', '1 a', '2.1 between', '12A named'];
  expect(await called(desk)).toEqual(before);
  const twice = await desk.send({ type: 'cue.add', payload: { cue: { ...poll('d', TIMES), number: '2.1' } } });
  expect(twice.body).toMatchObject({ status: 'refused', code: 'number-taken' });
  expect(await first.stop()).toBe(0);
  const second = await startServer({ place, show: null, mode: null, edges: 1 });
  expect(await called(second.desk())).toEqual(before);
});

test('a file keeps the numbers that it gives', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const numbered = (id: string, number: string) => ({ ...poll(id, TIMES), number });
  const show = place.show([poll('a', TIMES), numbered('b', '7'), poll('c', TIMES), numbered('d', '12A')]);
  const server = await startServer({ place, show, mode: 'rehearsal', edges: 1 });
  expect(await called(server.desk())).toEqual(['0.1 a', '7 b', '7.1 c', '12A d']);
});
