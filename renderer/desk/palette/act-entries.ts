/**
 * Every act as the palette has it. The palette is typed blind, and its first line may be another than one thought: so what
 * the audience would notice is never done by a mere Enter there. Such an act wants Enter held as long as a hold-to-fire
 * button, with its name and a ring in sight, and letting go does nothing. What only prepares is done at once, and what asks
 * a question asks it.
 */
import type { SwitchState } from '../../../shared/protocol/desk-state.ts';
import { type ActionId, HOLD_MS } from '../actions/action-specs.ts';
import { type ActionView, pressOf } from '../actions/action-view.ts';
import { type AlarmActionId, isAlarmAction } from '../actions/alarm-specs.ts';
import { isSwitchAction, keepAction, POSITIONS, type SwitchActionId, switchAction } from '../actions/switch-specs.ts';

interface ActEntry {
  /** Reaches the audience, or takes something from it. */
  airs: boolean;
  /** Where its word alone would not be found; null: its word. */
  name: string | null;
  /** Other words that one may look for. */
  also: string;
}

const entry = (airs: boolean, also: string, name: string | null = null): ActEntry => ({ airs, name, also });

/** A new act must say here whether it airs. */
const ACTS: Readonly<Record<Exclude<ActionId, SwitchActionId | AlarmActionId>, ActEntry>> = {
  go: entry(true, 'open fire start'),
  arm: entry(false, 'prepare ready load'),
  disarm: entry(false, 'unload'),
  skip: entry(false, 'leave out pass take back'),
  close: entry(true, 'end stop finish'),
  hold: entry(true, 'pause resume wait continue'),
  'hold-reason': entry(true, 'pause why', 'HOLD with a reason'),
  recall: entry(true, 'undo mistake take back'),
  'minus-30': entry(true, 'shorten less time'),
  'minus-10': entry(true, 'shorten less time'),
  'plus-10': entry(true, 'extend longer more time'),
  'plus-30': entry(true, 'extend longer more time'),
  verify: entry(false, 'recount certify sign'),
  reveal: entry(true, 'result show release audience hide'),
  'reveal-answer': entry(true, 'quiz right solution'),
  take: entry(true, 'overlay picture graphic on', 'TAKE on the overlay'),
  'hide-overlay': entry(true, 'overlay picture graphic off', 'HIDE on the overlay'),
  clear: entry(true, 'panic off black everything'),
  control: entry(false, 'desk mine'),
  rerun: entry(false, 'again round repeat'),
  revoke: entry(true, 'withdraw pull'),
  void: entry(true, 'invalid cancel'),
  archive: entry(true, 'salt destroy done'),
  'restart-edges': entry(true, 'renew rolling edge processes one by one'),
  recode: entry(true, 'rehearsal link token change lock out crew phones', 'NEW CODE for the rehearsal…'),
};

/** Every switch changes what viewers get. */
const SWITCH = entry(true, 'degradation measure ladder switch');

/** Not listed one by one: the palette leads to the alarms themselves, which want to be read first. */
const SEEN = entry(false, 'alarm');

export function actEntry(id: ActionId): ActEntry {
  if (isSwitchAction(id)) return SWITCH;
  return isAlarmAction(id) ? SEEN : ACTS[id];
}

/** Every act there is, those on the show's own switches among them. */
export function actIds(switches: readonly Pick<SwitchState, 'id'>[]): readonly ActionId[] {
  const ofSwitches = switches.flatMap(({ id }) => [
    ...POSITIONS.map((position) => switchAction(id, position)),
    keepAction(id),
  ]);
  return [...(Object.keys(ACTS) as (keyof typeof ACTS)[]), 'switches-auto', ...ofSwitches];
}

export type PalettePress =
  | { kind: 'tap' }
  | { kind: 'ask' }
  | { kind: 'hold'; holdMs: number }
  /** Can't be done now; it is listed all the same, so that one learns why. */
  | { kind: 'blocked'; reason: string };

/** What Enter does about an act as it stands. */
export function palettePress(id: ActionId, view: ActionView): PalettePress {
  const leastMs = actEntry(id).airs ? HOLD_MS : 0;
  if (view.kind === 'holding') return { kind: 'hold', holdMs: leastMs };
  const gesture = pressOf(view)?.gesture;
  if (gesture === undefined) return { kind: 'blocked', reason: 'reason' in view ? view.reason : view.say };
  if (gesture.kind === 'ask') return { kind: 'ask' };
  const holdMs = Math.max(leastMs, gesture.kind === 'hold' ? gesture.holdMs : 0);
  return holdMs > 0 ? { kind: 'hold', holdMs } : { kind: 'tap' };
}
