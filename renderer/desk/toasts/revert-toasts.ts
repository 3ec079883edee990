/** A pin that is about to revert is announced a minute before, with the act that keeps it. */

import { mayCommand } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import { ageInSeconds } from '../../ui/format.ts';
import { keepAction, type SwitchActionId, switchIntent } from '../actions/switch-acts.ts';
import { guardContext, type Moment } from '../store/moment.ts';
import { measureOf } from '../words/measures.ts';

export const WARN_BEFORE_MS = 60_000;

export interface RevertToast {
  /** A pin that was kept and is about to revert again is another one. */
  key: string;
  level: 'warn';
  /** Local time. */
  receivedAtMs: number;
  /** `Pin on “Slower results” reverts in` */
  what: string;
  /** `43 s` */
  left: string;
  detail: string;
  /** Null for a desk whose role can't set switches. */
  act: SwitchActionId | null;
}

export function revertToasts(moment: Moment): readonly RevertToast[] {
  return moment.show.switches.flatMap(({ id, position, revertsAtMs, setBy, revision }) => {
    if (position === 'auto' || revertsAtMs === undefined) return [];
    const leftMs = revertsAtMs - moment.nowMs;
    if (leftMs <= 0 || leftMs > WARN_BEFORE_MS) return [];
    const keep = switchIntent({ id, position, reason: 'kept', revertAfterMs: leftMs, revision });
    const may = mayCommand(moment.show, keep, guardContext(moment))?.code !== 'role';
    const by = setBy === undefined ? '' : `Set by ${isolated(personIn(moment.show, setBy.actor).replace(/\.$/, ''))}. `;
    return [
      {
        // By the act that pinned it: its time moves along when somebody sets the core's clock, and tells of nothing new by that.
        key: `revert ${id} ${setBy?.commandId ?? revertsAtMs}`,
        level: 'warn',
        receivedAtMs: moment.localNowMs - (WARN_BEFORE_MS - leftMs),
        what: `Pin ${position} “${measureOf(id).name}” reverts in`,
        left: ageInSeconds(Math.ceil(leftMs / 1_000) * 1_000).replace('.0', ''),
        detail: `${by}${may ? 'Keep it for 5 min more, or let it go.' : 'An operator can keep it.'}`,
        act: may ? keepAction(id) : null,
      },
    ];
  });
}
