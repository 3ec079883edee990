/** The ledger in a few lines, and arbitrary evenings to compare it with. */
import fc from 'fast-check';
import type { BallotRow, RunRule } from '../../shared/protocol/backplane.ts';
import type { Intake } from '../../shared/protocol/desk-state.ts';
import { ballotOf, NOW_MS, ruleOf } from './builders.test-part.ts';

/** What people and cores do, as plain data. A group is what one commit takes together. */
export type Step =
  | { t: 'rule'; poll: string; intake: Intake }
  | { t: 'ballots'; ballots: BallotRow[] }
  | { t: 'resend' }
  | { t: 'seal'; poll: string };
export type Act = { t: 'group'; steps: Step[]; diskFails: boolean } | { t: 'restart' };

const CLOSES_MS = NOW_MS + 60_000;
export const POLLS: Record<string, { maxBallots: number }> = { one: { maxBallots: 1 }, three: { maxBallots: 3 } };

export function ruleFor(poll: string, intake: Intake): RunRule {
  const paused = intake === 'paused';
  return ruleOf({
    ...POLLS[poll],
    pollId: ballotOf({ poll })[3],
    intake,
    closesAtMs: paused ? null : CLOSES_MS,
    pausedAtMs: paused ? NOW_MS + 1_000 : null,
  });
}

/** The box in a few lines: what it must say, without a ledger, a group or a hash. */
export class Model {
  readonly rules = new Map<string, RunRule>();
  readonly sealed = new Set<string>();
  readonly accepted = new Map<string, string[]>();
  readonly totals = new Map<string, number>();
  readonly attempts = new Map<string, number>();
  remembered = new Map<string, string>();
  readonly links = new Set<string>();

  copy(): Model {
    return structuredCloneInto(new Model(), this);
  }

  word([voter, mode, id, poll, round, choice, , atMs]: BallotRow, { epoch, no, again }: Named): string {
    const run = `${poll}:${mode}:${round}`;
    const key = `${run} ${voter}`;
    const used = this.accepted.get(key) ?? [];
    const told = this.remembered.get(`${key} ${id}`);
    if (told !== undefined) return told;
    if (used.includes(id)) return 'accepted';
    const rule = this.rules.get(run);
    const link = `${epoch} ${no} ${run}`;
    const refuse = (word: string): string => {
      if (word !== 'malformed') this.remembered.set(`${key} ${id}`, word);
      if (rule !== undefined && !again.has(link)) this.attempts.set(run, (this.attempts.get(run) ?? 0) + 1);
      if (rule !== undefined) this.links.add(link);
      return word;
    };
    if (rule === undefined || ['draft', 'ready', 'armed'].includes(rule.intake)) return refuse('not-eligible');
    if (choice.length !== 1 || !['a', 'b', 'c'].includes(choice[0] ?? '')) return refuse('malformed');
    const over = this.sealed.has(run) || !['open', 'paused', 'closing'].includes(rule.intake);
    if (over || (rule.intake !== 'paused' && atMs > CLOSES_MS + 2_000)) return refuse('late');
    if (rule.intake === 'paused' && atMs >= NOW_MS + 1_000) return 'paused';
    if (used.length >= rule.maxBallots) return refuse(rule.maxBallots === 1 ? 'duplicate' : 'over-limit');
    if (again.has(link)) return 'unavailable';
    this.links.add(link);
    this.accepted.set(key, [...used, id]);
    this.totals.set(run, (this.totals.get(run) ?? 0) + 1);
    return 'accepted';
  }
}
/** A batch by name; `again`: the links that were there before it came. */
interface Named {
  epoch: string;
  no: number;
  again: ReadonlySet<string>;
}
function structuredCloneInto(target: Model, source: Model): Model {
  return Object.assign(target, structuredClone({ ...source }));
}

const poll = fc.constantFrom('one', 'three');
const intake = fc.constantFrom<Intake>('armed', 'open', 'open', 'open', 'paused', 'closing', 'closed', 'void');
const ballot = fc
  .record({
    poll: fc.constantFrom('one', 'one', 'three', 'three', 'nowhere'),
    voter: fc.constantFrom('ann', 'bob', 'cyd'),
    id: fc.constantFrom('b1', 'b2', 'b3', 'b4', 'b5'),
    choice: fc.constantFrom(['a'], ['b'], ['c'], ['z'], []),
    receivedAtMs: fc.constantFrom(NOW_MS + 999, NOW_MS + 1_000, CLOSES_MS + 2_000, CLOSES_MS + 2_001),
  })
  .map((parts) => ballotOf({ ...parts, choice: [...parts.choice] }));
const step = fc.oneof<[fc.Arbitrary<Step>, ...{ arbitrary: fc.Arbitrary<Step>; weight: number }[]]>(
  fc.record({ t: fc.constant('rule' as const), poll, intake }),
  {
    weight: 5,
    arbitrary: fc.record({
      t: fc.constant('ballots' as const),
      ballots: fc.array(ballot, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ t: 'resend' }) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant('seal' as const), poll }) },
);
export const act = fc.oneof<
  [{ arbitrary: fc.Arbitrary<Act>; weight: number }, { arbitrary: fc.Arbitrary<Act>; weight: number }]
>(
  {
    weight: 12,
    arbitrary: fc.record({
      t: fc.constant('group' as const),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
      diskFails: fc.nat(19).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Act>({ t: 'restart' }) },
);
