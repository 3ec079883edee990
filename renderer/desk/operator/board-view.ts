/** The degradation board: each switch with what it costs, what is asked for, and how far the edges are with it. */
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import type { SwitchId, SwitchPosition, SwitchState } from '../../../shared/protocol/desk-state.ts';
import type { SwitchVitals } from '../../../shared/protocol/vitals.ts';
import { countdown, grouped, timeOfDay } from '../../ui/format.ts';
import { type ActionView, actionView, pressOf } from '../actions/action-view.ts';
import { POSITIONS, type SwitchActionId, switchAction } from '../actions/switch-acts.ts';
import type { Moment } from '../store/moment.ts';
import { measureOf, placeOf } from '../words/measures.ts';

/** How far the edges are: `moving` while not every living one has confirmed what is asked for. */
export type Force =
  | { kind: 'on' | 'off'; edges: string }
  | { kind: 'moving'; edges: string }
  | { kind: 'no-edges' }
  /** No figures have come yet. */
  | { kind: 'unheard' };

export interface PositionOption {
  position: SwitchPosition;
  action: SwitchActionId;
  label: string;
  checked: boolean;
  /** What a press would do, or why it does nothing. */
  say: string;
  pressable: boolean;
}

export interface SwitchRow {
  id: SwitchId;
  name: string;
  notices: string;
  cost: string;
  positions: readonly PositionOption[];
  /** Stands under the positions: what is under way, was refused, or why nothing can be set; null when all is well. */
  remark: { text: string; warn: boolean } | null;
  requested: boolean;
  /** What asks for it: `pinned`, or from which level on the automatic does. */
  trigger: string;
  force: Force;
  touched: string;
  /** `Jonas P., 21:10:49`, `automatic` */
  setBy: string;
  reason: string;
  /** `06:12`; null where it stays as it is. */
  revertsIn: string | null;
}

export interface BoardView {
  rows: readonly SwitchRow[];
  /** `4 requested, 3 in force, 1 moving` */
  sum: string;
}

const LABELS: Readonly<Record<SwitchPosition, string>> = { auto: 'Auto', on: 'Pin on', off: 'Pin off' };

export function boardView(moment: Moment): BoardView {
  const known = new Map(moment.vitals?.switches.map((s) => [s.id, s]));
  const rows = moment.show.switches
    .map((state) => switchRow(state, known.get(state.id) ?? null, moment))
    .sort((a, b) => placeOf(a.id) - placeOf(b.id));
  const requested = rows.filter((row) => row.requested).length;
  const of = (kind: Force['kind']) => rows.filter((row) => row.force.kind === kind).length;
  return { rows, sum: `${requested} requested, ${of('on')} in force, ${of('moving')} moving` };
}

function switchRow(state: SwitchState, vitals: SwitchVitals | null, moment: Moment): SwitchRow {
  const { id, position, requested, setBy, reason, revertsAtMs } = state;
  const { name, notices, cost, fromLevel } = measureOf(id);
  const views = POSITIONS.map((candidate) => {
    const action = switchAction(id, candidate);
    return { candidate, action, view: actionView(action, moment) };
  });
  return {
    id,
    name,
    notices,
    cost,
    positions: views.map(({ candidate, action, view }) => {
      const checked = candidate === position;
      const say = checked && candidate === 'auto' ? 'in force now' : sayOf(view);
      return { position: candidate, action, label: LABELS[candidate], checked, say, pressable: pressOf(view) !== null };
    }),
    remark: remarkOf(views.map(({ view }) => view)),
    requested,
    trigger: position !== 'auto' ? 'pinned' : fromLevel === null ? '' : `from level ${fromLevel}`,
    force: forceOf(state, vitals),
    touched: vitals === null ? '–' : grouped(vitals.touched),
    setBy:
      setBy === undefined ? 'automatic' : `${isolated(personIn(moment.show, setBy.actor))}, ${timeOfDay(setBy.atMs)}`,
    reason: reason ?? (setBy !== undefined && position === 'auto' ? 'its time was over' : ''),
    revertsIn: revertsAtMs === undefined || position === 'auto' ? null : countdown(revertsAtMs - moment.nowMs),
  };
}

const sayOf = (view: ActionView): string => ('reason' in view ? view.reason : view.say);

/** What one of the three positions has to say for all: a command under way, an answer, or why none may be pressed. */
function remarkOf(views: readonly ActionView[]): SwitchRow['remark'] {
  const of = (kind: ActionView['kind']) => views.find((view) => view.kind === kind);
  const unknown = of('unknown');
  if (unknown) return { text: unknown.say, warn: true };
  if (of('sending')) return { text: 'sent, waiting', warn: false };
  const refused = of('refused');
  if (refused) return { text: `refused: ${refused.say}`, warn: true };
  const confirmed = of('confirmed');
  if (confirmed) return { text: confirmed.say, warn: false };
  if (views.every((view) => view.kind === 'no-link')) return { text: 'no link', warn: true };
  // Pinning is judged by the guard; that auto can't be pressed while it is automatic is no reason worth a line.
  const pins = views.slice(1);
  const blocked = pins.find((view) => view.kind === 'blocked');
  return blocked && pins.every((view) => view.kind === 'blocked') ? { text: blocked.say, warn: false } : null;
}

function forceOf(state: SwitchState, vitals: SwitchVitals | null): Force {
  const { requested } = state;
  if (vitals === null) return { kind: 'unheard' };
  if (vitals.edges === 0) return { kind: 'no-edges' };
  // The vitals are of before the change: nobody has confirmed it yet.
  const confirmed = vitals.requested === requested ? vitals.confirmed : 0;
  const edges = `${confirmed} of ${vitals.edges}`;
  if (confirmed < vitals.edges) return { kind: 'moving', edges };
  return { kind: requested ? 'on' : 'off', edges };
}
