/** The degradation level is in the journal: a core that died in an overload comes back on it. */
import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { killedOnceWritten, withEngine } from '../../server/show/engine-process.test-part.ts';
import { onePoll } from '../../server/show/one-poll.test-part.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import { audienceCall } from './testing/http-viewer.ts';
import { Place } from './testing/place.ts';
import { type Server, startServer } from './testing/server.ts';
import { until } from './testing/until.ts';

const LEVEL = 2;

/** Vitals, both edges and what viewers are told, at a core that has just come back. */
async function expectLevel(server: Server): Promise<void> {
  const desk = server.desk('operator');
  const vitals = await until(
    async () => {
      const now = await desk.vitals();
      const [cadence] = now.switches;
      return cadence?.confirmed === 2 && cadence.edges === 2 && now;
    },
    { what: 'both edges confirm what they hold', withinMs: 60_000 },
  );
  expect(vitals).toMatchObject({ level: LEVEL, switches: [{ requested: true, inForce: true }] });
  expect((await desk.state()).switches).toMatchObject([{ position: 'auto', requested: true, inForce: true }]);
  for (let look = 0; look < 6; look++) {
    const { body } = await audienceCall(`${server.audienceUrl}/v1/state`);
    expect((body as PublicState).hints).toMatchObject({ level: LEVEL, cadenceMs: 3_000 });
  }
}

test('killed on a level, the core comes back on it: in vitals, in hints and at the edges', async () => {
  const place = new Place();
  mkdirSync(place.data);
  await withEngine(place.files.journal, (engine) => engine.importShow(onePoll({}), 'live'));
  const step = { type: 'system.level', from: 0, to: LEVEL, cause: 'ack p99' } as const;
  await killedOnceWritten(place.files.journal, { step });

  const server = await startServer({ place, show: null, mode: null, edges: 2 });
  await expectLevel(server);
  const told = server.events.length;
  server.kill('core');
  await server.waitFor('restarted', { after: told });
  await expectLevel(server);
  expect(await server.stop()).toBe(0);
}, 120_000);
