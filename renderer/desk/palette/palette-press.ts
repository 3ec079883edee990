/**
 * What Enter does about an act. The palette is typed blind, and its first line may be another than one thought: so what
 * the audience would notice is never done by a mere Enter there. Such an act wants Enter held as long as a hold-to-fire
 * button, with its name and a ring in sight, and letting go does nothing. What only prepares is done at once, and what asks
 * a question asks it.
 */
import { HOLD_MS } from '../actions/act.ts';
import { type ActionView, pressOf } from '../actions/action-view.ts';
import { type ActionId, actOf } from '../actions/acts.ts';

export type PalettePress =
  | { kind: 'tap' }
  | { kind: 'ask' }
  | { kind: 'hold'; holdMs: number }
  /** Can't be done now; it is listed all the same, so that one learns why. */
  | { kind: 'blocked'; reason: string };

/** What Enter does about an act as it stands. */
export function palettePress(id: ActionId, view: ActionView): PalettePress {
  const leastMs = actOf(id).palette.airs ? HOLD_MS : 0;
  if (view.kind === 'holding') return { kind: 'hold', holdMs: leastMs };
  const gesture = pressOf(view)?.gesture;
  if (gesture === undefined) return { kind: 'blocked', reason: 'reason' in view ? view.reason : view.say };
  if (gesture.kind === 'ask') return { kind: 'ask' };
  const holdMs = Math.max(leastMs, gesture.kind === 'hold' ? gesture.holdMs : 0);
  return holdMs > 0 ? { kind: 'hold', holdMs } : { kind: 'tap' };
}
