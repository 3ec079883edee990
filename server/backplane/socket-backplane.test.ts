import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { monotonicNow } from '../process/clocks.ts';
import { keepsTheBackplanesContract } from './backplane.test-part.ts';
import { openHub } from './socket-hub.ts';
import { SocketLink } from './socket-link.ts';

keepsTheBackplanesContract('the socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallyroom-backplane-'));
  const path = join(folder, 'core.sock');
  const log = pino({ level: 'silent' });
  /** An hour off the machine's. */
  const coreNowMs = () => Date.now() + 3_600_000;
  return {
    coreNowMs,
    openCore: (side) => openHub({ path, nowMs: coreNowMs, monotonicNow, log, onBatch: () => {}, ...side }),
    edge: (identity, side) =>
      new SocketLink({
        ...identity,
        backplanePath: path,
        monotonicNow,
        log,
        side,
        batches: { unanswered: 0, linkUp: () => {}, answered: () => {} },
      }),
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
});
