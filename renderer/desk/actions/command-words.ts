/** How the strip and the logs speak of commands: what each act says of those that it sends, and what has no act. */
import type { IntentOf } from '../../../shared/domain/guards.ts';
import type { CommandType } from '../../../shared/protocol/commands.ts';
import { cueName } from '../words/labels.ts';
import { type CommandWords, type Cues, plain } from './act.ts';
import { ACTS } from './acts.ts';
import { ALARM_SENDS } from './alarm-acts.ts';
import { SWITCH_SENDS } from './switch-acts.ts';

type SentBy<A> = A extends { sends: infer S } ? keyof S : never;
type Words<T extends CommandType> = { readonly [K in T]: CommandWords<K> };

/** What all the acts send. Of two that send the same the words are the same. */
function sent(): Words<SentBy<(typeof ACTS)[keyof typeof ACTS]>> {
  return Object.assign({}, ...Object.values(ACTS).map(({ sends }) => sends));
}

/** A command without words does not compile: it is sent by no act, and none is given here. */
const WORDS: Words<CommandType> = {
  ...sent(),
  ...ALARM_SENDS,
  ...SWITCH_SENDS,
  'cue.add': plain('ADD'),
  'cue.edit': plain('EDIT'),
  'cue.move': plain('MOVE'),
  'cue.remove': plain('REMOVE'),
  'show.mode': { ...plain('MODE'), label: ({ payload }) => `MODE ${payload.mode}` },
  'show.t0': plain('SHOW START'),
};

/** What the core does by itself, as its journal names it. */
const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  'system.disarm': 'DISARMED',
  'system.close': 'CLOSED',
  'system.seal': 'SEALED',
  'system.verify': 'VERIFIED',
  'system.revert': 'REVERTED',
  'system.level': 'LEVEL',
  'session.open': 'DESK OPENED',
  'command.barred': 'ID BARRED',
  'show.import': 'SHOW IMPORTED',
  'system.clock': 'CLOCK SET',
  'system.alarm': 'ALARM',
};

export const wordsOf = <T extends CommandType>(type: T): CommandWords<T> => WORDS[type];

/** What is said of a command or journal type; null where a newer core knows more than this page. */
export function knownWords(type: string): Pick<CommandWords<CommandType>, 'word' | 'said'> | null {
  return type in WORDS ? WORDS[type as CommandType] : null;
}

/** The transport word of a command or journal type; the type itself where a newer core knows more than this page. */
export function wordOf(type: string): string {
  return knownWords(type)?.word ?? SYSTEM_WORDS[type] ?? type;
}

/** `ARM cue 8`, `+10 s cue 7`, `REVEAL cue 6, audience counts` */
export function labelOf<T extends CommandType>(intent: IntentOf<T> & { type: T }, cues: Cues): string {
  const { word, label } = wordsOf(intent.type);
  if (label !== null) return label(intent, cues);
  return 'target' in intent ? `${word} ${cueName(cues, intent.target)}` : word;
}
