/** The one way in for commands, from sockets and REST alike: rate, shape, then the engine. */

import type { Who } from '../../shared/domain/roles.ts';
import { takesAway } from '../../shared/domain/takes-away.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { type Bounds, valueBeyond } from '../../shared/protocol/bounds.ts';
import { Command } from '../../shared/protocol/commands.ts';
import type { CommandAck } from '../../shared/protocol/desk-events.ts';
import { TokenBuckets } from '../process/token-buckets.ts';
import type { Engine } from '../show/engine.ts';

const MAX_DESKS = 1_000;
/** A person with a fast finger stays far below this; a script that runs wild is held. */
const COMMANDS = { burst: 200, perS: 50, refusedCount: false, maxKeys: MAX_DESKS };
/** What takes away has a bucket of its own, a person's, which nothing else that is sent in their name can empty. */
const TAKING_AWAY = { burst: 20, perS: 5, refusedCount: false, maxKeys: MAX_DESKS };
/**
 * What a command may be, judged before anything else looks at it: what comes in is journaled, folded and sent to every desk, and
 * all of these call themselves for each level. Reasons and lists of ids stay far below; a cue has texts.
 */
const ANY_COMMAND: Bounds = { depth: 32, entries: 1_000, characters: 16 * 1024 };
const WITH_CUE: Bounds = { ...ANY_COMMAND, characters: 32 * 1024 };

export interface CommandDoor {
  /** An answer, or an error when it was no command or came too often. */
  submit(raw: unknown, who: Who): Promise<CommandAck>;
  /** Counts a call that writes to the journal without being a command; false when there are too many. */
  mayAsk(who: Who): boolean;
}

export interface CommandDoorOptions {
  engine: Pick<Engine, 'execute'>;
  /** Core time. */
  nowMs: () => number;
  monotonicNow: () => MonotonicMs;
}

export function commandDoor({ engine, nowMs, monotonicNow }: CommandDoorOptions): CommandDoor {
  const commands = new TokenBuckets(COMMANDS);
  const takingAway = new TokenBuckets(TAKING_AWAY);

  const mayAsk = (who: Who) => commands.take(`${who.actor} ${who.source}`, monotonicNow()) === 0;
  const mayTakeAway = (who: Who) => takingAway.take(who.actor, monotonicNow()) === 0;
  return {
    mayAsk,
    async submit(raw, who) {
      const arrivedAtMs = nowMs();
      const isTakingAway = typeof raw === 'object' && raw !== null && takesAway(raw);
      if (isTakingAway ? !mayTakeAway(who) : !mayAsk(who)) {
        const { perS } = isTakingAway ? TAKING_AWAY : COMMANDS;
        return { error: { code: 'rate-limited', message: `More than ${perS} commands a second from one desk.` } };
      }
      const beyond = valueBeyond(raw, holdsCue(raw) ? WITH_CUE : ANY_COMMAND);
      if (beyond !== null) return { error: { code: 'malformed', message: `The command ${beyond.message}.` } };
      const parsed = Command.safeParse(raw);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const where = issue === undefined || issue.path.length === 0 ? 'The command' : issue.path.join('.');
        return { error: { code: 'malformed', message: `${where}: ${issue?.message ?? 'not understood'}` } };
      }
      return engine.execute(parsed.data, who, arrivedAtMs);
    },
  };
}

/** Whether it claims to be a command with a whole cue in it. */
function holdsCue(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || !('type' in raw)) return false;
  return raw.type === 'cue.add' || raw.type === 'cue.edit';
}
