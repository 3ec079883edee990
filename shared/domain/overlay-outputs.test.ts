import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PollId, RunId } from '../protocol/ids.ts';
import type { CommandIntent } from './guards.ts';
import { MAX_OUTPUTS } from './overlay-outputs.ts';
import { takenOn } from './public-surface.ts';
import { FUN, id } from './testing/sample-cues.test-part.ts';
import { DIRECTOR, OWNER, PRODUCER, ShowDriver } from './testing/show-driver.test-part.ts';

const OTHER = { ...FUN, id: id('another') };
const CUES = [FUN, OTHER, { ...FUN, id: id('third') }];
// Names are whatever a director calls an output, those of an object's own parts among them.
const OUTPUTS = ['main', 'side', 'constructor', '__proto__'];
const reason = 'a test';

const take = (surface: string, runId: RunId): CommandIntent => ({ type: 'overlay.take', payload: { surface, runId } });
const hide = (surface: string): CommandIntent => ({ type: 'overlay.hide', payload: { surface } });
const release = (target: PollId, visibility: 'counts' | 'hidden'): CommandIntent => ({
  type: 'poll.reveal',
  target,
  payload: { surface: 'overlay', visibility },
});

/** A show in which each of the polls has been voted on, verified and released to the overlay. */
function released(): ShowDriver {
  const show = new ShowDriver(CUES, 'live');
  for (const { id } of CUES) {
    show.air(id);
    show.seal(id, [3, 2, 1]);
    show.verify(id);
    show.do(release(id, 'counts'), PRODUCER);
  }
  return show;
}

type Step =
  | { does: 'take'; output: string; cue: number }
  | { does: 'hide'; output: string }
  | { does: 'take back' | 'release' | 'revoke'; cue: number }
  | { does: 'clear' | 'to rehearsal' | 'to live' };
const output = fc.constantFrom(...OUTPUTS);
const cue = fc.nat({ max: CUES.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('take' as const), output, cue }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('hide' as const), output }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('take back' as const, 'release' as const), cue }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('revoke' as const), cue }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('clear', 'to rehearsal', 'to live') }) },
) as fc.Arbitrary<Step>;

/** What is on which output, and since when each is as it is: told by what each accepted step is meant to do, and nothing else. */
class Model {
  readonly shows = new Map<string, RunId>();
  readonly since = new Map<string, number>();

  put(output: string, runId: RunId, revision: number): void {
    this.shows.set(output, runId);
    this.since.set(output, revision);
  }

  takeOff(isMeant: (output: string, runId: RunId) => boolean, revision: number): void {
    for (const [output, runId] of [...this.shows]) {
      if (!isMeant(output, runId)) continue;
      this.shows.delete(output);
      this.since.set(output, revision);
    }
  }
}

function play(show: ShowDriver, model: Model, done: Step): void {
  const give = (intent: CommandIntent) => show.give(intent, OWNER) === null;
  const runOf = (at: number) => show.run((CUES[at] ?? FUN).id).runId;
  const now = () => show.state.revision;
  switch (done.does) {
    case 'take':
      if (give(take(done.output, runOf(done.cue)))) model.put(done.output, runOf(done.cue), now());
      return;
    case 'hide':
      if (give(hide(done.output))) model.takeOff((on) => on === done.output, now());
      return;
    case 'release':
      give(release((CUES[done.cue] ?? FUN).id, 'counts'));
      return;
    case 'take back':
    case 'revoke': {
      const target = (CUES[done.cue] ?? FUN).id;
      const back = release(target, 'hidden');
      const intent = done.does === 'revoke' ? ({ type: 'poll.revoke', target, payload: { reason } } as const) : back;
      if (give(intent)) model.takeOff((_, runId) => runId === runOf(done.cue), now());
      return;
    }
    case 'clear':
      if (give({ type: 'show.clear' })) model.takeOff(() => true, now());
      return;
    default: {
      const mode = done.does === 'to live' ? 'live' : 'rehearsal';
      if (give({ type: 'show.mode', payload: { mode } })) model.takeOff(() => true, now());
    }
  }
}

describe('overlay outputs', () => {
  it('show each what was taken there last, whatever is taken and hidden on the others', () => {
    let shown = 0;
    const before = released();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const show = new ShowDriver([], 'live');
        Object.assign(show, { state: before.state, nowMs: before.nowMs });
        const model = new Model();
        for (const done of steps) {
          play(show, model, done);
          for (const on of OUTPUTS) {
            expect([on, takenOn(show.state, on)]).toEqual([on, model.shows.get(on) ?? null]);
          }
          const told = Object.entries(show.view(['director']).show.overlay ?? {});
          const runs = told.flatMap(([on, { runId }]) => (runId === undefined ? [] : [[on, runId] as const]));
          expect(new Map(runs)).toEqual(model.shows);
          expect(new Map(told.map(([on, { revision }]) => [on, revision]))).toEqual(model.since);
          shown = Math.max(shown, model.shows.size);
        }
      }),
      { numRuns: 150 },
    );
    // The steps are worth something only if they fill all outputs at once.
    expect(shown).toBe(OUTPUTS.length);
  });

  it('refuse a TAKE by somebody who has not seen that the output was emptied, and no HIDE', () => {
    const show = released();
    const [fun, other] = [show.run(FUN.id).runId, show.run(OTHER.id).runId];
    show.do(take('main', fun), DIRECTOR);
    const seen = show.state.revision;
    show.do(hide('main'), DIRECTOR);
    const late = { ...take('main', other), expectedRevision: seen };
    expect(show.may(late, DIRECTOR)?.code).toBe('stale-revision');
    expect(show.may({ ...late, expectedRevision: seen + 1 }, DIRECTOR)).toBeNull();
    expect(show.may({ ...take('side', other), expectedRevision: seen }, DIRECTOR)).toBeNull();
    expect(show.may({ ...hide('main'), expectedRevision: seen }, DIRECTOR)?.code).toBe('already');
  });

  it('are no more than a desk can be told of: the longest empty are forgotten, and of those in use none', () => {
    const show = released();
    const { runId } = show.run(FUN.id);
    const names = Array.from({ length: MAX_OUTPUTS }, (_, n) => `output ${n}`);
    for (const name of names) show.do(take(name, runId), DIRECTOR);
    expect(show.may(take('one more', runId), DIRECTOR)?.code).toBe('show-full');
    expect(show.may(take('output 0', runId), DIRECTOR)).toBeNull();
    for (const name of ['output 5', 'output 3']) show.do(hide(name), DIRECTOR);
    show.do(take('one more', runId), DIRECTOR);
    const told = Object.keys(show.view(['director']).show.overlay ?? {});
    expect(told).toHaveLength(MAX_OUTPUTS);
    expect([told.includes('output 5'), told.includes('output 3'), told.includes('one more')]).toEqual([
      ...[false, true, true],
    ]);
  });
});
