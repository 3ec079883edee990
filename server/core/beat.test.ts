import { beforeEach, expect, it } from 'vitest';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import type { LinkedEdge } from '../backplane/linked-edge.ts';
import { Beat } from './beat.ts';

let links: LinkedEdge[];
let isHeld: boolean;
let heard: string[];
let beat: Beat;

beforeEach(() => {
  links = [];
  isHeld = true;
  heard = [];
  const hears = (what: string) => () => void heard.push(what);
  beat = new Beat({
    clock: { check: hears('clock') },
    edges: { links: () => links },
    spread: { follow: (viewers) => void heard.push(`spread ${viewers}`) },
    board: { post: hears('board') },
    show: { state: EMPTY_SHOW },
    curves: { recorder: { sample: hears('curves') } as never },
    desks: { vitals: hears('vitals'), leaveWithoutToken: hears('tokens') },
    vitalsFor: () => ({}) as Vitals,
    alarm: (code) => heard.push(`alarm ${code}`),
    lease: { of: { renew: async (epoch) => isHeld && epoch === 3 }, epoch: 3, nowMs: () => 1 },
    onFenced: (message) => heard.push(message),
  });
});

it('looks at the clock first, and then tells by it', () => {
  beat.beat();
  expect(heard).toEqual(['clock', 'spread 0', 'board', 'curves', 'vitals']);
});

it('spreads returns by the fullest edge, and tells of one that is full', () => {
  const heartbeat = (ws: number, full: boolean) => ({ heartbeat: { ws, sse: 1, poll: 2, full } }) as LinkedEdge;
  links = [heartbeat(10, false), heartbeat(500, true)];
  beat.beat();
  expect(heard).toContain('spread 503');
  expect(heard).toContain('alarm edge-full');
});

it('says once that it has been replaced when the lease is another’s', async () => {
  await beat.renew();
  expect(heard).toEqual([]);
  isHeld = false;
  await beat.renew();
  expect(heard).toEqual([expect.stringContaining('this one has been replaced')]);
});
