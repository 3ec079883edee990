/** The words for acts, as the strip, the log and the dialogs say them. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { CommandType } from '../../../shared/protocol/commands.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { switchWords } from '../operator/measures.ts';

const WORDS: Readonly<Record<CommandType, string>> = {
  'cue.add': 'ADD',
  'cue.edit': 'EDIT',
  'cue.move': 'MOVE',
  'cue.remove': 'REMOVE',
  'cue.skip': 'SKIP',
  'cue.rerun': 'RERUN',
  'cue.ready': 'READY',
  'cue.arm': 'ARM',
  'cue.disarm': 'DISARM',
  'cue.go': 'GO',
  'poll.recall': 'RECALL',
  'poll.pause': 'HOLD',
  'poll.resume': 'RESUME',
  'poll.extend': 'TIME',
  'poll.close': 'CLOSE',
  'poll.verify': 'VERIFY',
  'poll.void': 'VOID',
  'poll.revoke': 'REVOKE',
  'poll.archive': 'ARCHIVE',
  'poll.reveal': 'REVEAL',
  'poll.answer': 'ANSWER',
  'overlay.take': 'TAKE',
  'overlay.hide': 'HIDE',
  'switch.set': 'SWITCH',
  'edges.restart': 'RESTART EDGES',
  'rehearsal.recode': 'NEW CODE',
  'show.mode': 'MODE',
  'show.t0': 'SHOW START',
  'show.control': 'TAKE CONTROL',
  'show.clear': 'CLEAR AIR',
  'alarm.seen': 'SEEN',
};

/** What the core does by itself, as its journal names it. */
const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  'system.disarm': 'DISARMED',
  'system.close': 'CLOSED',
  'system.seal': 'SEALED',
  'system.verify': 'VERIFIED',
  'system.revert': 'REVERTED',
  'session.open': 'DESK OPENED',
  'command.barred': 'ID BARRED',
  'show.import': 'SHOW IMPORTED',
  'system.clock': 'CLOCK SET',
  'system.alarm': 'ALARM',
};

/** The transport word of a command or journal type; the type itself where a newer core knows more than this page. */
export function wordOf(type: string): string {
  return (WORDS as Readonly<Record<string, string>>)[type] ?? SYSTEM_WORDS[type] ?? type;
}

/** `+10 s` */
export function secondsOf(byMs: number): string {
  return `${byMs < 0 ? '−' : '+'}${Math.abs(Math.round(byMs / 1000))} s`;
}

type Named = Pick<DeskCue, 'id' | 'number'>;

/** The number a cue goes by, on this screen and aloud. */
export function numberOf(cues: readonly Named[], cueId: string): string | null {
  return cues.find((cue) => cue.id === cueId)?.number ?? null;
}

export function cueName(cues: readonly Named[], cueId: string): string {
  const number = numberOf(cues, cueId);
  return number === null ? `cue ${cueId}` : `cue ${number}`;
}

/** `ARM cue 8`, `+10 s cue 7`, `REVEAL cue 6, audience counts` */
export function labelOf(intent: CommandIntent, cues: readonly Named[]): string {
  const word = wordOf(intent.type);
  switch (intent.type) {
    case 'poll.extend':
      return `${secondsOf(intent.payload.byMs)} ${cueName(cues, intent.target)}`;
    case 'poll.reveal': {
      const { surface, visibility } = intent.payload;
      const hide = visibility === 'hidden';
      return `${hide ? 'HIDE' : word} ${cueName(cues, intent.target)}, ${surface}${hide ? '' : ` ${visibility}`}`;
    }
    case 'poll.answer':
      return `${'reveal' in intent.payload ? 'REVEAL' : 'SET'} ANSWER ${cueName(cues, intent.target)}`;
    case 'alarm.seen':
      return `${word} alarm`;
    case 'switch.set':
      return switchWords(intent.payload.switch, intent.payload.position);
    case 'overlay.take':
    case 'overlay.hide': {
      const cue = cues.find(({ id }) => intent.payload.runId?.startsWith(`${id}:`));
      return cue ? `${word} ${cueName(cues, cue.id)}, overlay` : `${word} overlay`;
    }
    case 'show.mode':
      return `${word} ${intent.payload.mode}`;
    default:
      return 'target' in intent ? `${word} ${cueName(cues, intent.target)}` : word;
  }
}
