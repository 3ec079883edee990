/** The bench's own audience in front of the real server, for what it checks and not for how fast it is. */
import { expect, test } from 'vitest';
import { airToAll, allAnswered, allHere, inHouse, OPTIONS } from '../../bench/house.ts';
import { chosenSeed } from './testing/seeded-random.ts';
import { TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const VIEWERS = 5_000;
const SSE = 0.06;
const POLL = 0.04;
/** Share of all who vote while the poll is open; of these, some vote twice; the rest votes when it is over. */
const IN_TIME = 0.96;
const TWICE = 0.02;
const PATIENCE_MS = 100_000;

test('5,000 viewers on every transport: each receipt stands in the ledger, nobody counts twice or late, no state goes back', {
  timeout: TEST_MS,
}, async () => {
  const seed = chosenSeed();
  const house = { edges: 2, viewers: VIEWERS, polls: 1, live: 'percentages', comesBack: false, seed } as const;
  await inHouse(house, async (open) => {
    const { audience, desk, stage, server, faults } = open;
    audience.arrive({
      count: VIEWERS,
      sse: SSE,
      poll: POLL,
      joinsFirst: false,
      plan: { shape: 'even', overMs: 6_000 },
    });
    await allHere(open, VIEWERS, PATIENCE_MS);
    await airToAll(open, 'q1', VIEWERS);

    const run = { pollId: 'q1', round: 1, options: OPTIONS, resends: false } as const;
    const inTime = Math.floor(VIEWERS * IN_TIME);
    const twice = Math.floor(VIEWERS * TWICE);
    const late = VIEWERS - inTime;
    audience.vote({
      ...run,
      from: 0,
      to: IN_TIME,
      plan: { shape: 'push', overMs: 8_000, timesFaster: 4 },
      isSecond: false,
    });
    expect(await allAnswered(open, inTime, PATIENCE_MS), 'every ballot is answered').toBe(true);
    audience.vote({ ...run, from: 0, to: TWICE, plan: { shape: 'even', overMs: 500 }, isSecond: true });
    expect(await allAnswered(open, inTime + twice, PATIENCE_MS), 'every second ballot is answered').toBe(true);
    await stage.close('q1');
    audience.vote({ ...run, from: IN_TIME, to: 1, plan: { shape: 'even', overMs: 500 }, isSecond: false });
    expect(await allAnswered(open, VIEWERS + twice, PATIENCE_MS), 'every late ballot is answered').toBe(true);

    const findings = await audience.findings({ forget: false });
    expect(faults.lines()).toEqual([]);
    expect(findings.faultBook.lines()).toEqual([]);
    expect(findings.closes, 'no connection ended').toEqual({});
    expect(findings.receipts).toEqual({ accepted: inTime, duplicate: twice, late });
    expect(server.events.map(({ event }) => event)).toEqual(['ready']);

    // Everyone has been shown that it is over, and the last word on the result.
    const last = await until(
      () => {
        const [version, viewers] = Object.entries(audience.progress.seeing)[0] ?? [];
        return viewers === VIEWERS && version;
      },
      { what: 'everyone sees the newest state' },
    );
    const state = (await (await fetch(`${server.audienceUrl}/v1/state`)).json()) as { epoch: number; rev: number };
    expect(last).toBe(`${state.epoch}-${state.rev}`);
    const recount = await desk.recount('q1');
    expect(recount).toMatchObject({ total: inTime, live: { total: inTime }, matches: true, chain: 'ok' });
    expect(recount.classes).toMatchObject({ counted: inTime, duplicate: twice, late });
  });
});
