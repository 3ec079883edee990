/** The class of a poll chooses its guards: fun, editorial, regulated. And the two-person rules. */
import { describe, expect, it } from 'vitest';
import type { CommandIntent } from './guards.ts';
import { showAt } from './testing/intakes.test-part.ts';
import { EDITORIAL, FUN, REGULATED } from './testing/sample-cues.test-part.ts';
import {
  DIRECTOR,
  OPERATOR,
  OWNER,
  type Person,
  PRODUCER,
  SECOND_PRODUCER,
  type ShowDriver,
  VERIFIER,
} from './testing/show-driver.test-part.ts';

const arm: CommandIntent = { type: 'cue.arm', target: REGULATED.id };
const code = (show: ShowDriver, intent: CommandIntent, person: Person) => show.may(intent, person)?.code ?? null;

describe('a regulated vote', () => {
  it('is armed by two different people', () => {
    const show = showAt(REGULATED, 'ready');
    show.do(arm, PRODUCER);
    expect(show.run(REGULATED.id)).toMatchObject({ intake: 'ready', armAskedBy: 'Pia' });
    expect(code(show, arm, PRODUCER)).toBe('second-person');
    show.do(arm, SECOND_PRODUCER);
    expect(show.run(REGULATED.id)).toMatchObject({ intake: 'armed', armedBy: 'Paul', armAskedBy: null });
  });

  it('needs both people again after it was disarmed or its text was changed', () => {
    const show = showAt(REGULATED, 'armed');
    show.do({ type: 'cue.disarm', target: REGULATED.id }, PRODUCER);
    show.do(arm, SECOND_PRODUCER);
    show.do({ type: 'cue.edit', target: REGULATED.id, payload: { cue: { text: 'Who wins it all?' } } }, PRODUCER);
    show.do(arm, SECOND_PRODUCER);
    expect(show.run(REGULATED.id)).toMatchObject({ intake: 'ready', armAskedBy: 'Paul' });
  });

  it('never arms by schedule, nor without a connected identity service', () => {
    const show = showAt(REGULATED, 'ready');
    expect(show.may(arm, OWNER, { scheduled: true })?.code).toBe('not-by-schedule');
    expect(show.may(arm, OWNER, { identityConnected: false })?.code).toBe('identity-missing');
    const fun = showAt(FUN, 'ready');
    const armFun: CommandIntent = { type: 'cue.arm', target: FUN.id };
    expect(fun.may(armFun, OWNER, { scheduled: true, identityConnected: false })).toBeNull();
  });
});

describe('VERIFY', () => {
  const people: readonly [string, Person][] = [
    ['owner', OWNER],
    ['producer', PRODUCER],
    ['verifier', VERIFIER],
    ['verifier who is the producer too', { actor: 'Pia', roles: ['producer', 'verifier'] }],
    ['verifier who is the owner too', { actor: 'Olga', roles: ['owner', 'verifier'] }],
    ['director', DIRECTOR],
    ['operator', OPERATOR],
  ];
  const who = (cue: typeof FUN) => {
    const show = showAt(cue, 'closed');
    const verify: CommandIntent = { type: 'poll.verify', target: cue.id };
    for (const [, person] of people) {
      const refusal = show.may(verify, person);
      if (refusal) expect(refusal.code).toBe('role');
    }
    return people.filter(([, person]) => show.may(verify, person) === null).map(([name]) => name);
  };

  it('of a fun or editorial poll is the producer’s and the owner’s', () => {
    const theirs = ['owner', 'producer', 'verifier who is the producer too', 'verifier who is the owner too'];
    expect(who(FUN)).toEqual(theirs);
    expect(who(EDITORIAL)).toEqual(theirs);
  });

  it('of a regulated vote is a verifier’s who is nobody else', () => {
    expect(who(REGULATED)).toEqual(['verifier']);
  });

  it('happens by itself for a fun poll, and for no other', () => {
    const step = (show: ShowDriver, cue: typeof FUN, recountMatches: boolean) =>
      show.step({ type: 'system.verify', runId: show.run(cue.id).runId, recountMatches })?.code ?? null;
    const fun = showAt(FUN, 'closed');
    expect(step(fun, FUN, false)).toBe('recount-differs');
    expect(step(fun, FUN, true)).toBeNull();
    expect(fun.run(FUN.id)).toMatchObject({ intake: 'verified', verifiedBy: 'core' });
    expect(step(showAt(EDITORIAL, 'closed'), EDITORIAL, true)).toBe('role');
    expect(step(showAt(REGULATED, 'closed'), REGULATED, true)).toBe('role');
  });

  it('is refused while the recount differs from the live count', () => {
    const show = showAt(EDITORIAL, 'closed');
    const verify: CommandIntent = { type: 'poll.verify', target: EDITORIAL.id };
    expect(show.may(verify, PRODUCER, { recount: 'differs' })?.code).toBe('recount-differs');
    expect(show.may(verify, PRODUCER, { recount: 'matches' })).toBeNull();
    show.do(verify, PRODUCER);
    expect(show.run(EDITORIAL.id)).toMatchObject({ intake: 'verified', verifiedBy: 'Pia' });
  });
});

describe('VOID and REVOKE', () => {
  const voiding: CommandIntent = { type: 'poll.void', target: FUN.id, payload: { reason: 'wrong names' } };

  it('takes two people to void, and the second one’s reason is the public one', () => {
    const show = showAt(FUN, 'verified');
    show.do(voiding, OPERATOR);
    expect(show.run(FUN.id)).toMatchObject({ intake: 'verified', voidAskedBy: 'Otto' });
    expect(code(show, voiding, OPERATOR)).toBe('second-person');
    show.do({ ...voiding, payload: { reason: 'the names were swapped' } }, PRODUCER);
    expect(show.run(FUN.id)).toMatchObject({ intake: 'void', reason: 'the names were swapped' });
  });

  it('takes one person and a reason to revoke; the sealed votes are kept', () => {
    const show = showAt(FUN, 'closed');
    const { tally, head } = show.run(FUN.id);
    show.do({ type: 'poll.revoke', target: FUN.id, payload: { reason: 'a slur' } }, OPERATOR);
    expect(show.run(FUN.id)).toMatchObject({ intake: 'revoked', reason: 'a slur', tally, head });
  });

  it('hides the result from every surface that showed it live', () => {
    const show = showAt(EDITORIAL, 'open');
    show.do({ type: 'poll.revoke', target: EDITORIAL.id, payload: { reason: 'a slur' } }, PRODUCER);
    expect(show.run(EDITORIAL.id).visibility).toMatchObject({ audience: 'hidden', overlay: 'hidden', api: 'hidden' });
  });

  it('leaves no time running on a held run', () => {
    const show = showAt(FUN, 'paused');
    show.do({ type: 'poll.revoke', target: FUN.id, payload: { reason: 'a slur' } }, PRODUCER);
    expect(show.run(FUN.id)).toMatchObject({ remainingMs: null, pausedAtMs: null });
  });
});
