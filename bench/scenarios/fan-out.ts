/** P5: one state to everyone on one edge: what each message costs, and when the last viewer has it. */
import { FaultBook } from '../audience/fault-book.ts';
import { allHere, gentleMs, inHouse, noteEvents } from '../house.ts';
import { conditionsNow } from '../report/conditions.ts';
import { atMost, type CpuParts, median } from '../report/result.ts';
import { measureRounds, type Rounds } from '../rounds.ts';
import { bySize, type Setting } from '../setting.ts';
import { type Scenario, settle } from './scenario.ts';

const PATIENCE_MS = 60_000;
const SETTLE_MS = 1_000;
const ROUNDS = 10;

/** Rounds to viewers who are all on one transport of one edge. A pause and its end are the states. */
function rounds(setting: Setting, viewers: number, transport: 'ws' | 'sse', faults: FaultBook): Promise<Rounds> {
  const house = { edges: 1, viewers, polls: 1, live: null, comesBack: false, seed: setting.seed } as const;
  return inHouse(house, async (open) => {
    const { audience, desk, stage, server } = open;
    await stage.go('q1');
    const overMs = gentleMs(viewers, 1);
    audience.arrive({
      count: viewers,
      sse: transport === 'sse' ? 1 : 0,
      poll: 0,
      joinsFirst: false,
      plan: { shape: 'even', overMs },
    });
    await allHere(open, viewers, overMs + PATIENCE_MS);
    await settle(SETTLE_MS);
    let isPaused = false;
    const publish = async () => {
      if (isPaused) await desk.command('poll.resume', 'q1');
      else await desk.command('poll.pause', 'q1', { reason: 'a new state' });
      isPaused = !isPaused;
    };
    const measured = await measureRounds({
      audience,
      viewers,
      rounds: ROUNDS,
      publish,
      pid: server.pidOf({ edge: 0 }),
    });
    noteEvents(server, open.faults);
    faults.add(open.faults.faults);
    faults.add((await audience.findings({ forget: false })).faultBook.faults);
    return measured;
  });
}

export const fanOut: Scenario = {
  name: 'fan-out',
  title: 'one state to every viewer of one edge, by WebSocket and by SSE',
  async run(setting) {
    const viewers = setting.viewers ?? bySize(setting, 1_500, 6_000, 19_000);
    const pairs = setting.pairs ?? bySize(setting, 1, 1, 5);
    const conditions = conditionsNow(setting, { viewers, edges: 1 });
    const faults = new FaultBook();
    const ws: Rounds[] = [];
    const sse: Rounds[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      ws.push(await rounds(setting, viewers, 'ws', faults));
      sse.push(await rounds(setting, viewers, 'sse', faults));
    }
    const medianOf = (all: Rounds[], pick: (one: Rounds) => number) => median(all.map(pick));
    return {
      conditions,
      figures: [
        { what: 'bytes of the state', value: ws[0]?.bytes ?? 0, unit: 'B', target: null },
        { what: 'CPU per message, WebSocket', value: medianOf(ws, (r) => r.cpuUs), unit: 'µs', target: null },
        { what: 'CPU per message, SSE', value: medianOf(sse, (r) => r.cpuUs), unit: 'µs', target: null },
        {
          what: 'messages per second and core, WebSocket',
          value: 1e6 / medianOf(ws, (r) => r.cpuUs),
          unit: '/s',
          target: null,
        },
        {
          what: 'p99 of the viewers, WebSocket',
          value: medianOf(ws, (r) => median(r.p99Ms)),
          unit: 'ms',
          target: null,
        },
        { what: 'last viewer, WebSocket', value: medianOf(ws, (r) => median(r.lastMs)), unit: 'ms', target: null },
        { what: 'last viewer, SSE', value: medianOf(sse, (r) => median(r.lastMs)), unit: 'ms', target: null },
      ],
      comparisons: [
        {
          what: 'CPU per message, SSE',
          unit: 'µs',
          peer: 'WebSocket',
          product: sse.map(({ cpuUs }) => cpuUs),
          others: ws.map(({ cpuUs }) => cpuUs),
          target: atMost('P5', 1.4),
        },
      ],
      skipped: [],
      faults: faults.faults,
      raw: {
        ws,
        sse,
        cpu: [
          { of: 'message by WebSocket', edgesUs: medianOf(ws, (r) => r.cpuUs), coreUs: null, generatorUs: null },
          { of: 'message by SSE', edgesUs: medianOf(sse, (r) => r.cpuUs), coreUs: null, generatorUs: null },
        ] satisfies CpuParts[],
      },
    };
  },
};
