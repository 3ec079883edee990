/** Everything that a pure view may look at, at one moment. */
import { ageOf, type GuardContext } from '../../../shared/domain/guards.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import type { CommandRecord } from './command-record.ts';
import { coreNowMs, type DeskData, type Me } from './desk-store.ts';
import type { Link } from './link-state.ts';
import type { Holding, WindowData } from './window-store.ts';

export interface Moment {
  show: DeskState;
  me: Me;
  vitals: Vitals | null;
  /** Age of the vitals, ms; null while there are none. */
  vitalsAgeMs: number | null;
  link: Link;
  commands: Readonly<Record<string, CommandRecord>>;
  /** Core time. */
  nowMs: number;
  localNowMs: number;
  window: Pick<WindowData, 'selected' | 'lane' | 'watched'> & { holding: Holding | null };
}

const NOBODY: Me = { actor: '', roles: [] };

/** Null while the desk knows no show. */
export function momentOf(
  data: DeskData,
  window: Pick<WindowData, 'selected' | 'lane' | 'watched' | 'holding'>,
): Moment | null {
  if (data.show === null) return null;
  const { selected, lane, watched, holding } = window;
  return {
    show: data.show.state,
    me: data.session.kind === 'open' ? data.session.me : NOBODY,
    vitals: data.vitals?.value ?? null,
    vitalsAgeMs: data.vitals === null ? null : data.localNowMs - data.vitals.receivedAtMs,
    link: data.link,
    commands: data.commands,
    nowMs: coreNowMs(data),
    localNowMs: data.localNowMs,
    window: { selected, lane, watched, holding },
  };
}

/** By core time as this desk knows it; the core measures. */
function sinceGo({ show, nowMs }: Moment): number {
  const { lastGoAtMs } = show.show;
  return lastGoAtMs === undefined ? Number.POSITIVE_INFINITY : ageOf(lastGoAtMs, nowMs);
}

export function guardContext(moment: Moment): GuardContext {
  return {
    nowMs: moment.nowMs,
    actor: moment.me.actor,
    roles: moment.me.roles,
    scheduled: false,
    preflight: moment.vitals?.preflight ?? null,
    identityConnected: false,
    edgesRestarting: moment.vitals?.edgesRestarting ?? false,
    alarms: moment.vitals?.alarms.map(({ id }) => id) ?? null,
    sinceGoMs: sinceGo(moment),
    recount: 'left-to-the-core',
  };
}
