import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Who } from '../../shared/domain/roles.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import { type CommandDoor, commandDoor } from './command-door.ts';

const PIA: Who = { actor: 'Pia', roles: ['producer'], source: 'desk:1' };
const ELSEWHERE: Who = { ...PIA, source: 'desk:2' };
const accepted: CommandAnswer = { status: 'accepted', revision: 1, atMs: 1 };

let nowMs: number;
let elapsedMs: number;
let door: CommandDoor;

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  elapsedMs = 0;
  door = commandDoor({
    engine: { execute: async () => accepted },
    nowMs: () => nowMs,
    monotonicNow: () => monotonicMs(elapsedMs),
  });
});

const send = (who: Who, type: string, more: object = {}) =>
  door.submit({ id: randomUUID(), type, clientTimeMs: nowMs, ...more }, who);
/** How many of so many in a row get through. */
async function through(count: number, act: () => ReturnType<CommandDoor['submit']>): Promise<number> {
  let passed = 0;
  for (let i = 0; i < count; i += 1) if (!('error' in (await act()))) passed += 1;
  return passed;
}

describe('the rate of commands', () => {
  it('is 200 at once and 50 a second of a desk, by time that has passed', async () => {
    expect(await through(201, () => send(PIA, 'show.control'))).toBe(200);
    elapsedMs += 1_000;
    expect(await through(51, () => send(PIA, 'show.control'))).toBe(50);
    expect(await through(1, () => send(ELSEWHERE, 'show.control'))).toBe(1);
  });

  it('is not moved by a clock that is set an hour back, nor by one set an hour on', async () => {
    await send(PIA, 'show.control');
    nowMs -= 3_600_000;
    expect(await through(199, () => send(PIA, 'show.control'))).toBe(199);
    nowMs += 7_200_000;
    expect(await through(1, () => send(PIA, 'show.control'))).toBe(0);
  });
});

describe('what takes away', () => {
  const hide = { target: 'q1', payload: { surface: 'audience', visibility: 'hidden' } };
  const show = { target: 'q1', payload: { surface: 'audience', visibility: 'counts' } };

  it('has a bucket of its own, which nothing else empties', async () => {
    expect(await through(300, () => send(PIA, 'show.control'))).toBe(200);
    for (const type of ['show.clear', 'overlay.hide']) {
      expect(await through(1, () => send(PIA, type, { payload: { surface: 'main' } })), type).toBe(1);
    }
    for (const type of ['poll.close', 'poll.recall', 'cue.disarm']) {
      expect(await through(1, () => send(PIA, type, { target: 'q1' })), type).toBe(1);
    }
    expect(await through(1, () => send(PIA, 'poll.reveal', hide))).toBe(1);
    expect(await through(1, () => send(PIA, 'poll.reveal', show))).toBe(0);
  });

  it('is 20 at once and 5 a second of a person, whatever desk it comes from', async () => {
    expect(await through(15, () => send(PIA, 'show.clear'))).toBe(15);
    expect(await through(6, () => send(ELSEWHERE, 'show.clear'))).toBe(5);
    elapsedMs += 1_000;
    expect(await through(6, () => send(PIA, 'show.clear'))).toBe(5);
    expect(await through(1, () => send({ ...PIA, actor: 'Paul' }, 'show.clear'))).toBe(1);
  });

  it('is not taken for what is no command at all', async () => {
    for (const raw of [null, 'show.clear', ['show.clear'], { type: 7 }, { type: 'show.clear', id: 'no uuid' }]) {
      expect(await door.submit(raw, PIA)).toMatchObject({ error: { code: 'malformed' } });
    }
  });
});

describe('what a command may be', () => {
  const nested = (levels: number) => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = { in: value };
    return value;
  };
  const cue = (more: object) => ({
    payload: { cue: { id: 'q9', kind: 'note', text: 'x', durationMs: 1_000, ...more } },
  });

  it.for([
    ['nested deeper than 32 levels', 'cue.add', cue({ own: nested(40) })],
    ['nested deeper than any stack', 'cue.add', cue({ own: nested(100_000) })],
    [
      'of thousands of keys',
      'cue.add',
      cue({ own: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [n, 1])) }),
    ],
    ['with a cue of 240 KB', 'cue.add', cue({ own: 'x'.repeat(240_000) })],
    ['without a cue, of 20 KB', 'poll.answer', { target: 'q1', payload: { answer: ['x'.repeat(20_000)] } }],
    ['of an unknown kind and 20 KB', 'x'.repeat(20_000), {}],
  ] as [string, string, object][])('is refused when it is %s', async ([, type, more]) => {
    expect(await send(PIA, type, more)).toMatchObject({ error: { code: 'malformed' } });
  });

  it('is as large as a cue with all its texts', async () => {
    const options = Array.from({ length: 50 }, (_, n) => ({ id: `o${n}`, text: 'x'.repeat(200) }));
    const texts = { text: 'x'.repeat(500), notes: 'x'.repeat(5_000), contingency: 'x'.repeat(5_000), options };
    expect(await send(PIA, 'cue.add', cue({ ...texts, kind: 'multiple', own: nested(20) }))).toEqual(accepted);
  });
});
