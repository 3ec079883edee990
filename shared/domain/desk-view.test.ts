/** What each desk may see of a show. */
import { describe, expect, it } from 'vitest';
import type { Role } from '../protocol/commands.ts';
import { Cue } from '../protocol/show-file.ts';
import { deskVisibility, visibleTally } from './desk-view.ts';
import { showAt } from './testing/intakes.test-part.ts';
import { CTA, FUN, optionIds, QUIZ } from './testing/sample-cues.test-part.ts';
import { PRODUCER, ShowDriver, START_MS } from './testing/show-driver.test-part.ts';

const cueFor = (show: ShowDriver, ...roles: Role[]) => show.view(roles).cues[0];

describe('the count', () => {
  it('is stripped for every desk but the verifier’s when the desk is hidden', () => {
    const show = showAt(FUN, 'verified');
    expect(cueFor(show, 'director')?.tally).toMatchObject({
      total: 10,
      options: [{ id: 'a', count: 7, share: 0.7 }, {}, {}],
    });
    const hide = { surface: 'desk', visibility: 'hidden' } as const;
    show.do({ type: 'poll.reveal', target: FUN.id, payload: hide }, PRODUCER);
    for (const role of ['owner', 'producer', 'director', 'operator'] as const) {
      expect([role, cueFor(show, role)?.tally]).toEqual([role, undefined]);
      expect(deskVisibility(show.run(FUN.id), [role])).toBe('hidden');
    }
    expect(cueFor(show, 'verifier')?.tally).toMatchObject({ total: 10 });
    expect(show.run(FUN.id).seenOn).toEqual([]);
  });

  it('has no share of nothing', () => {
    const tally = { total: 0, options: [{ id: optionIds('a')[0] ?? '', count: 0 }] } as Parameters<
      typeof visibleTally
    >[0];
    expect(visibleTally(tally, 'percentages')).toEqual({ options: [{ id: 'a', share: 0 }] });
  });

  it('can’t be worked out from percentages', () => {
    const tally = (a: number, b: number) =>
      visibleTally(
        { total: a + b, options: optionIds('a', 'b').map((id, i) => ({ id, count: i === 0 ? a : b })) },
        'percentages',
      );
    expect(tally(40_001, 20_000)).toEqual(tally(40_003, 20_001));
  });
});

describe('the right answer', () => {
  it('reaches producer and owner, and everybody once it is revealed', () => {
    const show = showAt(QUIZ, 'verified');
    const seenBy = () =>
      (['owner', 'producer', 'director', 'operator', 'verifier'] as const).filter((role) => cueFor(show, role)?.answer);
    expect(seenBy()).toEqual(['owner', 'producer']);
    expect(cueFor(show, 'director')?.answerState).toBe('set');
    show.do({ type: 'poll.answer', target: QUIZ.id, payload: { reveal: true } }, PRODUCER);
    expect(seenBy()).toHaveLength(5);
    expect(cueFor(show, 'director')).toMatchObject({ answer: ['y2'], answerState: 'revealed' });
  });
});

describe('a cue', () => {
  it('carries its show-file fields, unknown ones too, but none that would pass for the run’s', () => {
    const odd = Cue.parse({ ...FUN, colour: 'gold', closesAtMs: 1, tally: { total: 99 }, verifiedBy: 'Nobody' });
    const cue = cueFor(showAt(odd, 'ready'), 'producer');
    expect(cue).toMatchObject({ id: 'fun', colour: 'gold', durationMs: 60_000, runId: 'fun:live:1', round: 1 });
    expect([cue?.closesAtMs, cue?.tally, cue?.verifiedBy]).toEqual([undefined, undefined, undefined]);
  });

  it('has a revision that is the last change to it or its run, and says who made it', () => {
    const show = new ShowDriver([FUN, CTA], 'live');
    show.arm(CTA.id);
    const [fun, cta] = show.view(['producer']).cues;
    expect([fun?.revision, cta?.revision]).toEqual([1, 2]);
    expect(cta?.lastAct).toEqual({ actor: 'Pia', source: 'test', commandId: 'command-2', atMs: START_MS });
  });

  it('occupies its lane while it is open or paused, and no longer', () => {
    const lane = (intake: Parameters<typeof showAt>[1]) => showAt(FUN, intake).view(['producer']).onAir.poll;
    expect(['armed', 'open', 'paused', 'closing', 'closed'].map((at) => lane(at as 'open'))).toEqual([
      null,
      'fun',
      'fun',
      null,
      null,
    ]);
  });
});

describe('a cue that has been on air', () => {
  it('says by the journal when that was, so that the order of airings is no matter of clocks', () => {
    const show = new ShowDriver([FUN, CTA], 'live');
    for (const cue of [CTA, FUN]) {
      expect(show.view(['director']).cues.find(({ id }) => id === cue.id)?.openedRevision).toBeUndefined();
      show.pass(1_000);
      show.arm(cue.id);
      show.do({ type: 'cue.go', target: cue.id }, PRODUCER);
      const { cues, revision } = show.view(['director']);
      expect(cues.find(({ id }) => id === cue.id)?.openedRevision).toBe(revision);
    }
  });
});
