import { beforeEach, expect, test, vi } from 'vitest';
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Command, CommandLookup } from '../../../shared/protocol/commands.ts';
import type { CommandAck } from '../../../shared/protocol/desk-events.ts';
import type { LogIntent, LogOutcome } from '../../../shared/protocol/logbook.ts';
import { newCommandId } from '../host/new-id.ts';
import { createDeskStore, type DeskStore, snapshotCame, socketChanged, ticked } from '../store/desk-store.ts';
import { cueId, SHOW } from '../testing/show-fixture.ts';
import { createSender } from './send-command.ts';

const ARM: CommandIntent = { type: 'cue.arm', target: cueId(9) };
const BY_KEY = { source: 'key', actionId: 'arm' } as const;
const ACCEPTED: CommandAck = { status: 'accepted', revision: 42, atMs: 1 };

let store: DeskStore;
let nowMs: number;
let sent: Command[];
let asked: string[];
let intents: LogIntent[];
let outcomes: LogOutcome[];
let ack: () => Promise<CommandAck>;
let lookup: () => Promise<CommandLookup | null>;
let inTime: boolean;

beforeEach(() => {
  nowMs = 50_000;
  [sent, asked, intents, outcomes, inTime] = [[], [], [], [], true];
  ack = () => Promise.resolve(ACCEPTED);
  lookup = () => Promise.resolve({ status: 'never-seen' });
  store = createDeskStore();
  const met = snapshotCame(store.getState(), { revision: 42, serverNowMs: 60_000, state: SHOW }, nowMs);
  store.setState(socketChanged(met, { joined: true, attempt: 0, nowMs }));
});

function sender() {
  return createSender({
    store,
    clock: { nowMs: () => nowMs },
    line: {
      emit: (command) => {
        sent.push(command);
        return ack();
      },
      lookup: (id) => {
        asked.push(id);
        return lookup();
      },
    },
    log: {
      intent: async (intent) => {
        // What is on disk must have been there before it left.
        expect(sent.some((command) => command.id === intent.id)).toBe(false);
        intents.push(intent);
        return { inTime };
      },
      outcome: (outcome) => void outcomes.push(outcome),
    },
    newId: newCommandId,
    labelOf: (intent) => intent.type,
  });
}

test('a command carries the cue’s revision as seen here and the core’s time, and its intent is logged first', async () => {
  await sender().send(ARM, BY_KEY);
  expect(sent).toMatchObject([{ type: 'cue.arm', target: cueId(9), expectedRevision: 39, clientTimeMs: 60_000 }]);
  expect(intents).toMatchObject([
    { id: sent[0]?.id, source: 'key', type: 'cue.arm', target: cueId(9), command: sent[0] },
  ]);
  expect(outcomes).toMatchObject([{ outcome: 'accepted', loggedLate: false, settled: false, latencyMs: 0 }]);
});

test('a second press while the first is under way is never sent, nor is one before the change is on screen', async () => {
  let answer: (ack: CommandAck) => void = () => {};
  ack = () => new Promise((resolve) => (answer = resolve));
  const send = sender();
  const first = send.send(ARM, BY_KEY);
  expect(await send.send(ARM, BY_KEY)).toBeNull();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  answer({ status: 'accepted', revision: 43, atMs: 1 });
  await first;
  expect(await send.send(ARM, BY_KEY)).toBeNull();
  expect(sent).toHaveLength(1);
  expect(intents).toHaveLength(1);
});

test('on a silent link nothing is sent, and the log says so', async () => {
  nowMs = 52_500;
  store.setState((data) => ticked(data, nowMs));
  expect(await sender().send(ARM, BY_KEY)).toMatchObject({ kind: 'not-sent' });
  expect(sent).toEqual([]);
  expect(intents).toHaveLength(1);
  expect(outcomes).toMatchObject([{ outcome: 'not-sent', settled: false }]);
});

test('a link that dies while the log is being written sends nothing', async () => {
  const send = sender();
  const pressed = send.send(ARM, BY_KEY);
  store.setState((data) => socketChanged(data, { joined: false, attempt: 1, nowMs }));
  expect(await pressed).toMatchObject({ kind: 'not-sent' });
  expect(sent).toEqual([]);
});

test('without an answer it is unknown, then settled by asking for the id, and never sent again', async () => {
  ack = () => Promise.reject(new Error('timeout'));
  let tries = 0;
  lookup = async () => {
    tries += 1;
    return tries < 2 ? null : { status: 'accepted', revision: 42, atMs: 1 };
  };
  const send = sender();
  const done = send.send(ARM, BY_KEY);
  await vi.waitFor(() => expect(store.getState().commands['cue.arm cue-9']?.phase.kind).toBe('unknown'));
  expect(await send.send(ARM, BY_KEY)).toBeNull();
  expect(await done).toMatchObject({ kind: 'accepted', settledLater: true });
  expect(sent).toHaveLength(1);
  expect(asked).toEqual([sent[0]?.id, sent[0]?.id]);
  expect(outcomes.map((o) => [o.outcome, o.settled])).toEqual([
    ['unknown', false],
    ['accepted', true],
  ]);
});

test('a command that never arrived is told as such', async () => {
  ack = () => Promise.reject(new Error('timeout'));
  expect(await sender().send(ARM, BY_KEY)).toEqual({ kind: 'never-seen' });
  expect(outcomes.at(-1)).toMatchObject({ outcome: 'never-seen', settled: true });
});

test('a late log is marked, a refusal keeps its code and sentence', async () => {
  inTime = false;
  ack = () => Promise.resolve({ status: 'refused', code: 'lane-busy', message: 'On air.', serverNowMs: 1 });
  await sender().send(ARM, BY_KEY);
  expect(outcomes).toMatchObject([{ outcome: 'refused', code: 'lane-busy', message: 'On air.', loggedLate: true }]);
});

test('an answer that is no command’s answer is an error', async () => {
  ack = () => Promise.resolve({ error: { code: 'unavailable', message: 'Broken.' } });
  expect(await sender().send(ARM, BY_KEY)).toMatchObject({ kind: 'error', code: 'unavailable' });
});
