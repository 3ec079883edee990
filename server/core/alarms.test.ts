import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_SHOW, MAX_STANDING_ALARMS, type ShowState } from '../../shared/domain/show-state.ts';
import type { Alarm } from '../../shared/protocol/vitals.ts';
import { Alarms, type JournalAlarm } from './alarms.ts';

let show: ShowState;
let isWritable: boolean;
let told: string[];
/** An alarm is written after what stands in the queue before it. */
let turn: Promise<void>;
let alarms: Alarms;

const journal: JournalAlarm = async (alarm, stands) => {
  await turn;
  if (!stands()) return false;
  if (isWritable) show = { ...show, alarms: [...show.alarms, alarm] };
  return isWritable;
};

beforeEach(() => {
  show = EMPTY_SHOW;
  isWritable = true;
  told = [];
  turn = Promise.resolve();
  alarms = new Alarms({
    nowMs: () => 7,
    show: () => show,
    onAlarm: (code) => told.push(code),
  });
});

const words = (list: readonly Alarm[]) => list.map(({ code, message }) => `${code}: ${message}`);

describe('an alarm', () => {
  it('says itself once for as long as it stands, and stands until somebody has seen it', async () => {
    alarms.open(journal);
    for (let i = 0; i < 3; i += 1) alarms.raise('storage', 'The disk is full.');
    await vi.waitFor(() => expect(show.alarms).toHaveLength(1));
    alarms.raise('storage', 'The disk is full.');
    expect(told).toEqual(['storage']);
    expect(words(alarms.list())).toEqual(['storage: The disk is full.']);
    const [alarm] = alarms.list();
    show = { ...show, alarms: [] };
    alarms.seen(alarm?.id ?? '');
    expect(alarms.list()).toEqual([]);
    alarms.raise('storage', 'The disk is full.');
    expect(told).toEqual(['storage', 'storage']);
  });

  it('stands beside another with the same code and other words', () => {
    alarms.raise('clock-stepped', 'by 3 s');
    alarms.raise('clock-stepped', 'by -3 s');
    expect(alarms.list()).toHaveLength(2);
  });

  it('stands while the journal can not be written, and is journaled when it can', async () => {
    isWritable = false;
    alarms.open(journal);
    alarms.raise('storage', 'The disk is full.');
    expect(alarms.list()).toHaveLength(1);
    isWritable = true;
    await vi.waitFor(() => expect(show.alarms).toHaveLength(1));
    expect(alarms.list()).toEqual(show.alarms);
    alarms.stop();
  });

  it('that was seen before it could be journaled does not come back', async () => {
    isWritable = false;
    alarms.open(journal);
    alarms.raise('storage', 'The disk is full.');
    alarms.raise('second', 'Another.');
    alarms.seen(alarms.list()[0]?.id ?? '');
    isWritable = true;
    await vi.waitFor(() => expect(words(show.alarms)).toEqual(['second: Another.']));
    alarms.stop();
  });
});

it('an alarm that is seen while it waits for its turn is not raised after it, and the next one is', async () => {
  let comes = () => {};
  turn = new Promise((resolve) => {
    comes = resolve;
  });
  alarms.open(journal);
  alarms.raise('storage', 'The disk is full.');
  alarms.raise('second', 'Another.');
  alarms.seen(alarms.list()[0]?.id ?? '');
  comes();
  await vi.waitFor(() => expect(words(show.alarms)).toEqual(['second: Another.']));
  expect(words(alarms.list())).toEqual(['second: Another.']);
});

it('shows all that stand in the journal, however many', () => {
  const many = Array.from({ length: MAX_STANDING_ALARMS }, (_, n) => ({
    id: `a${n}`,
    code: 'c',
    message: '',
    atMs: n,
  }));
  show = { ...show, alarms: many };
  expect(alarms.list()).toEqual(many);
});

describe('an alarm of the supervisor’s', () => {
  it('is taken once, and told as taken when it is in the journal', async () => {
    alarms.open(journal);
    const taken: string[] = [];
    const alarm = { id: 'a1', code: 'core-died', message: 'The core was ended by SIGKILL.' };
    alarms.take(alarm, () => taken.push('first'));
    alarms.take(alarm, () => taken.push('second'));
    await vi.waitFor(() => expect(taken).toEqual(['first']));
    alarms.take(alarm, () => taken.push('third'));
    expect(taken).toEqual(['first', 'third']);
    expect(show.alarms).toEqual([{ ...alarm, atMs: 7 }]);
    expect(told).toEqual([]);
  });
});
