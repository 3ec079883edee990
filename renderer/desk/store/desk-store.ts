/** What this desk knows of the show, and how old that is. One store; views select from it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Role } from '../../../shared/protocol/commands.ts';
import type { Changes, DeskState, Snapshot } from '../../../shared/protocol/desk-state.ts';
import type { Alarm, Notice, Vitals } from '../../../shared/protocol/vitals.ts';
import { type ClockEstimate, NO_ESTIMATE, type RoundTrip, withHeard, withRoundTrip } from '../time/clock-estimate.ts';
import { applyChanges } from './apply-changes.ts';
import { type CommandPhase, type CommandRecord, isUnderWay, journaled } from './command-record.ts';
import { type Contact, judgeLink, type Link, NO_CONTACT, sameOrNewer } from './link-state.ts';

export interface Me {
  /** The person's id: what is mine goes by it. */
  actor: string;
  /** What they were called as the session began; absent where the server did not say. */
  name?: string | undefined;
  roles: readonly Role[];
}

export type SessionState =
  | { kind: 'opening' }
  | { kind: 'open'; me: Me; deskUrl: string }
  /** Trying again by itself. */
  | { kind: 'failed'; message: string }
  /** A person has to fetch a new link. */
  | { kind: 'over'; message: string; hint: string };

/** What the strip says that is no command's answer: why a press was not sent, say. */
export interface Remark {
  atMs: number;
  text: string;
}

export interface Toast {
  key: string;
  level: 'info' | 'warn';
  message: string;
  atMs: number;
  /** Local time. */
  receivedAtMs: number;
  /** The alarm that it tells of, and leaves with; null where it tells of something else. */
  alarmId: string | null;
}

export interface DeskData {
  /** Local time of the last tick: everything that ages is drawn from it. */
  localNowMs: number;
  session: SessionState;
  /** `revision` is the state's own; `receivedAtMs` local time of the last change to it. */
  show: { state: DeskState; receivedAtMs: number } | null;
  vitals: { value: Vitals; receivedAtMs: number } | null;
  contact: Contact;
  link: Link;
  clock: ClockEstimate;
  /** The last command of each slot. */
  commands: Readonly<Record<string, CommandRecord>>;
  last: { kind: 'command'; slot: string } | { kind: 'remark'; remark: Remark } | null;
  toasts: readonly Toast[];
  /** Ids of alarms that this desk has told of and that stood when it last heard. */
  toldAlarms: readonly string[];
}

export const EMPTY_DESK: DeskData = {
  localNowMs: 0,
  session: { kind: 'opening' },
  show: null,
  vitals: null,
  contact: NO_CONTACT,
  link: { kind: 'connecting', sinceMs: 0, attempt: 0 },
  clock: NO_ESTIMATE,
  commands: {},
  last: null,
  toasts: [],
  toldAlarms: [],
};

export type DeskStore = StoreApi<DeskData>;
export const createDeskStore = (): DeskStore => createStore<DeskData>(() => EMPTY_DESK);

/** Core time at the last tick. */
export const coreNowMs = (data: DeskData): number => data.localNowMs + data.clock.offsetMs;

function relinked(data: DeskData, contact: Contact, nowMs: number): DeskData {
  return { ...data, localNowMs: nowMs, contact, link: sameOrNewer(data.link, judgeLink(contact, nowMs)) };
}

export function ticked(data: DeskData, nowMs: number): DeskData {
  return relinked(data, data.contact, nowMs);
}

export function socketChanged(data: DeskData, at: { joined: boolean; attempt: number; nowMs: number }): DeskData {
  const { joined, attempt, nowMs } = at;
  const { contact } = data;
  const moved = contact.joined !== joined || contact.socketSinceMs === 0;
  const next: Contact = {
    joined,
    attempt,
    everJoined: contact.everJoined || joined,
    heardAtMs: joined ? contact.heardAtMs : null,
    socketSinceMs: moved ? nowMs : contact.socketSinceMs,
  };
  return relinked(data, next, nowMs);
}

/** A snapshot replaces everything: also what a core that restarted no longer knows. */
export function snapshotCame(data: DeskData, snapshot: Snapshot, nowMs: number): DeskData {
  const contact = { ...data.contact, heardAtMs: nowMs };
  const clock = withHeard(data.clock, nowMs, snapshot.serverNowMs);
  return { ...relinked(data, contact, nowMs), clock, show: { state: snapshot.state, receivedAtMs: nowMs } };
}

/** `gap` asks for a resync; the state is left as it was. */
export function changesCame(data: DeskData, changes: Changes, nowMs: number): { data: DeskData; gap: boolean } {
  const heard = relinked(data, { ...data.contact, heardAtMs: nowMs }, nowMs);
  if (data.show === null) return { data: heard, gap: true };
  const result = applyChanges(data.show.state, changes);
  if (result.kind === 'applied') {
    return { data: { ...heard, show: { state: result.state, receivedAtMs: nowMs } }, gap: false };
  }
  return { data: heard, gap: result.kind === 'gap' };
}

/**
 * `gap`: the core is further than this desk for the second time in a row, so a change was lost and not just overtaken.
 */
export function vitalsCame(data: DeskData, vitals: Vitals, nowMs: number): { data: DeskData; gap: boolean } {
  const { clock, show, vitals: before } = data;
  const contact = { ...data.contact, heardAtMs: nowMs };
  const ahead = (v: Vitals | undefined) => v !== undefined && show !== null && v.revision > show.state.revision;
  const next: DeskData = {
    ...relinked(data, contact, nowMs),
    clock: withHeard(clock, nowMs, vitals.serverNowMs),
    vitals: { value: vitals, receivedAtMs: nowMs },
    // The journal has all that is in force: no command of this desk is missing from it any more.
    commands: show?.state.show.unjournaled === undefined ? journaled(data.commands, nowMs) : data.commands,
    ...alarmsTold(data, vitals.alarms, nowMs),
  };
  return { data: next, gap: ahead(before?.value) && ahead(vitals) };
}

export function roundTripMeasured(data: DeskData, trip: RoundTrip): DeskData {
  return { ...data, clock: withRoundTrip(data.clock, trip) };
}

const KEPT_TOASTS = 20;

/** An alarm is told once, however often it is heard of, and is no longer told once somebody has seen it. */
function alarmsTold(
  { toasts, toldAlarms }: Pick<DeskData, 'toasts' | 'toldAlarms'>,
  alarms: readonly Alarm[],
  nowMs: number,
): Pick<DeskData, 'toasts' | 'toldAlarms'> {
  const ids = alarms.map(({ id }) => id);
  if (ids.length === 0 && toldAlarms.length === 0) return { toasts, toldAlarms };
  const standing = toasts.filter(({ alarmId }) => alarmId === null || ids.includes(alarmId));
  const fresh = alarms.filter(({ id }) => !toldAlarms.includes(id));
  return {
    toasts: fresh.reduce(
      (all, alarm) => withToast(all, alarmToast(alarm, nowMs)),
      standing.length === toasts.length ? toasts : standing,
    ),
    toldAlarms: ids.join() === toldAlarms.join() ? toldAlarms : ids,
  };
}

function alarmToast({ id, message, atMs }: Alarm, nowMs: number): Toast {
  return { key: `alarm ${id} ${atMs}`, level: 'warn', message, atMs, receivedAtMs: nowMs, alarmId: id };
}

function withToast(toasts: readonly Toast[], toast: Toast): readonly Toast[] {
  return [...toasts.filter((other) => other.key !== toast.key), toast].slice(-KEPT_TOASTS);
}

export function noticeCame(data: DeskData, notice: Notice, nowMs: number): DeskData {
  const { code, atMs, message, level } = notice;
  const toast: Toast = { key: `${code} ${atMs}`, level, message, atMs, receivedAtMs: nowMs, alarmId: null };
  return { ...data, toasts: withToast(data.toasts, toast) };
}

export function commandStarted(data: DeskData, record: CommandRecord): DeskData {
  const commands = { ...data.commands, [record.slot]: record };
  return { ...data, commands, last: { kind: 'command', slot: record.slot } };
}

/** Phases of a command that a later one of its slot has replaced are dropped. */
export function commandMoved(data: DeskData, id: string, phase: CommandPhase): DeskData {
  const record = Object.values(data.commands).find((candidate) => candidate.id === id);
  if (!record) return data;
  const commands = { ...data.commands, [record.slot]: { ...record, phase } };
  return { ...data, commands, last: { kind: 'command', slot: record.slot } };
}

export function remarked(data: DeskData, text: string): DeskData {
  return { ...data, last: { kind: 'remark', remark: { atMs: coreNowMs(data), text } } };
}

/** Whether a command of this slot is still under way; a second one must not leave. */
export function isLocked(data: DeskData, slot: string): boolean {
  const revision = data.show?.state.revision ?? 0;
  return isUnderWay(data.commands[slot], { revision, localNowMs: data.localNowMs });
}
