import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ActionAck } from '../../../shared/protocol/desk-events.ts';
import type { ActionRecord, LogIntent, LogOutcome } from '../../../shared/protocol/logbook.ts';
import { type CoreLog, createCoreLog, MAX_WAITING } from './core-log.ts';

let stored: string | null;
let given: ActionRecord[];
let told: string[];
let answer: (record: ActionRecord) => Promise<ActionAck>;
let me: string | null;

const open = (): CoreLog =>
  createCoreLog({
    give: (record) => {
      given.push(record);
      return answer(record);
    },
    actor: () => me,
    storage: {
      load: () => stored,
      save: (text) => {
        stored = text;
      },
    },
    onTrouble: (message) => told.push(message),
  });

const intent = (id: string): LogIntent => ({
  ...{ id, atMs: 1, actor: 'Mara L.', source: 'key', type: 'cue.go', target: null, command: null },
});
const outcome = (id: string): LogOutcome => ({
  ...{ id, outcome: 'not-sent', code: null, message: null, latencyMs: null, answer: null },
  ...{ loggedLate: true, settled: false },
});
const ids = (records: readonly ActionRecord[]) =>
  records.map((r) => (r.kind === 'intent' ? `${r.intent.id} pressed` : `${r.outcome.id} ended`));
const noLink = () => Promise.reject(new Error('no link'));

beforeEach(() => {
  vi.useFakeTimers();
  [stored, given, told, me] = [null, [], [], 'Mara L.'];
  answer = async () => null;
});
afterEach(() => void vi.useRealTimers());

test('an intent that the core has on disk is in time, and nothing of it stays behind', async () => {
  const log = open();
  expect(await log.intent(intent('a'))).toEqual({ inTime: true });
  log.outcome(outcome('a'));
  await vi.waitFor(() => expect(ids(given)).toEqual(['a pressed', 'a ended']));
  await vi.waitFor(() => expect(stored).toBeNull());
});

test('without a link an act waits 100 ms at most; what was pressed is kept over a reload and handed over in order', async () => {
  answer = noLink;
  const before = open();
  for (const id of ['a', 'b']) {
    const logged = before.intent(intent(id));
    await vi.advanceTimersByTimeAsync(100);
    expect(await logged).toEqual({ inTime: false });
    before.outcome(outcome(id));
  }
  given = [];
  answer = async () => null;
  const after = open();
  expect(ids(after.waiting())).toEqual(['a pressed', 'a ended', 'b pressed', 'b ended']);
  after.flush();
  await vi.waitFor(() => expect(ids(given)).toEqual(['a pressed', 'a ended', 'b pressed', 'b ended']));
  await vi.waitFor(() => expect(after.waiting()).toEqual([]));
});

test('a core that can’t write now is asked again, and nothing overtakes', async () => {
  answer = async () => ({ error: { code: 'unavailable', message: 'The disk is full.' } });
  const log = open();
  void log.intent(intent('a'));
  log.outcome(outcome('a'));
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['The disk is full.']);
  expect(ids(log.waiting())).toEqual(['a pressed', 'a ended']);
  answer = async () => null;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ids(given)).toEqual(['a pressed', 'a pressed', 'a ended']);
});

test('what the core will never take is told and holds up nothing', async () => {
  answer = async (record) => {
    if (record.kind === 'outcome') return { error: { code: 'not-found', message: 'No such action.' } };
    return record.intent.id === 'a' ? { error: { code: 'log-full', message: 'It takes no more.' } } : null;
  };
  const log = open();
  const refused = log.intent(intent('a'));
  log.outcome(outcome('a'));
  const taken = log.intent(intent('b'));
  expect(await refused).toEqual({ inTime: false });
  expect(await taken).toEqual({ inTime: true });
  expect(told).toEqual(['It takes no more.']);
});

test('what another person’s session left in the tab is not logged under this one’s name', async () => {
  answer = noLink;
  void open().intent(intent('a'));
  answer = async () => null;
  me = 'Tom W.';
  given = [];
  const log = open();
  log.flush();
  await vi.waitFor(() => expect(log.waiting()).toEqual([]));
  expect(given).toEqual([]);
  expect(told).toHaveLength(1);
});

test('the tab’s storage is bounded, and that something was lost is told', async () => {
  answer = noLink;
  const log = open();
  for (let n = 0; n < MAX_WAITING + 10; n++) log.outcome(outcome(String(n)));
  expect(log.waiting()).toHaveLength(MAX_WAITING);
  expect(ids(log.waiting()).at(-1)).toBe(`${MAX_WAITING + 9} ended`);
  expect(told.length).toBeGreaterThan(0);
});
