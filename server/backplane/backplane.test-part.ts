/** What both ends of a backplane have to keep, whatever carries it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import type { CoreToEdge, EdgeHeartbeat, EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { CommandId, RunId } from '../../shared/protocol/ids.ts';
import { until } from '../edge/edge-harness.test-part.ts';
import { monotonicNow } from '../process/clocks.ts';
import type { CoreBackplane, CoreSide, CoreWord, EdgeBackplane, EdgeSide, EdgeWord } from './backplane.ts';
import type { LinkedEdge } from './linked-edge.ts';

/** The two ends of one kind of backplane. */
export interface BackplaneStage {
  openCore(side: CoreSide): Promise<CoreBackplane>;
  edge(identity: { edgeId: string; edgeEpoch: string }, side: EdgeSide): EdgeBackplane;
  /** What the core's clock says at this moment, core epoch ms. */
  coreNowMs(): number;
  end(): Promise<void>;
}

const CLEARED: HeldOrder = {
  epoch: 1_800_000_000,
  command: {
    id: '0b8f5c1e-6f0a-4a52-9d3c-1c1f0e9d7a11' as CommandId,
    type: 'show.clear',
    clientTimeMs: 1_800_000_000_000,
  },
  runId: 'q1:live:1' as RunId,
  actor: 'Dirk',
  roles: ['director'],
  source: 'app',
  atMs: 1_800_000_000_000,
};
const house = (edges: number): CoreToEdge => ({ t: 'house', edges, low: {} });

export function keepsTheBackplanesContract(name: string, start: () => Promise<BackplaneStage>): void {
  describe(`${name} between the core and its edges`, () => {
    let stage: BackplaneStage;
    let core: CoreBackplane;
    /** What the core heard, in order. */
    let heard: [edgeId: string, word: EdgeWord['t'] | 'hello' | 'gone'][];
    let words: [edgeId: string, word: EdgeWord][];
    let orders: HeldOrder[][];
    const edges: Edge[] = [];

    /** An edge's end with what it was told. */
    class Edge {
      readonly words: CoreWord[] = [];
      /** What happened here, in order. */
      readonly events: string[] = [];
      readonly times: { sentAt: MonotonicMs; serverNowMs: number }[] = [];
      heartbeats = 0;
      toTell: Extract<EdgeToCore, { t: 'spent' }> | null = null;
      readonly end: EdgeBackplane;

      constructor(edgeId: string) {
        this.end = stage.edge(
          { edgeId, edgeEpoch: `${edgeId}-life` },
          {
            linkUp: () => this.events.push('up'),
            flushAll: () => this.events.push('flush'),
            heartbeat: () => {
              this.heartbeats += 1;
              return { t: 'heartbeat', ready: true, ws: this.heartbeats } as EdgeHeartbeat;
            },
            spent: () => {
              const told = this.toTell;
              this.toTell = null;
              return told;
            },
            received: (word) => {
              this.words.push(word);
              this.events.push(word.t);
            },
            coreTime: (sentAt, serverNowMs) => this.times.push({ sentAt, serverNowMs }),
            coreTimeSet: (byMs) => this.events.push(`clock ${byMs}`),
          },
        );
        edges.push(this);
      }
    }

    async function openCore(): Promise<void> {
      core = await stage.openCore({
        onHello: (link, held) => {
          heard.push([link.edgeId, 'hello']);
          orders.push(held);
        },
        onMessage: (link, word) => {
          heard.push([link.edgeId, word.t]);
          words.push([link.edgeId, word]);
        },
        onGone: (link) => heard.push([link.edgeId, 'gone']),
      });
    }
    const heardOf = (edgeId: string) => heard.filter(([id]) => id === edgeId).map(([, what]) => what);
    function linkOf(edgeId: string): LinkedEdge {
      const link = core.links().find((one) => one.edgeId === edgeId);
      if (link === undefined) throw new Error(`${edgeId} is not linked`);
      return link;
    }
    /** An edge that the core has told how things stand. */
    async function told(edgeId: string): Promise<Edge> {
      const edge = new Edge(edgeId);
      edge.end.start();
      await until(() => edge.end.up && heardOf(edgeId).includes('hello'));
      linkOf(edgeId).isTold = true;
      return edge;
    }

    beforeEach(async () => {
      heard = [];
      words = [];
      orders = [];
      stage = await start();
      await openCore();
    });
    afterEach(async () => {
      for (const { end } of edges.splice(0)) end.stop();
      await core.close();
      await stage.end();
    });

    it('makes an edge known by its hello, before anything else of it, until its connection ends', async () => {
      expect(core.links()).toEqual([]);
      const edge = await told('edge-1');
      await until(() => heardOf('edge-1').includes('heartbeat'));
      expect(heardOf('edge-1')[0]).toBe('hello');
      expect(linkOf('edge-1')).toMatchObject({ edgeEpoch: 'edge-1-life', pid: process.pid, left: false });
      expect([edge.end.up, edge.end.inTouch, edge.end.downForMs]).toEqual([true, true, 0]);
      edge.end.stop();
      await until(() => heardOf('edge-1').at(-1) === 'gone');
      expect(core.links()).toEqual([]);
    });

    it('brings what is broadcast to all who have been told how things stand, in order, and what is relayed to all but one', async () => {
      const one = await told('edge-1');
      const other = await told('edge-2');
      const late = new Edge('edge-3');
      late.end.start();
      await until(() => heardOf('edge-3').includes('hello'));
      for (const n of [1, 2, 3]) core.broadcast(house(n));
      core.relay(house(4), linkOf('edge-1'));
      linkOf('edge-3').send(house(5));
      linkOf('edge-3').isTold = true;
      core.broadcast(house(6));
      await until(() =>
        [one, other, late].every(({ words: got }) => JSON.stringify(got.at(-1)) === JSON.stringify(house(6))),
      );
      const edgesOf = ({ words: got }: Edge) => got.map((word) => (word.t === 'house' ? word.edges : word.t));
      expect([one, other, late].map(edgesOf)).toEqual([
        [1, 2, 3, 6],
        [1, 2, 3, 4, 6],
        [5, 6],
      ]);
    });

    it('tells that a heartbeat was taken only of one that was made after the question', async () => {
      const edge = await told('edge-1');
      const asked = edge.heartbeats;
      await edge.end.reported();
      expect(linkOf('edge-1').heartbeat?.ws).toBeGreaterThan(asked);
    });

    it('brings core time by an exchange of which the edge knows when it began', async () => {
      const before = monotonicNow();
      const edge = await told('edge-1');
      await edge.end.reported();
      await until(() => edge.times.length > 1);
      for (const { sentAt, serverNowMs } of edge.times) {
        expect(sinceMs(sentAt, before)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(serverNowMs - stage.coreNowMs())).toBeLessThan(30_000);
      }
    });

    it('says that core time was set before what comes after it', async () => {
      const edge = await told('edge-1');
      core.broadcast({ t: 'clock', byMs: -5_000 });
      core.broadcast(house(2));
      await until(() => edge.events.includes('house'));
      expect(edge.events).toEqual(['up', 'clock -5000', 'house']);
    });

    it('answers a barrier behind all that the edge has sent on', async () => {
      const edge = await told('edge-1');
      edge.toTell = { t: 'spent', spent: { arrivals: [['192.0.2.1', 9]] }, refused: [] };
      edge.end.tellSpent();
      core.broadcast({ t: 'barrier', barrierId: 7 });
      await until(() => heardOf('edge-1').includes('drained'));
      expect(edge.events).toEqual(['up', 'flush']);
      const [spent, drained] = words.map(([, word]) => word).filter(({ t }) => t !== 'heartbeat');
      expect(spent).toEqual({ t: 'spent', spent: { arrivals: [['192.0.2.1', 9]] }, refused: [] });
      expect(drained).toEqual({ t: 'drained', barrierId: 7 });
    });

    it('has an edge find the next core by itself and say what the last one could not write down', async () => {
      const edge = await told('edge-1');
      core.broadcast({ t: 'orders', orders: [CLEARED] });
      core.broadcast(house(2));
      await until(() => edge.words.length === 1);
      await core.close();
      await until(() => !edge.end.up);
      expect(edge.end.inTouch).toBe(false);
      await until(() => edge.end.downForMs > 0);
      await openCore();
      await until(() => edge.end.up && orders.length === 2);
      expect(orders).toEqual([[], [CLEARED]]);
      expect([edge.end.downForMs, edge.events.filter((what) => what === 'up').length]).toEqual([0, 2]);
    });

    it('knows of an edge whose last word it was that nothing more comes, and hears no more of it', async () => {
      const edge = await told('edge-1');
      const link = linkOf('edge-1');
      await edge.end.reported();
      await edge.end.sayLeft();
      await until(() => heardOf('edge-1').includes('left'));
      expect([link.left, edge.end.up]).toEqual([true, false]);
      const beats = edge.heartbeats;
      const other = await told('edge-2');
      await until(() => other.heartbeats >= 3);
      expect(edge.heartbeats).toBe(beats);
      expect(heardOf('edge-1').at(-1)).toBe('left');
    });
  });
}
