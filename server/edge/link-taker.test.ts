import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { EdgeHeartbeat } from '../../shared/protocol/backplane.ts';
import { monotonicNow } from '../process/clocks.ts';
import { keepsTheTakersContract } from './ballot-taker.test-part.ts';
import { tempFolder, until } from './edge-harness.test-part.ts';
import { accepted, FakeCore } from './fake-core.test-part.ts';
import { partsFor } from './parts-for.ts';

keepsTheTakersContract('the link to the core', async (takerSide) => {
  const folder = tempFolder();
  const core = new FakeCore(join(folder, 'core.sock'));
  let lives = 0;
  const { backplane, taker } = partsFor({
    settings: { backplanePath: core.path, edgeId: 'edge-1' },
    edgeEpoch: 'first',
    takerSide,
    side: {
      linkUp: () => {
        lives += 1;
      },
      flushAll: () => {},
      heartbeat: () => ({ t: 'heartbeat' }) as EdgeHeartbeat,
      spent: () => null,
      received: () => {},
      coreTime: () => {},
      coreTimeSet: () => {},
    },
    monotonicNow,
    log: pino({ level: 'silent' }),
  });
  backplane.start();
  return {
    taker,
    async comes() {
      const before = lives;
      await core.start();
      // Hello has been said: whatever a taker that is closed would do about it has been done.
      await until(() => lives > before);
    },
    goes: () => core.die(),
    answers(does) {
      const silent = core.judge === null;
      core.judge = does ? accepted : null;
      if (does && silent) for (const batch of core.batches.slice()) core.answerBatch(batch);
    },
    given: () => core.batches.map(({ batchNo, ballots }) => ({ batchNo, ids: ballots.map((row) => row[2]) })),
    async end() {
      backplane.stop();
      await core.die();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
