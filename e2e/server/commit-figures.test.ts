/** What the write queue's commits look like from outside: in the vitals and in the metrics. */
import { expect, test } from 'vitest';
import { crowdOf } from './testing/crowd.ts';
import { fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';

const here = fileServer({ mode: 'live', edges: 2 });

const commits = async () => (await here.server.desk().vitals()).commits;

/** The ledger's metrics at one moment, each by its quantiles. */
async function metrics() {
  const { body } = await here.server.desk().call('GET', '/metrics');
  const of = (name: string): Record<string, number> => {
    expect(body).toContain(`# HELP tallyroom_${name} `);
    const lines = String(body).matchAll(new RegExp(`^tallyroom_${name}\\{quantile="([\\d.]+)"\\} (\\S+)$`, 'gm'));
    return Object.fromEntries([...lines].map(([, quantile, value]) => [quantile, Number(value)]));
  };
  return {
    ballots: of('ledger_commit_ballots'),
    tookMs: of('ledger_commit_ms'),
    writeFsyncMs: of('ledger_write_fsync_ms'),
  };
}
const NONE = { ballots: {}, tookMs: {}, writeFsyncMs: {} };

test('batch size, commit and fsync times come with the first ballots, and go when nobody votes', async () => {
  const { id } = await here.stage.air(newPoll({ maxBallots: 20 }));
  expect(await commits()).toBeUndefined();
  expect(await metrics()).toEqual(NONE);

  const [viewer] = await crowdOf(1, { audienceUrl: here.server.audienceUrl });
  viewer?.vote(id, ['a']);
  const one = await until(commits, { what: 'the figures of the first commit' });
  expect(one).toMatchObject({ ballotsP50: 1, ballotsMax: 1 });
  expect(one.writeFsyncP50Ms).toBeGreaterThan(0);
  expect(one.tookP50Ms).toBeGreaterThan(one.writeFsyncP50Ms);

  // Sent in one go they are in one batch, or in few.
  for (let n = 0; n < 15; n += 1) viewer?.vote(id, ['b']);
  const { ballots, tookMs, writeFsyncMs } = await until(
    async () => {
      const now = await metrics();
      return (now.ballots['1'] ?? 0) > 1 && now;
    },
    { what: 'a commit of several ballots in the metrics' },
  );
  expect(Object.keys(ballots).sort()).toEqual(['0.5', '1']);
  for (const by of [tookMs, writeFsyncMs]) expect(Object.keys(by)).toEqual(['0.5', '0.99']);
  expect(writeFsyncMs['0.5']).toBeGreaterThan(0);
  expect(tookMs['0.99']).toBeGreaterThan(writeFsyncMs['0.5'] ?? 0);

  await until(async () => (await commits()) === undefined, { what: 'no commit in the last seconds' });
  expect(await metrics()).toEqual(NONE);
});
