/** What stands in the top bar, cell by cell, always in the same order. */
import { leftMs } from '../../../shared/domain/guards.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import { scheduleOf } from '../../../shared/domain/schedule.ts';
import type { HostState } from '../../../shared/protocol/bridge.ts';
import { ageInSeconds, countdown, deviation, grouped, sinceStart, timeOfDay } from '../../ui/format.ts';
import type { Link } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import { kindOf } from '../words/cue-words.ts';
import { cueName } from '../words/labels.ts';
import { LEVELS } from '../words/levels.ts';
import { wordOfMode } from '../words/mode-words.ts';
import { airSubject, isOnAir } from '../words/subjects.ts';

export type AirBox =
  | { kind: 'nothing' }
  | {
      kind: 'on-air' | 'rehearsal';
      tag: string;
      cue: string;
      detail: string;
      text: string;
      left: string;
      unit: string;
    };

export interface TopBarView {
  mode: 'live' | 'rehearsal';
  title: string;
  sinceStart: string | null;
  clock: string;
  off: { text: string; word: 'over' | 'under' } | null;
  air: AirBox;
  online: string;
  queue: { depth: string; head: string };
  level: { number: number; name: string; why: string };
  control: { name: string; mine: boolean } | null;
}

const ON_TIME_MS = 1_000;
const UNKNOWN = '–';

export function topBarView(moment: Moment): TopBarView {
  const { show, nowMs, vitals, me } = moment;
  const { title, mode, t0Ms, control } = show.show;
  const { offMs } = scheduleOf(show.cues, show.show, nowMs);
  const off = offMs !== null && Math.abs(offMs) > ON_TIME_MS ? offMs : null;
  const level = vitals?.level ?? 0;
  return {
    mode,
    title,
    sinceStart: t0Ms === undefined ? null : sinceStart(nowMs - t0Ms),
    clock: timeOfDay(nowMs),
    off: off === null ? null : { text: deviation(off), word: off > 0 ? 'over' : 'under' },
    air: airBox(moment),
    online: vitals === null ? UNKNOWN : grouped(vitals.online),
    queue: {
      depth: vitals === null ? UNKNOWN : grouped(vitals.queueDepth),
      head: vitals === null ? '' : `head ${grouped(vitals.queueHeadAgeMs)} ms`,
    },
    level: {
      number: level,
      name: vitals === null ? UNKNOWN : (LEVELS[level] ?? String(level)),
      why: vitals === null ? '' : level === 0 ? '' : `ack p99 ${Math.round(vitals.ackP99Ms)} ms`,
    },
    control: control === undefined ? null : { name: personIn(show, control.actor), mine: control.actor === me.actor },
  };
}

function airBox({ show, nowMs, window }: Moment): AirBox {
  const subject = airSubject(show, window.lane);
  if (!subject || !isOnAir(subject.cue)) return { kind: 'nothing' };
  const { cue, taken } = subject;
  const left = leftMs(cue, nowMs);
  const live = show.show.mode === 'live';
  const others = taken.filter((other) => other.cue.id !== cue.id).map((other) => cueName(show.cues, other.cue.id));
  const closes = cue.closesAtMs === undefined ? 'on hold' : `closes ${timeOfDay(cue.closesAtMs)}`;
  const also = others.length === 0 ? '' : `, also ${others.join(' and ')}`;
  const name = cueName(show.cues, cue.id);
  return {
    kind: live ? 'on-air' : 'rehearsal',
    tag: live ? 'ON AIR' : wordOfMode('open', 'rehearsal'),
    cue: name.charAt(0).toUpperCase() + name.slice(1),
    detail: `${kindOf(cue).toLowerCase().replace('cta', 'CTA')}, ${closes}${also}`,
    text: cue.text,
    left: left === null ? '' : countdown(left),
    unit: cue.intake === 'paused' ? 'held' : 'left',
  };
}

export type LinkView = { kind: 'up'; ms: string; seen: string } | { kind: 'stale'; word: string; seen: string };

/**
 * The other machine's server at which this page's link ends, or null: this machine's own. The app turns to another one a moment before
 * its pages do, and until then their link still is the old one.
 *
 * @param linkedUrl whose session this page has; null: it has none yet
 */
export function otherServer(
  linkedUrl: string | null,
  { remote, lastRemote }: Pick<HostState['server'], 'remote' | 'lastRemote'>,
): string | null {
  const other = remote ?? lastRemote;
  if (linkedUrl === null) return remote;
  return linkedUrl === other ? other : null;
}

/** `seen`: how long ago the core was last heard. */
export function linkView(
  link: Link,
  at: { rttMs: number | null; heardAgoMs: number | null; localNowMs: number },
): LinkView {
  const seen = at.heardAgoMs === null ? '' : `seen ${ageInSeconds(at.heardAgoMs)} ago`;
  switch (link.kind) {
    case 'up':
      return { kind: 'up', ms: at.rttMs === null ? UNKNOWN : String(Math.max(1, Math.round(at.rttMs))), seen };
    case 'silent':
      return { kind: 'stale', word: 'Silent', seen };
    case 'connecting':
      return { kind: 'stale', word: 'Connecting', seen };
    case 'down':
      return { kind: 'stale', word: 'No link', seen: `for ${ageInSeconds(at.localNowMs - link.sinceMs)}` };
  }
}
