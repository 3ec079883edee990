/** Several overlay outputs on the real server: each is taken on and hidden for itself. */
import { expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';

const here = fileServer({ mode: 'live', edges: 1 });

test('two outputs show two results; hiding one leaves the other, and is remembered by the next core', async () => {
  const [producer, director] = [here.server.desk('producer'), here.server.desk('director')];
  const shown = async () => (await director.state()).show.overlay;
  const runs: string[] = [];
  for (let n = 0; n < 2; n += 1) {
    const { id } = await here.stage.air(newPoll());
    await producer.command('poll.close', id, { confirmed: true });
    await here.stage.verified(id);
    await producer.command('poll.reveal', id, { surface: 'overlay', visibility: 'counts' });
    runs.push((await producer.cue(id)).runId);
  }
  const [first, second] = runs;
  const a = await director.command('overlay.take', null, { surface: 'a', runId: first });
  const b = await director.command('overlay.take', null, { surface: 'b', runId: second });
  expect(await shown()).toEqual({
    a: { runId: first, revision: a.revision },
    b: { runId: second, revision: b.revision },
  });
  const elsewhere = await director.send({ type: 'overlay.hide', payload: { surface: 'a', runId: second } });
  expect(elsewhere.body).toMatchObject({ status: 'refused', code: 'already' });
  const hidden = await director.command('overlay.hide', null, { surface: 'a' });
  const left = { a: { revision: hidden.revision }, b: { runId: second, revision: b.revision } };
  expect(await shown()).toEqual(left);
  const late = { type: 'overlay.take', payload: { surface: 'a', runId: first }, expectedRevision: a.revision } as const;
  expect((await director.send(late)).body).toMatchObject({ status: 'refused', code: 'stale-revision' });
  here.server.kill('core');
  expect(await here.server.waitFor('restarted')).toMatchObject({ what: 'core' });
  expect(await until(shown, { what: 'the desk port answers again' })).toEqual(left);
});
