/** VERIFY counts the ledger anew, outside of the queue, and goes by nothing else. */
import { expect, it } from 'vitest';
import type { RunId } from '../../shared/protocol/ids.ts';
import { EngineRig, PRODUCER } from './engine-rig.test-part.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';

const rig = new EngineRig();

it('verifies on a recount that matches and never on none: a VERIFY that came while the seal was written counts again', async () => {
  const editorial = onePoll({ class: 'editorial' });
  const recounts: string[] = [];
  let matches = false;
  const engine = rig.engineOn(await rig.journal(), {
    recountMatches: async (runId) => {
      recounts.push(runId);
      return matches;
    },
  });
  await engine.importShow(editorial, 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
  const runId = 'q1:live:1' as RunId;
  const sealing = engine.step({ type: 'system.seal', runId, head: 'ab', tally: { total: 0, options: [] } });
  const verify = engine.execute(rig.command('poll.verify'), PRODUCER, rig.nowMs);
  expect((await sealing).status).toBe('accepted');
  expect(await verify).toMatchObject({ status: 'refused', code: 'recount-differs' });
  expect(recounts).toEqual([runId]);
  matches = true;
  expect((await engine.execute(rig.command('poll.verify'), PRODUCER, rig.nowMs)).status).toBe('accepted');
});

it('verifies the run that was counted, and no other that has come in its place', async () => {
  const recounts: string[] = [];
  const counting = Promise.withResolvers<void>();
  const engine = rig.engineOn(await rig.journal(), {
    recountMatches: async (runId) => {
      recounts.push(runId);
      if (recounts.length === 1) await counting.promise;
      return runId.includes(':live:');
    },
  });
  await engine.importShow(onePoll({ class: 'editorial' }), 'rehearsal');
  for (const mode of ['rehearsal', 'live'] as const) {
    if (mode === 'live') await engine.setMode('live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    rig.elapsedMs += 1_000;
    await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
    const runId = `q1:${mode}:1` as RunId;
    await engine.step({ type: 'system.seal', runId, head: 'ab', tally: { total: 0, options: [] } });
  }
  const verify = engine.execute(rig.command('poll.verify'), PRODUCER, rig.nowMs);
  await engine.setMode('rehearsal');
  counting.resolve();
  expect(await verify).toMatchObject({ status: 'refused', code: 'recount-differs' });
  expect(recounts).toEqual(['q1:live:1', 'q1:rehearsal:1']);
});

it('does not grow old by a recount that takes long', async () => {
  const engine = rig.engineOn(await rig.journal(), {
    recountMatches: async () => {
      rig.elapsedMs += 5_000;
      return true;
    },
  });
  await engine.importShow(onePoll({ class: 'editorial' }), 'live');
  await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
  await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
  await engine.step({ type: 'system.seal', runId: RUN, head: 'ab', tally: { total: 0, options: [] } });
  expect((await engine.execute(rig.command('poll.verify'), PRODUCER, rig.nowMs)).status).toBe('accepted');
});
