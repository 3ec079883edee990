import { expect, it } from 'vitest';
import type { EdgeHeartbeat } from '../../shared/protocol/backplane.ts';
import { FullEdges } from './full-edges.ts';

it('says of each edge once that it is full, and again after it has had room', () => {
  const said: string[] = [];
  const edges = new FullEdges((code, message) => said.push(`${code} ${message.split(' ')[0]}`));
  const follow = (...full: boolean[]) =>
    edges.follow(full.map((isFull, i) => ({ edgeId: `edge-${i}`, heartbeat: { full: isFull } as EdgeHeartbeat })));
  follow(false, false);
  follow(true, false);
  follow(true, false);
  follow(true, true);
  expect(said).toEqual(['edge-full edge-0', 'edge-full edge-1']);
  follow(false, true);
  follow(true, true);
  expect(said).toEqual(['edge-full edge-0', 'edge-full edge-1', 'edge-full edge-0']);
});
