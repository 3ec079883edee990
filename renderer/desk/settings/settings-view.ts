/** What Settings says, panel by panel, in words. */
import { isVerified } from '../../../shared/domain/intakes.ts';
import { nameOf } from '../../../shared/domain/persons.ts';
import type { HostState, ServerStatus } from '../../../shared/protocol/bridge.ts';
import type { Role } from '../../../shared/protocol/commands.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import { ageInSeconds, countdown, counted, timeOfDay } from '../../ui/format.ts';
import type { PanelState } from '../../ui/panel.tsx';
import type { Me, SessionState } from '../store/desk-store.ts';
import type { Link } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import type { WakeLockState } from './browser-wake-lock.ts';
import type { AwakeReason } from './keep-awake.ts';

/** A line of a panel: `warn` where somebody has to do something about it. */
export interface Fact {
  name: string;
  value: string;
  warn: boolean;
}

export const fact = (name: string, value: string): Fact => ({ name, value, warn: false });
export const warning = (name: string, value: string): Fact => ({ name, value, warn: true });

/** Who is signed in here: as the show calls them by now, and as the server called them as they came where it has yet to say. */
export function youAre(me: Me | null, show: DeskState['show'] | null): Fact {
  if (me === null) return fact('You are', 'not signed in');
  const { actor, name = actor } = me;
  return fact('You are', nameOf({ [actor]: name, ...show?.people }, actor));
}

/** The state of a panel that draws the show: it ages only when the link is gone. */
export function showPanel(moment: Moment | null): PanelState {
  if (moment === null) return { kind: 'loading' };
  const { link, localNowMs } = moment;
  return link.kind === 'down' ? { kind: 'no-link', since: ageInSeconds(localNowMs - link.sinceMs) } : { kind: 'fresh' };
}

export function showFacts({ show, cues }: Pick<DeskState, 'show' | 'cues'>, nowMs: number): Fact[] {
  const { title, mode, t0Ms, audience } = show;
  const done = cues.filter((cue) => cue.aired === true || isVerified(cue)).length;
  return [
    fact('Title', title),
    fact('Mode', mode === 'live' ? 'Live' : 'Rehearsal: votes are never counted'),
    fact('Start', t0Ms === undefined ? 'not set' : `${dayOf(t0Ms)} ${timeOfDay(t0Ms)}${untilWords(t0Ms - nowMs)}`),
    fact('Expected audience', audience === undefined ? 'not set' : counted(audience, 'viewer', 'viewers')),
    fact('Cues', cues.length === 0 ? 'none yet' : `${cues.length} in the rundown, ${done} have been on air`),
  ];
}

const untilWords = (ms: number): string => (ms > 0 && ms < 86_400_000 ? `, in ${countdown(ms)}` : '');

/** `21 Nov 2026` */
export const dayOf = (atMs: number): string =>
  new Date(atMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `owner`, `director and operator` */
export function roleWords(roles: readonly Role[]): string {
  const last = roles.at(-1);
  if (last === undefined) return 'none';
  return roles.length === 1 ? last : `${roles.slice(0, -1).join(', ')} and ${last}`;
}

/** How this machine's own server is. */
export function statusFact(status: ServerStatus): Fact {
  switch (status.kind) {
    case 'starting':
      return fact('State', 'starting');
    case 'running':
      return fact('State', status.adopted ? 'running since before this window' : 'running');
    case 'failed':
      return warning('State', status.message);
  }
}

/** What the link to the server in use is like, from here. */
export function reachFact(session: SessionState, link: Link): Fact {
  if (session.kind === 'over') return warning('State', session.message);
  switch (link.kind) {
    case 'up':
      return fact('State', 'connected');
    case 'silent':
      return warning('State', 'connected, but silent');
    case 'connecting':
      return warning('State', session.kind === 'failed' ? session.message : 'connecting');
    case 'down':
      return warning('State', 'no link; it is tried again all the time');
  }
}

/** `127.0.0.1:4310` */
export const hostOf = (url: string): string => new URL(url).host;

export function ownServerWords(local: HostState['server']['local']): string {
  switch (local.kind) {
    case 'running':
      return `idle at ${hostOf(local.deskUrl)}, kept ready`;
    case 'starting':
      return 'starting';
    case 'failed':
      return `not running: ${local.message}`;
  }
}

const WHY_AWAKE: Readonly<Record<AwakeReason, string>> = {
  live: 'the show is live',
  busy: 'something is armed or on air',
};

/** Whether the display is kept on, and why. `lock` is what Electron or the browser gave. */
export function awakeFact(reason: AwakeReason | null, lock: WakeLockState): Fact {
  if (reason === null) return fact('Display', 'may go to sleep: nothing is armed, and this is a rehearsal');
  const why = WHY_AWAKE[reason];
  switch (lock.kind) {
    case 'held':
      return fact('Display', `kept on, because ${why}`);
    case 'off':
    case 'waiting':
      return fact('Display', `will be kept on as soon as this window is in sight, because ${why}`);
    case 'missing':
      return warning('Display', `may go to sleep although ${why}. ${lock.why}`);
    case 'refused':
      return warning('Display', `may go to sleep although ${why}: ${lock.why}`);
  }
}
