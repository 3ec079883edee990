/** Commands on the show: mode, T0, CLEAR AIR, the overlay. */
import { describe, expect, it } from 'vitest';
import type { PollId } from '../protocol/ids.ts';
import { Cue, ShowFile } from '../protocol/show-file.ts';
import { whatIsMissing } from './cue-rules.ts';
import { evolveEntry } from './evolve.ts';
import type { CommandIntent } from './guards.ts';
import { EMPTY_AIR, EMPTY_SHOW, MAX_STANDING_ALARMS } from './show-state.ts';
import { showAt } from './testing/intakes.test-part.ts';
import { CTA, DRAFT, EDITORIAL, FUN } from './testing/sample-cues.test-part.ts';
import {
  DIRECTOR,
  OPERATOR,
  OWNER,
  PRODUCER,
  ShowDriver,
  START_MS,
  VERIFIER,
} from './testing/show-driver.test-part.ts';

const reveal = (target: PollId, surface: 'audience' | 'overlay', visibility: 'hidden' | 'counts'): CommandIntent => ({
  type: 'poll.reveal',
  target,
  payload: { surface, visibility },
});

describe('an imported show', () => {
  it('has complete cues ready, incomplete ones as drafts, and keeps what it does not know', () => {
    const show = ShowFile.parse({ title: 'A', t0: '2026-11-28T20:00:00+01:00', cues: [FUN, DRAFT], studio: 'B' });
    const act = { actor: 'Olga', source: 'file', commandId: 'c', atMs: START_MS };
    const state = evolveEntry(EMPTY_SHOW, [{ type: 'show.imported', show, mode: 'rehearsal', showId: 'show' }], {
      seq: 1,
      act,
    });
    expect(Object.values(state.runs).map((run) => run.intake)).toEqual(['ready', 'draft']);
    expect(state).toMatchObject({ revision: 1, t0Ms: Date.parse('2026-11-28T19:00:00Z'), extra: { studio: 'B' } });
    expect([whatIsMissing(FUN), whatIsMissing(DRAFT)]).toEqual([null, expect.any(String)]);
  });
});

describe('the mode', () => {
  it.each(['armed', 'open', 'paused', 'closing'] as const)('does not change while a cue is %s', (intake) => {
    const show = showAt(FUN, intake);
    expect(show.may({ type: 'show.mode', payload: { mode: 'rehearsal' } }, OWNER)?.code).toBe('mode-busy');
    expect(show.may({ type: 'show.mode', payload: { mode: 'live' } }, OWNER)?.code).toBe('already');
  });

  it('starts the first run of every cue in the new mode, and takes up the old runs on coming back', () => {
    const show = showAt(FUN, 'verified');
    const live = show.run(FUN.id);
    show.do({ type: 'show.mode', payload: { mode: 'rehearsal' } }, PRODUCER);
    expect(show.run(FUN.id)).toMatchObject({ mode: 'rehearsal', round: 1, intake: 'ready', tally: null });
    expect(show.state.air).toEqual(EMPTY_AIR);
    show.air(FUN.id);
    show.seal(FUN.id, [1, 1, 1]);
    show.do({ type: 'show.mode', payload: { mode: 'live' } }, PRODUCER);
    expect(show.run(FUN.id)).toEqual(live);
  });

  it('may change between seal and verification, which the core still gives', () => {
    const show = showAt(FUN, 'closed');
    const { runId } = show.run(FUN.id);
    show.do({ type: 'show.mode', payload: { mode: 'rehearsal' } }, PRODUCER);
    expect(show.step({ type: 'system.verify', runId, recountMatches: true })).toBeNull();
    expect([show.state.runs[runId]?.intake, show.run(FUN.id).intake]).toEqual(['verified', 'ready']);
  });

  it('keeps the frozen text of a run that was edited in the other mode', () => {
    const show = showAt(FUN, 'verified');
    show.do({ type: 'show.mode', payload: { mode: 'rehearsal' } }, PRODUCER);
    const edit = { text: 'Another question?', options: FUN.options?.slice(1) };
    show.do({ type: 'cue.edit', target: FUN.id, payload: { cue: edit } }, PRODUCER);
    expect(show.view(['owner']).cues[0]).toMatchObject({
      text: 'Another question?',
      options: [{ id: 'b' }, { id: 'c' }],
    });
    show.do({ type: 'show.mode', payload: { mode: 'live' } }, PRODUCER);
    expect(show.view(['owner']).cues[0]).toMatchObject({ text: FUN.text, options: FUN.options });
  });
});

describe('CLEAR AIR', () => {
  it.each([OWNER, PRODUCER, DIRECTOR, OPERATOR, VERIFIER])('works from the desk of $roles', (person) => {
    expect(showAt(FUN, 'open').may({ type: 'show.clear' }, person)).toBeNull();
  });

  it('ends what is open and empties every surface, and forgets nothing that was seen', () => {
    const show = new ShowDriver([EDITORIAL, CTA], 'live');
    show.air(EDITORIAL.id);
    show.air(CTA.id);
    const { runId } = show.run(EDITORIAL.id);
    show.do({ type: 'overlay.take', payload: { surface: 'main', runId } }, DIRECTOR);
    show.pass(2_000);
    show.do({ type: 'show.clear' }, VERIFIER);
    expect(show.run(EDITORIAL.id)).toMatchObject({
      intake: 'closing',
      closesAtMs: show.nowMs,
      visibility: { desk: 'counts', audience: 'hidden', overlay: 'hidden', api: 'hidden' },
      seenOn: ['audience', 'overlay'],
    });
    expect(show.run(CTA.id).intake).toBe('closing');
    expect(show.state).toMatchObject({
      overlay: { main: { runId: null, revision: show.state.revision } },
      air: { poll: null, cta: null, results: null, recent: [] },
    });
  });
});

describe('the overlay', () => {
  it('takes only what the producer has released, and only then has it been seen there', () => {
    const show = showAt(FUN, 'verified');
    const { runId } = show.run(FUN.id);
    const take: CommandIntent = { type: 'overlay.take', payload: { surface: 'main', runId } };
    expect(show.may(take, DIRECTOR)?.code).toBe('not-released');
    show.do(reveal(FUN.id, 'overlay', 'counts'), PRODUCER);
    expect(show.run(FUN.id).seenOn).toEqual([]);
    show.do(take, DIRECTOR);
    expect(show.run(FUN.id).seenOn).toEqual(['overlay']);
    expect(show.state.overlay).toEqual({ main: { runId, revision: show.state.revision } });
  });

  it('is empty once what it shows is hidden by the director, taken back by the producer, or pulled', () => {
    const shown = () => {
      const show = showAt(FUN, 'verified');
      show.do(reveal(FUN.id, 'overlay', 'counts'), PRODUCER);
      show.do({ type: 'overlay.take', payload: { surface: 'main', runId: show.run(FUN.id).runId } }, DIRECTOR);
      return show;
    };
    const hide: CommandIntent = { type: 'overlay.hide', payload: { surface: 'main' } };
    const waysOff: readonly [CommandIntent, typeof DIRECTOR][] = [
      [hide, DIRECTOR],
      [reveal(FUN.id, 'overlay', 'hidden'), PRODUCER],
      [{ type: 'poll.revoke', target: FUN.id, payload: { reason: 'wrong' } }, PRODUCER],
    ];
    for (const [intent, person] of waysOff) {
      const show = shown();
      expect(show.may({ type: 'overlay.hide', payload: { surface: 'other' } }, DIRECTOR)?.code).toBe('already');
      show.do(intent, person);
      const emptied = { main: { runId: null, revision: show.state.revision } };
      expect([intent.type, show.state.overlay]).toEqual([intent.type, emptied]);
      expect(show.may(hide, DIRECTOR)?.code).toBe('already');
    }
  });
});

describe('T0', () => {
  const auto = Cue.parse({ ...CTA, trigger: { offsetMs: 60_000, autoGo: true } });
  const move = (t0Ms: number, confirmed: boolean): CommandIntent => ({ type: 'show.t0', payload: { t0Ms, confirmed } });

  it('wants a confirmation when cues that fire by themselves would fall into the past', () => {
    const show = showAt(auto, 'ready');
    expect(show.may(move(START_MS - 60_000, false), PRODUCER)?.code).toBe('needs-confirmation');
    expect(show.may(move(START_MS - 59_999, false), PRODUCER)).toBeNull();
    show.do(move(START_MS - 60_000, true), PRODUCER);
    expect(show.state.t0Ms).toBe(START_MS - 60_000);
  });

  it('does not ask for cues that have fired, or that wait for a person', () => {
    expect(showAt(auto, 'closed').may(move(0, false), PRODUCER)).toBeNull();
    const byHand = { ...auto, trigger: { offsetMs: 60_000 } };
    expect(showAt(byHand, 'ready').may(move(0, false), PRODUCER)).toBeNull();
  });
});

describe('a journal of an older version', () => {
  // Each was taken, and ready, by the rules of its time.
  const taken: Record<string, Partial<Cue>> = {
    'ballots without an option': { min: 0 },
    'two options that look alike': { options: (FUN.options ?? []).map((option) => ({ ...option, text: 'A' })) },
    'a trigger of its own end': { trigger: { after: FUN.id } },
    'an offset that no clock shows': { trigger: { offsetMs: 9e15 } },
  };
  it.each(Object.entries(taken))('with %s loads, and the cue can be set right', (_, old) => {
    const show = new ShowDriver([{ ...FUN, ...old }, CTA], 'live');
    expect(show.view(['owner']).cues).toHaveLength(2);
    const { id: _id, ...right } = FUN;
    show.do({ type: 'cue.edit', target: FUN.id, payload: { cue: { notes: 'Old' } } }, PRODUCER);
    show.do(
      { type: 'cue.edit', target: FUN.id, payload: { cue: { ...right, min: 1, trigger: { offsetMs: 0 } } } },
      PRODUCER,
    );
    if (show.run(FUN.id).intake === 'draft') show.do({ type: 'cue.ready', target: FUN.id }, PRODUCER);
    expect(show.may({ type: 'cue.arm', target: FUN.id }, PRODUCER)).toBeNull();
  });

  it('never arms a cue that was made ready by older rules and is wrong by these', () => {
    const show = new ShowDriver([{ ...FUN, max: 3 }], 'live');
    const run = { ...show.run(FUN.id), intake: 'ready' as const };
    show.state = { ...show.state, runs: { [run.runId]: run } };
    expect(show.may({ type: 'cue.arm', target: FUN.id }, PRODUCER)).toMatchObject({
      code: 'incomplete',
      message: expect.stringContaining('single'),
    });
  });
});

describe('alarms that nobody acknowledges', () => {
  it('stand in the show, the newest of them, and do not grow without end', () => {
    const more = 3;
    const act = { actor: 'server', source: 'server', commandId: 'c', atMs: START_MS };
    let state = EMPTY_SHOW;
    for (let n = 0; n < MAX_STANDING_ALARMS + more; n += 1) {
      const alarm = { type: 'alarm.raised' as const, id: `a${n}`, code: 'storage', message: '', atMs: START_MS };
      state = evolveEntry(state, [alarm], { seq: n + 1, act });
    }
    expect(state.alarms).toHaveLength(MAX_STANDING_ALARMS);
    expect(state.alarms[0]?.id).toBe(`a${more}`);
    expect(state.alarms.at(-1)?.id).toBe(`a${MAX_STANDING_ALARMS + more - 1}`);
  });
});
