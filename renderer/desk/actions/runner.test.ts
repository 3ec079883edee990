import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Outcome } from '../store/command-record.ts';
import { createDeskStore, type DeskStore, snapshotCame, socketChanged, vitalsCame } from '../store/desk-store.ts';
import { createWindowStore, type WindowStore } from '../store/window-store.ts';
import { cueId, NOW_MS, SHOW, VITALS } from '../testing/show-fixture.ts';
import { createRunner, type Runner } from './runner.ts';

let desk: DeskStore;
let win: WindowStore;
let sent: CommandIntent[];
let runner: Runner;
const startMs = performance.now();
/** The desk's clock at the fixture's moment, running. */
const clock = { nowMs: () => NOW_MS + performance.now() - startMs };

beforeEach(() => {
  desk = createDeskStore();
  win = createWindowStore();
  sent = [];
  const nowMs = clock.nowMs();
  const state = { ...SHOW, cues: SHOW.cues.map((c) => (c.id === cueId(7) ? { ...c, closesAtMs: nowMs + 80_000 } : c)) };
  const met = snapshotCame(desk.getState(), { revision: 42, serverNowMs: nowMs, state }, nowMs);
  const heard = vitalsCame(met, { ...VITALS, serverNowMs: nowMs }, nowMs).data;
  desk.setState({
    ...socketChanged(heard, { joined: true, attempt: 0, nowMs }),
    session: { kind: 'open', me: { actor: 'Mara L.', roles: ['owner'] }, deskUrl: '' },
  });
  const accepted: Outcome = {
    kind: 'accepted',
    answer: { status: 'accepted', revision: 42, atMs: 1 },
    latencyMs: 1,
    settledLater: false,
  };
  const sender = {
    send: async (intent: CommandIntent) => {
      sent.push(intent);
      return accepted;
    },
  };
  runner = createRunner({ desk, window: win, sender, clock });
});

test('a tap is sent at once', () => {
  runner.press('hold', 'key');
  expect(sent).toEqual([{ type: 'poll.pause', target: cueId(7), payload: { reason: 'hold' } }]);
});

test('CLOSE with much time left is sent only when it was held to its end', async () => {
  runner.press('close', 'button');
  expect(win.getState().holding).toMatchObject({ actionId: 'close', holdMs: 800 });
  expect(sent).toEqual([]);
  await vi.waitFor(() =>
    expect(sent).toEqual([{ type: 'poll.close', target: cueId(7), payload: { confirmed: true } }]),
  );
  expect(win.getState().holding).toBeNull();
});

test('letting go empties a hold at once and sends nothing', async () => {
  runner.press('close', 'button');
  runner.release('close');
  expect(win.getState().holding).toBeNull();
  // A second hold that runs to its end shows that the first one's clock is gone.
  runner.press('close', 'button');
  await vi.waitFor(() => expect(sent).toHaveLength(1));
});

test('a blocked press sends nothing and the strip says why', () => {
  runner.press('go', 'key');
  expect(sent).toEqual([]);
  expect(desk.getState().last).toMatchObject({
    kind: 'remark',
    remark: { text: 'GO cue 8 not sent: "Who sings the final song?" is on air in the poll lane.' },
  });
});

test('a press without a link is not sent and says so', () => {
  desk.setState((data) => socketChanged(data, { joined: false, attempt: 1, nowMs: clock.nowMs() }));
  runner.press('hold', 'key');
  expect(sent).toEqual([]);
  expect(desk.getState().last).toMatchObject({
    kind: 'remark',
    remark: { text: 'HOLD cue 7 not sent: there is no link to the core' },
  });
});

test('HOLD with a reason asks first', () => {
  runner.press('hold-reason', 'button');
  expect(sent).toEqual([]);
  expect(win.getState().question).toEqual({ kind: 'reason', act: 'pause', cueId: cueId(7) });
});

test('after GO the focus goes on, after RECALL it comes back', async () => {
  win.setState({ selected: cueId(8) });
  await runner.send({ type: 'cue.go', target: cueId(8) }, { source: 'key', actionId: 'go' });
  expect(win.getState().selected).toBeNull();
  await runner.send({ type: 'poll.recall', target: cueId(8) }, { source: 'key', actionId: 'recall' });
  expect(win.getState().selected).toBe(cueId(8));
});

test('out of the palette even a tap is held, and let go it sends nothing', async () => {
  const letGo = runner.hold('hold', 'palette', 800);
  expect(win.getState().holding).toMatchObject({ actionId: 'hold', holdMs: 800 });
  runner.release('hold');
  expect(await letGo).toBe(false);
  expect(sent).toEqual([]);
  expect(await runner.hold('hold', 'palette', 20)).toBe(true);
  expect(sent).toEqual([{ type: 'poll.pause', target: cueId(7), payload: { reason: 'hold' } }]);
});

test('what must be held longer anyway is, and a blocked act is not carried out', async () => {
  const clear = runner.hold('clear', 'palette', 20);
  expect(win.getState().holding).toMatchObject({ actionId: 'clear', holdMs: 1_000 });
  runner.release('clear');
  expect(await clear).toBe(false);
  expect(await runner.hold('go', 'palette', 20)).toBe(false);
});

test('a hold that means something else at its end sends nothing and says so', async () => {
  const held = runner.hold('disarm', 'palette', 30);
  desk.setState((data) => {
    if (data.show === null) throw new Error('no show');
    const { state } = data.show;
    const cues = state.cues.map((c) => {
      if (c.id === cueId(8)) return { ...c, intake: 'ready' as const };
      return c.id === cueId(9) ? { ...c, intake: 'armed' as const } : c;
    });
    return { ...data, show: { ...data.show, state: { ...state, cues } } };
  });
  await held;
  expect(sent).toEqual([]);
  expect(desk.getState().last).toMatchObject({ remark: { text: expect.stringContaining('became another act') } });
});
