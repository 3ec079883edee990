/** Somebody sets the clock, and what is measured stays what it was. */
import { describe, expect, it } from 'vitest';
import type { PollId } from '../../shared/protocol/ids.ts';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import { EngineRig, PRODUCER } from './engine-rig.test-part.ts';
import { onePoll } from './one-poll.test-part.ts';

const rig = new EngineRig();
const SHOW = onePoll({});
const TWO_POLLS: ShowFile = { ...SHOW, cues: [...SHOW.cues, ...onePoll({ id: 'q2' as PollId }).cues] };

describe('time that was set', () => {
  it('keeps a second between two GOs by what has passed, whatever the clock says, over a restart too', async () => {
    const engine = rig.engineOn(await rig.journal());
    await engine.importShow(TWO_POLLS, 'live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('cue.arm', { target: 'q2' }), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
    // Somebody sets the clock right, an hour back.
    rig.nowMs -= 3_600_000;
    rig.elapsedMs += 999;
    const go = () => engine.execute(rig.command('cue.go', { target: 'q2' }), PRODUCER, rig.nowMs);
    expect(await go()).toMatchObject({ code: 'too-soon', nextAllowedAtMs: rig.nowMs + 1 });
    rig.elapsedMs += 1;
    expect((await go()).status).toBe('accepted');
  });

  it('costs the core that comes back a second at most', async () => {
    const engine = rig.engineOn(await rig.journal());
    await engine.importShow(TWO_POLLS, 'live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('poll.close', { payload: { confirmed: true } }), PRODUCER, rig.nowMs);
    await rig.closeAll();
    rig.nowMs -= 3_600_000;
    const next = rig.engineOn(await rig.journal());
    await next.execute(rig.command('cue.arm', { target: 'q2' }), PRODUCER, rig.nowMs);
    rig.elapsedMs += 1_000;
    expect((await next.execute(rig.command('cue.go', { target: 'q2' }), PRODUCER, rig.nowMs)).status).toBe('accepted');
  });

  it('RECALL does not take a time in the future for one that is less than five seconds ago', async () => {
    const engine = rig.engineOn(await rig.journal());
    await engine.importShow(SHOW, 'live');
    await engine.execute(rig.command('cue.arm'), PRODUCER, rig.nowMs);
    await engine.execute(rig.command('cue.go'), PRODUCER, rig.nowMs);
    rig.nowMs -= 600_000;
    expect(await engine.execute(rig.command('poll.recall'), PRODUCER, rig.nowMs)).toMatchObject({
      code: 'recall-expired',
    });
  });
});
