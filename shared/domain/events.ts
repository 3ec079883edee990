/** The facts that the journal keeps. Each entry of the journal holds the events of one command, in order. */
import type { Act, Concentration, SwitchId, SwitchPosition, Tally } from '../protocol/desk-state.ts';
import type { Mode, OptionId, PollId, RunId } from '../protocol/ids.ts';
import type { ClockAnchor } from '../protocol/process.ts';
import type { Cue, ShowFile, Surface, Visibility } from '../protocol/show-file.ts';

export type ShowEvent =
  /** `showId`: random, new with every import. */
  | { type: 'show.imported'; show: ShowFile; mode: Mode; showId: string }
  | { type: 'show.mode'; mode: Mode }
  | { type: 'show.t0'; t0Ms: number }
  | { type: 'show.control' }
  | { type: 'person.named'; id: string; name: string }
  | { type: 'show.cleared' }
  /**
   * Core time was set by so much while nothing ran on it: what is still to come keeps its distance. `anchor`: what it hangs on from
   * then on, absent in old journals.
   */
  | { type: 'clock.set'; byMs: number; anchor?: ClockAnchor }
  | { type: 'alarm.raised'; id: string; code: string; message: string; atMs: number }
  | { type: 'alarm.seen'; id: string }
  /** Cues of a show that an earlier version took, which called them by their places. */
  | { type: 'show.numbered'; numbers: readonly { cueId: PollId; number: string }[] }
  | { type: 'cue.added'; cue: Cue; before: PollId | null }
  /** `set`: the fields that changed, and none besides; never the id. */
  | { type: 'cue.edited'; cueId: PollId; set: Partial<Cue> }
  | { type: 'cue.moved'; cueId: PollId; before: PollId | null }
  /** `was`: what it was called, for those who read of it afterwards; entries of earlier versions lack it. */
  | { type: 'cue.removed'; cueId: PollId; was?: { number: string; text: string } }
  | { type: 'cue.skipped'; cueId: PollId; skipped: boolean }
  | { type: 'run.created'; runId: RunId; cueId: PollId; round: number }
  | { type: 'run.readied'; runId: RunId }
  | { type: 'run.arm-asked'; runId: RunId }
  | { type: 'run.armed'; runId: RunId; atMs: number; override: string | null }
  | { type: 'run.disarmed'; runId: RunId }
  | { type: 'run.opened'; runId: RunId; openedAtMs: number; closesAtMs: number; byPerson: boolean }
  | { type: 'run.paused'; runId: RunId; atMs: number; remainingMs: number; reason: string }
  | { type: 'run.resumed'; runId: RunId; closesAtMs: number }
  | { type: 'run.extended'; runId: RunId; byMs: number }
  | { type: 'run.closing'; runId: RunId; closesAtMs: number }
  /** `concentrated`: absent where nothing stood out, nobody knew, and in old journals. */
  | { type: 'run.closed'; runId: RunId; atMs: number; head: string; tally: Tally; concentrated?: Concentration }
  /** The ledger of a run that was revoked or declared void is sealed as well; what it is stays as it was. */
  | { type: 'run.sealed'; runId: RunId; atMs: number; head: string; tally: Tally; concentrated?: Concentration }
  | { type: 'run.verified'; runId: RunId }
  | { type: 'run.revealed'; runId: RunId; surface: Surface; visibility: Visibility }
  | { type: 'run.answer-set'; runId: RunId; answer: OptionId[] }
  | { type: 'run.answer-revealed'; runId: RunId }
  | { type: 'run.void-asked'; runId: RunId }
  | { type: 'run.voided'; runId: RunId; reason: string }
  | { type: 'run.revoked'; runId: RunId; reason: string | null }
  | { type: 'run.archived'; runId: RunId }
  | { type: 'overlay.taken'; surface: string; runId: RunId }
  | { type: 'overlay.hidden'; surface: string }
  | { type: 'switch.set'; switch: SwitchId; position: SwitchPosition; reason: string; revertAtMs: number | null }
  | { type: 'switch.reverted'; switch: SwitchId }
  /** `cause`: what asked for it, such as the signal that was worst. */
  | { type: 'level.changed'; from: number; to: number; cause: string };

/** Who and when, the same for all events of a journal entry. */
export interface EntryMeta {
  /** The entry's journal sequence. */
  seq: number;
  act: Act;
}

export type ShowEventType = ShowEvent['type'];

/** Every type, checked by the compiler to be all of them: what a journal holds beside these nobody can fold. */
const TYPES: Record<ShowEventType, true> = {
  'show.imported': true,
  'show.mode': true,
  'show.t0': true,
  'show.control': true,
  'person.named': true,
  'show.cleared': true,
  'clock.set': true,
  'alarm.raised': true,
  'alarm.seen': true,
  'show.numbered': true,
  'cue.added': true,
  'cue.edited': true,
  'cue.moved': true,
  'cue.removed': true,
  'cue.skipped': true,
  'run.created': true,
  'run.readied': true,
  'run.arm-asked': true,
  'run.armed': true,
  'run.disarmed': true,
  'run.opened': true,
  'run.paused': true,
  'run.resumed': true,
  'run.extended': true,
  'run.closing': true,
  'run.closed': true,
  'run.sealed': true,
  'run.verified': true,
  'run.revealed': true,
  'run.answer-set': true,
  'run.answer-revealed': true,
  'run.void-asked': true,
  'run.voided': true,
  'run.revoked': true,
  'run.archived': true,
  'overlay.taken': true,
  'overlay.hidden': true,
  'switch.set': true,
  'switch.reverted': true,
  'level.changed': true,
};

/** Whether a stored event is of a type that this version knows. */
export function isKnownEvent(event: unknown): event is ShowEvent {
  if (typeof event !== 'object' || event === null || !('type' in event)) return false;
  return typeof event.type === 'string' && Object.hasOwn(TYPES, event.type);
}
