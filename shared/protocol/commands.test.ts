import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUES, candidates } from '../domain/testing/moves.test-part.ts';
import { ShowDriver, START_MS } from '../domain/testing/show-driver.test-part.ts';
import { Command, CommandAnswer, targetOf } from './commands.ts';

const HEAD = { id: '0198c0de-0000-7000-8000-000000000001', clientTimeMs: START_MS };
const TARGETED = Command.options.filter((option) => 'target' in option.shape).map((option) => option.shape.type.value);

describe('a command', () => {
  it('that a desk can think of is one on the wire', () => {
    for (const intent of candidates(new ShowDriver(CUES, 'live'))) {
      const command = { ...HEAD, ...intent };
      expect(Command.parse(JSON.parse(JSON.stringify(command)))).toEqual(command);
    }
  });

  it('on a cue names its target, all others none', () => {
    expect(TARGETED).toHaveLength(20);
    for (const type of TARGETED) expect([type, Command.safeParse({ ...HEAD, type }).success]).toEqual([type, false]);
    expect(targetOf(Command.parse({ ...HEAD, type: 'cue.go', target: 'fun' }))).toBe('fun');
    expect(targetOf(Command.parse({ ...HEAD, type: 'show.clear' }))).toBeNull();
  });

  it('needs an id, a time and a known type', () => {
    const go = { ...HEAD, type: 'cue.go', target: 'fun' };
    expect(Command.safeParse(go).success).toBe(true);
    expect(Command.safeParse({ ...go, id: 'press-1' }).success).toBe(false);
    expect(Command.safeParse({ ...go, clientTimeMs: undefined }).success).toBe(false);
    expect(Command.safeParse({ ...go, type: 'cue.fire' }).success).toBe(false);
  });

  it('that takes a run off air or holds it gives a reason that is not blank', () => {
    for (const type of ['poll.pause', 'poll.void', 'poll.revoke']) {
      const given = (payload: unknown) => Command.safeParse({ ...HEAD, type, target: 'fun', payload }).success;
      expect([
        type,
        given(undefined),
        given({}),
        given({ reason: ' \u200b ' }),
        given({ reason: 'band not ready' }),
      ]).toEqual([type, false, false, false, true]);
    }
  });

  it('of any shape is judged and never thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...TARGETED), (payload, type) => {
        const made = Command.safeParse({ ...HEAD, type, target: 'fun', payload });
        expect(typeof made.success).toBe('boolean');
      }),
    );
  });
});

describe('an answer', () => {
  it('is accepted with the revision, or refused with code, sentence and server time', () => {
    expect(CommandAnswer.safeParse({ status: 'accepted', revision: 7, atMs: START_MS }).success).toBe(true);
    const refused = { status: 'refused', code: 'lane-busy', message: 'Busy.', serverNowMs: START_MS };
    expect(CommandAnswer.safeParse(refused).success).toBe(true);
    expect(CommandAnswer.safeParse({ ...refused, code: 'no-idea' }).success).toBe(false);
  });
});
