/** The few words under a blocked button. The whole sentence, as the core would say it, is the button's description. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Refusal } from '../../../shared/domain/refusal.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { INTAKE_WORDS } from '../words/intake-words.ts';
import { quotedApart } from '../words/quoted-apart.ts';
import { wordsOf } from './command-words.ts';

export function shortReason(refusal: Refusal, intent: CommandIntent, cue: DeskCue | null): string {
  switch (refusal.code) {
    case 'role':
      return 'not your role';
    case 'stale-revision':
      return 'changed meanwhile';
    case 'wrong-intake':
    case 'not-verified':
      return cue === null
        ? quotedApart(refusal.message)
        : (wordsOf(intent.type).notNow?.(cue) ?? INTAKE_WORDS[cue.intake]);
    case 'lane-busy':
      return 'the air is taken';
    case 'recall-expired':
      return '5 s after GO only';
    case 'too-short':
      return 'leaves < 10 s';
    case 'too-soon':
      return 'wait a second';
    case 'second-person':
      return 'by a second person';
    case 'identity-missing':
      return 'no identity service';
    case 'not-runnable':
      return cue?.kind === 'note' ? 'a note, never aired' : 'has no right answer';
    case 'not-released':
      return 'not released';
    case 'already':
      return 'already so';
    case 'restart-under-way':
      return 'under way';
    case 'incomplete':
      return 'incomplete';
    case 'preflight-storage':
      return 'storage not ready';
    case 'preflight-clock':
      return 'clock not sane';
    case 'preflight-edges':
      return 'edges not ready';
    case 'preflight-forecast':
      return 'over capacity';
    case 'preflight-ledger':
      return 'ledger not whole';
    case 'unknown-alarm':
      return 'gone already';
    case 'mode-busy':
      return 'something is armed or on air';
    default:
      return quotedApart(refusal.message);
  }
}
