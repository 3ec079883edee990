/** Desks that may see the same things: their changes and vitals are made once for all of them. */
import { type CoreFacts, deskCue, onAir, showHead } from '../../shared/domain/desk-view.ts';
import { switchStates } from '../../shared/domain/ladder.ts';
import { maySeeAnswers, maySeeNetworks } from '../../shared/domain/roles.ts';
import type { CueState, ShowState } from '../../shared/domain/show-state.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { Change, DeskCue } from '../../shared/protocol/desk-state.ts';

/**
 * `answers`: right answers before their reveal, and where the audience comes from. `networks`: the latter alone. `hidden`: numbers
 * that are hidden from the desk.
 */
export interface DeskAudience {
  key: string;
  roles: readonly Role[];
}

/** The group that desks with these roles belong to. */
export function deskAudience(roles: readonly Role[]): DeskAudience {
  const answers = maySeeAnswers(roles);
  const hidden = roles.includes('verifier');
  const [name, role] = answers
    ? (['answers', 'producer'] as const)
    : maySeeNetworks(roles)
      ? (['networks', 'operator'] as const)
      : (['plain', 'director'] as const);
  return { key: `${name}${hidden ? '+hidden' : ''}`, roles: [role, ...(hidden ? (['verifier'] as const) : [])] };
}

/** What a journal entry changed, as this audience may see it. Untouched parts of a state are the same objects. */
export function changesBetween(
  { before, after, facts }: { before: ShowState; after: ShowState; facts: CoreFacts },
  audience: DeskAudience,
): Change[] {
  const changes: Change[] = [];
  const old = new Map(before.cues.map((cue) => [cue.cue.id, cue]));
  for (const cue of after.cues) {
    const was = old.get(cue.cue.id);
    old.delete(cue.cue.id);
    if (was === cue && sameRun(before, after, cue)) continue;
    changes.push({ kind: 'cue', id: cue.cue.id, value: deskCue(after, cue, audience.roles) });
  }
  for (const id of old.keys()) changes.push({ kind: 'cue', id, value: null });
  const order = after.cues.map((c) => c.cue.id);
  if (order.join() !== before.cues.map((c) => c.cue.id).join())
    changes.push({ kind: 'show', id: 'order', value: order });
  const head = showHead(after, facts);
  if (JSON.stringify(head) !== JSON.stringify(showHead(before, facts))) {
    changes.push({ kind: 'show', id: 'head', value: head });
  }
  // A level turns switches that nobody has touched.
  const asked = new Map(switchStates(before, facts.inForce).map(({ id, requested }) => [id, requested]));
  for (const state of switchStates(after, facts.inForce)) {
    const { id, requested } = state;
    if (before.switches[id] === after.switches[id] && asked.get(id) === requested) continue;
    changes.push({ kind: 'switch', id: state.id, value: state });
  }
  if (changes.some((change) => change.kind === 'cue')) {
    const cues = after.cues.map((c) => deskCue(after, c, audience.roles)).filter((c): c is DeskCue => c !== null);
    changes.push({ kind: 'show', id: 'onAir', value: onAir(cues) });
  }
  return changes;
}

function sameRun(before: ShowState, after: ShowState, cue: CueState): boolean {
  const was = cue.runs[before.mode];
  const is = cue.runs[after.mode];
  return was === is && (is === null || before.runs[is] === after.runs[is]);
}
