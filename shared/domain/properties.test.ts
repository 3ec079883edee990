/** Whatever people and the core do, in whatever order and at whatever pace, these hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Role } from '../protocol/commands.ts';
import { DeskState, type Intake } from '../protocol/desk-state.ts';
import { deskState, NO_CORE_FACTS } from './desk-view.ts';
import { mayCommand } from './guards.ts';
import { faultsOfChange, faultsOfState } from './testing/invariants.test-part.ts';
import { CUES, candidates, type Move, moves, PEOPLE, play } from './testing/moves.test-part.ts';
import { fold, ShowDriver } from './testing/show-driver.test-part.ts';

const modes = fc.constantFrom('live' as const, 'rehearsal' as const);

/** Plays all moves and stops with the first fault. */
function playAll(show: ShowDriver, all: readonly Move[], reached: Set<Intake>): void {
  for (const move of all) {
    const before = show.state;
    const done = play(show, move);
    const faults = faultsOfState(show.state);
    if (done !== null) faults.push(...faultsOfChange(before, show.state, done));
    expect(faults, JSON.stringify(done)).toEqual([]);
    for (const run of Object.values(show.state.runs)) reached.add(run.intake);
  }
}

// Shrinking a found fault takes its time; what it is for is the shortest way to it.
describe('any sequence of commands and steps', { timeout: 300_000 }, () => {
  it('reaches no illegal state by no illegal way', () => {
    const reached = new Set<Intake>();
    fc.assert(
      fc.property(modes, moves, (mode, all) => {
        playAll(new ShowDriver(CUES, mode), all, reached);
      }),
      { numRuns: 150 },
    );
    // The moves are worth something only if they lead everywhere.
    expect([...reached].toSorted()).toEqual([
      'archived',
      'armed',
      'closed',
      'closing',
      'draft',
      'open',
      'paused',
      'ready',
      'revoked',
      'verified',
      'void',
    ]);
  });

  it('gives the same state again when the journal is read back from disk', () => {
    fc.assert(
      fc.property(modes, moves, (mode, all) => {
        const show = new ShowDriver(CUES, mode);
        for (const move of all) play(show, move);
        expect(fold(JSON.parse(JSON.stringify(show.entries)))).toEqual(show.state);
      }),
      { numRuns: 40 },
    );
  });

  it('shows under every button the refusal that the core gives, whatever the desk may see', () => {
    fc.assert(
      fc.property(modes, moves, fc.boolean(), (mode, all, identityConnected) => {
        const show = new ShowDriver(CUES, mode);
        for (const move of all) play(show, move);
        const core = show.view(['owner']);
        const desks = Role.options.map((role) => [role, show.view([role])] as const);
        for (const intent of candidates(show)) {
          for (const person of PEOPLE) {
            const ctx = show.context(person, { identityConnected });
            const given = mayCommand(core, intent, ctx);
            for (const [role, desk] of desks) {
              const shown = mayCommand(desk, intent, ctx);
              const same = shown?.code === given?.code && shown?.message === given?.message;
              if (!same) expect([intent, role, shown]).toEqual([intent, role, given]);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('lets right answers reach only producer and owner before they are revealed', () => {
    fc.assert(
      fc.property(modes, moves, (mode, all) => {
        const show = new ShowDriver(CUES, mode);
        for (const move of all) {
          play(show, move);
          for (const role of ['director', 'operator', 'verifier'] as const) {
            for (const cue of show.view([role]).cues) {
              const known = cue.answer?.filter((id) => cue.options?.some((o) => o.id === id)) ?? [];
              if (cue.answerState !== 'revealed') expect([role, cue.id, known]).toEqual([role, cue.id, []]);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the desk state in the shape that the protocol promises', () => {
    fc.assert(
      fc.property(modes, moves, (mode, all) => {
        const show = new ShowDriver(CUES, mode);
        for (const move of all) play(show, move);
        const state = deskState(show.state, { roles: ['owner'], serverNowMs: show.nowMs, facts: NO_CORE_FACTS });
        expect(DeskState.parse(state)).toEqual(state);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 40 },
    );
  });
});
