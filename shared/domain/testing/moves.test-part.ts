/** What people and the core may try in a show: every command on every cue, and every step of the core's own. */
import fc from 'fast-check';
import { SwitchPosition } from '../../protocol/desk-state.ts';
import type { Cue } from '../../protocol/show-file.ts';
import { Surface, Visibility } from '../../protocol/show-file.ts';
import { decideSystem, type SystemStep } from '../decide.ts';
import { type CommandIntent, mayCommand } from '../guards.ts';
import { CTA, DRAFT, EDITORIAL, FUN, NOTE, optionIds, PREDICTION, QUIZ, REGULATED } from './sample-cues.test-part.ts';
import {
  DIRECTOR,
  OPERATOR,
  OWNER,
  type Person,
  PRODUCER,
  SECOND_PRODUCER,
  type ShowDriver,
  tallyOf,
  VERIFIER,
} from './show-driver.test-part.ts';

export const CUES: readonly Cue[] = [FUN, EDITORIAL, QUIZ, REGULATED, CTA, NOTE, DRAFT, PREDICTION];
export const PEOPLE: readonly Person[] = [OWNER, PRODUCER, SECOND_PRODUCER, DIRECTOR, OPERATOR, VERIFIER];
const ADDED: Cue = { ...CTA, id: 'added' as Cue['id'] };
const reason = 'a test';

/** Every command that could be tried now, possible or not. */
export function candidates(show: ShowDriver): CommandIntent[] {
  const cues = show.state.cues.map((c) => c.cue);
  return [...cues.flatMap((cue) => onCue(cue)), ...onShow(show)];
}

function onCue(cue: Cue): CommandIntent[] {
  const target = cue.id;
  const options = cue.options?.map((o) => o.id) ?? optionIds('a');
  return [
    ...(['cue.ready', 'cue.arm', 'cue.disarm', 'cue.go', 'cue.rerun', 'cue.skip', 'cue.remove'] as const).map(
      (type) => ({ type, target }),
    ),
    { type: 'cue.edit', target, payload: { cue: { text: 'Edited' } } },
    { type: 'cue.edit', target, payload: { cue: { notes: 'Mind the band' } } },
    { type: 'cue.edit', target, payload: { cue: { text: '' } } },
    { type: 'cue.edit', target, payload: { cue: { answer: optionIds('nowhere') } } },
    { type: 'cue.move', target, payload: { before: FUN.id } },
    { type: 'cue.move', target, payload: { before: null } },
    ...(['poll.recall', 'poll.resume', 'poll.close', 'poll.verify', 'poll.archive'] as const).map((type) => ({
      type,
      target,
    })),
    { type: 'poll.close', target, payload: { confirmed: true } },
    ...(['poll.pause', 'poll.void', 'poll.revoke'] as const).map((type) => ({ type, target, payload: { reason } })),
    ...[15_000, -10_000, -30_000].map((byMs) => ({ type: 'poll.extend' as const, target, payload: { byMs } })),
    { type: 'poll.answer', target, payload: { reveal: true } },
    ...options.map((option) => ({ type: 'poll.answer' as const, target, payload: { answer: [option] } })),
    ...Surface.options.flatMap((surface) =>
      Visibility.options.map((visibility) => ({
        type: 'poll.reveal' as const,
        target,
        payload: { surface, visibility },
      })),
    ),
  ];
}

function onShow(show: ShowDriver): CommandIntent[] {
  const runIds = show.view(['owner']).cues.map((c) => c.runId);
  return [
    { type: 'cue.add', payload: { cue: ADDED } },
    ...['main', 'side'].flatMap((surface): CommandIntent[] => [
      ...runIds.map((runId) => ({ type: 'overlay.take' as const, payload: { surface, runId } })),
      { type: 'overlay.hide', payload: { surface } },
    ]),
    { type: 'switch.set', payload: { switch: 'economy', position: 'on', reason } },
    ...SwitchPosition.options.flatMap((position) =>
      [{}, { revertAfterMs: 60_000 }].map((revert) => ({
        type: 'switch.set' as const,
        payload: { switch: 'results-cadence', position, reason, ...revert },
      })),
    ),
    { type: 'show.mode', payload: { mode: 'live' } },
    { type: 'show.mode', payload: { mode: 'rehearsal' } },
    { type: 'show.t0', payload: { t0Ms: show.nowMs + 60_000 } },
    { type: 'show.control' },
    { type: 'show.clear' },
  ];
}

/** Every step that the core could try now, on runs of both modes and of any round, and on switches. */
export function systemSteps(show: ShowDriver, counts: readonly number[]): SystemStep[] {
  const onRuns = Object.values(show.state.runs).flatMap((run): SystemStep[] => [
    { type: 'system.disarm', runId: run.runId },
    { type: 'system.close', runId: run.runId },
    { type: 'system.seal', runId: run.runId, head: `head-${counts.join('-')}`, tally: tallyOf(run, counts) },
    { type: 'system.verify', runId: run.runId, recountMatches: true },
    { type: 'system.verify', runId: run.runId, recountMatches: false },
  ]);
  const revertsAtMs = show.state.switches['results-cadence']?.revertsAtMs ?? 0;
  const anchor = { bootId: 'boot', coreMs: 0, monotonicMs: 0, uptimeMs: 0 };
  const onClock = [-3_600_000, 3_600_000].map((byMs): SystemStep => ({ type: 'system.clock', byMs, anchor }));
  const { level } = show.state;
  const onLevel = [0, 2, 4].map((to): SystemStep => ({ type: 'system.level', from: level, to, cause: 'a test' }));
  return [...onRuns, ...onClock, ...onLevel, { type: 'system.revert', switch: 'results-cadence', revertsAtMs, reason }];
}

/** One thing that happens to the show. `pick` chooses among what could happen, so that it shrinks well. */
export type Move =
  | { what: 'accepted' | 'any'; pick: number; person: number; scheduled: boolean }
  | { what: 'step'; pick: number; counts: number[] }
  | { what: 'time'; ms: number };

const person = fc.nat({ max: PEOPLE.length - 1 });
const pick = fc.nat({ max: 9_999 });
const counts = fc.array(fc.nat({ max: 1_000 }), { minLength: 3, maxLength: 3 });
const ms = fc.oneof(
  fc.constantFrom(0, 1, 999, 1_000, 4_999, 5_000, 5_001, 10_000, 60_000, 300_000),
  fc.nat({ max: 120_000 }),
);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('accepted'), pick, person, scheduled: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('any'), pick, person, scheduled: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('step'), pick, counts }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('time'), ms }) },
) as fc.Arbitrary<Move>;
export const moves = fc.array(move, { minLength: 20, maxLength: 80, size: 'max' });

function pickOf<T>(list: readonly T[], at: number): T | null {
  return list.length === 0 ? null : (list[at % list.length] ?? null);
}

/** A type first, so that the many ways of one command don't crowd the others out. */
function pickCommand(list: readonly CommandIntent[], at: number): CommandIntent | null {
  const types = [...new Set(list.map((intent) => intent.type))];
  const type = pickOf(types, at);
  const ofType = list.filter((intent) => intent.type === type);
  return pickOf(ofType, Math.floor(at / Math.max(1, types.length)));
}

/** Commands that lead on weigh more than those that can be given at any time; else nothing ever gets on air. */
const LEADS_ON = new Set([
  'cue.arm',
  'cue.go',
  'poll.pause',
  'poll.close',
  'poll.verify',
  'poll.reveal',
  'poll.void',
  'poll.archive',
  'cue.rerun',
  'overlay.take',
]);

/** What was done, or null where the move found nothing to do. */
export type Done = { by: 'person'; intent: CommandIntent; refused: boolean } | { by: 'core'; step: SystemStep } | null;

export function play(show: ShowDriver, what: Move): Done {
  if (what.what === 'time') {
    show.pass(what.ms);
    return null;
  }
  if (what.what === 'step') {
    const possible = systemSteps(show, what.counts).filter((step) =>
      Array.isArray(decideSystem(show.state, step, show.nowMs)),
    );
    const step = pickOf(possible, what.pick) ?? pickOf(systemSteps(show, what.counts), what.pick);
    return step && show.step(step) === null ? { by: 'core', step } : null;
  }
  const someone = PEOPLE[what.person] ?? OWNER;
  const around = { scheduled: what.scheduled };
  const all = candidates(show);
  const view = show.view(['owner']);
  const ctx = show.context(someone, around);
  const may = what.what === 'any' ? all : all.filter((intent) => mayCommand(view, intent, ctx) === null);
  const leading = may.filter((intent) => LEADS_ON.has(intent.type));
  const intent = pickCommand(what.pick % 3 === 0 || leading.length === 0 ? may : leading, what.pick);
  if (!intent) return null;
  return { by: 'person', intent, refused: show.give(intent, someone, around) !== null };
}
