/**
 * What an act of the desk is: one record holds all there is to say of it. The records stand in the files beside this one, by
 * what they are about; `acts.ts` is the table of them all, and buttons, keys, palette, questions and logs read it.
 * Whether an act is possible at a moment is not said here: that is the core's own rule (`shared/domain/guards.ts`).
 */
import type { CommandIntent, IntentOf } from '../../../shared/domain/guards.ts';
import type { CommandType } from '../../../shared/protocol/commands.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { PollId } from '../../../shared/protocol/ids.ts';
import type { Moment } from '../store/moment.ts';
import type { Question } from '../store/window-store.ts';
import type { Chord, KeyGroup } from '../words/keys.ts';

/** What is risky is held so long before it is sent. */
export const HOLD_MS = 800;

export type Gesture =
  | { kind: 'tap' }
  | { kind: 'hold'; holdMs: number }
  /** One press sends this and what else it stands for, each as a command of its own. */
  | { kind: 'each'; others: readonly CommandIntent[] }
  /** The press opens a question first; what it asks for goes into the command. */
  | { kind: 'ask'; question: Question };

export const TAP: Gesture = { kind: 'tap' };
export const hold = (holdMs: number): Gesture => ({ kind: 'hold', holdMs });
export const ask = (question: Question): Gesture => ({ kind: 'ask', question });

/** An act as it stands at a moment. */
export interface Stand<Intent extends CommandIntent> {
  word: string;
  /** Null when there is nothing to act on: then `say` tells why. */
  intent: Intent | null;
  cue: DeskCue | null;
  /** What stands under the word when it may be pressed. */
  say: string;
  gesture: Gesture;
}

/** There is nothing to act on. */
export const nothing = (word: string, say: string): Stand<never> => ({
  word,
  intent: null,
  cue: null,
  say,
  gesture: TAP,
});

export type Cues = readonly Pick<DeskCue, 'id' | 'number'>[];
/** Logged commands are of any age and any version, so nothing is taken for granted. */
export type LoggedFields = Readonly<Record<string, unknown>>;

/** How strip and logs speak of a command, and what stands under its button while the cue is not where it would have to be. */
export interface CommandWords<T extends CommandType> {
  /** `ARM` */
  word: string;
  /** `+10 s cue 7`; null: the word, and the cue that the command names. */
  label: ((intent: IntentOf<T>, cues: Cues) => string) | null;
  /** What a logged one said beyond its word; null: its surface, mode and reason, as far as it has them. */
  said: ((payload: LoggedFields) => string) | null;
  /** Null: what the cue is doing. */
  notNow: ((cue: DeskCue) => string) | null;
}

/** A command of which there is no more to say than its word. */
export const plain = (word: string) => ({ word, label: null, said: null, notNow: null }) as const;

export interface ActKey {
  chords: readonly Chord[];
  group: KeyGroup;
  /** Its line in the group, from 1. */
  place: number;
  /** What it does, as the cheat sheet says it. */
  says: string;
}

export interface PaletteWords {
  /** Reaches the audience, or takes something from it: then the palette never does it at a mere Enter. */
  airs: boolean;
  /** Where its word alone would not be found; null: its word. */
  name: string | null;
  /** Other words that one may look for. */
  also: string;
}

/** The question that asks for the reason of an act. */
export interface AskedReason {
  word: string;
  /** The button that shows what became of it. */
  actionId: string;
  consequence: string;
  presets: readonly [string, ...string[]];
  /** HOLD must be quick: its first preset stands in. */
  reasonOptional: boolean;
  isPublic: boolean;
  intent(target: PollId, reason: string): CommandIntent;
}

/** `T`: the commands that it may send. */
export interface Act<T extends CommandType> {
  /** Its word, its command and how it wants to be pressed. */
  at(moment: Moment): Stand<IntentOf<T>>;
  /** Null: it has no key of its own. */
  key: ActKey | null;
  palette: PaletteWords;
  /** Null: nobody is asked why. */
  reason: AskedReason | null;
  sends: { readonly [K in T]: CommandWords<K> };
}

/** What can be read of an act without knowing which one it is. */
export type AnyAct = Omit<Act<CommandType>, 'sends'>;
