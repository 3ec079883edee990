import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EdgeHeartbeat, EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { CommandId, RunId } from '../../shared/protocol/ids.ts';
import { tempFolder, until } from '../edge/edge-harness.test-part.ts';
import { FakeCore } from '../edge/fake-core.test-part.ts';
import { monotonicNow } from '../process/clocks.ts';
import { SocketLink } from './socket-link.ts';

const CLOSED: HeldOrder = {
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

let folder: string;
let core: FakeCore;
let link: SocketLink;
let ups: number;
/** When this end has made its heartbeats, ms. */
let made: number[];

/** A link to the core at this address that is told of its own doing. */
function linkTo(path: string, { onUp, onBeat }: { onUp: () => void; onBeat: () => void }): SocketLink {
  return new SocketLink({
    backplanePath: path,
    edgeId: 'edge-1',
    edgeEpoch: 'first',
    monotonicNow,
    log: pino({ level: 'silent' }),
    side: {
      linkUp: onUp,
      flushAll: () => {},
      heartbeat: () => {
        onBeat();
        return { t: 'heartbeat' } as EdgeHeartbeat;
      },
      spent: () => null,
      received: () => {},
      coreTime: () => {},
      coreTimeSet: () => {},
    },
    batches: { unanswered: 0, linkUp: () => {}, answered: () => {} },
  });
}

beforeEach(async () => {
  folder = tempFolder();
  ups = 0;
  made = [];
  core = new FakeCore(join(folder, 'core.sock'));
  link = linkTo(core.path, {
    onUp: () => {
      ups += 1;
    },
    onBeat: () => made.push(performance.now()),
  });
  await core.start();
  link.start();
  await until(() => core.heartbeats > 0);
});
afterEach(async () => {
  link.stop();
  await core.die();
  rmSync(folder, { recursive: true, force: true });
});

const hellos = () => core.heard.flatMap((m: EdgeToCore) => (m.t === 'hello' ? [m.orders] : []));

it('says to the next core what the last one took away and could not write down, as it was told last', async () => {
  core.send({ t: 'orders', orders: [CLOSED] });
  core.send({ t: 'pong', t0: 0, serverNowMs: 0 });
  const before = core.heartbeats;
  await until(() => core.heartbeats > before + 1);
  for (let life = 2; life < 4; life += 1) {
    await core.die();
    await core.start();
    // Said is not heard yet: a core that dies before it heard nothing.
    await until(() => ups === life && hellos().length === life);
  }
  core.send({ t: 'orders', orders: [] });
  const then = core.heartbeats;
  await until(() => core.heartbeats > then + 1);
  await core.die();
  await core.start();
  await until(() => ups === 4);
  await until(() => hellos().length === 4);
  expect(hellos()).toEqual([[], [CLOSED], [CLOSED], []]);
});

it('says that it lives out of its work, while a flood keeps its timers waiting', async () => {
  const before = made.length;
  const untilMs = performance.now() + 1_500;
  // One turn of the event loop: no timer of this process runs in it.
  while (performance.now() < untilMs) link.worked();
  expect(made.length - before).toBeGreaterThanOrEqual(5);
  expect(made.length - before).toBeLessThanOrEqual(8);
  await until(() => core.heartbeats >= made.length);
});

it('beats where there is no work, too, and no more than five times a second', async () => {
  await until(() => made.length >= 12);
  const gaps = made.slice(1).map((atMs, i) => atMs - (made[i] ?? 0));
  // Whether it was the clock of the beat that read late or this one's, the next gap is as much shorter.
  for (let i = 1; i < gaps.length; i += 1) expect((gaps[i - 1] ?? 0) + (gaps[i] ?? 0)).toBeGreaterThan(390);
});

it('says nothing more once it has said that it left, and does not come back', async () => {
  await link.sayLeft();
  await until(() => core.heard.at(-1)?.t === 'left');
  for (let i = 0; i < 10_000; i += 1) link.worked();
  const beats = made.length;
  await core.die();
  // Another one that did not leave comes back and beats: so would this one have.
  let othersBeats = 0;
  const other = linkTo(core.path, {
    onUp: () => {},
    onBeat: () => {
      othersBeats += 1;
    },
  });
  other.start();
  await core.start();
  await until(() => othersBeats >= 3);
  other.stop();
  expect([made.length, ups]).toEqual([beats, 1]);
});

it('is out of touch with a core that answers nothing, though its socket is open, and in touch again when it answers', async () => {
  await until(() => link.inTouch);
  core.answersPings = false;
  await until(() => !link.inTouch);
  expect([link.up, core.connections]).toEqual([true, 1]);
  core.answersPings = true;
  await until(() => link.inTouch);
});
