/** The one way in for commands, from sockets and REST alike: shape, rate, then the engine. */
import { Command, type CommandAck } from '../../shared/protocol/desk.ts';
import type { Engine, Who } from '../core/engine.ts';

/** A person with a fast finger stays far below this; a script that runs wild is held. */
const BURST = 200;
const PER_S = 50;

export interface CommandDoor {
  /** An answer, or an error when it was no command or came too often. */
  submit(raw: unknown, who: Who): Promise<CommandAck>;
  /** Counts a call that writes to the journal without being a command; false when there are too many. */
  mayAsk(who: Who): boolean;
}

export function commandDoor(engine: Pick<Engine, 'execute'>, nowMs: () => number): CommandDoor {
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  function take(source: string): boolean {
    const atMs = nowMs();
    const bucket = buckets.get(source) ?? { tokens: BURST, atMs };
    bucket.tokens = Math.min(BURST, bucket.tokens + ((atMs - bucket.atMs) * PER_S) / 1_000);
    bucket.atMs = atMs;
    buckets.set(source, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  const mayAsk = (who: Who) => take(`${who.actor} ${who.source}`);
  return {
    mayAsk,
    async submit(raw, who) {
      const arrivedAtMs = nowMs();
      if (!mayAsk(who)) {
        return { error: { code: 'rate-limited', message: `More than ${PER_S} commands a second from one desk.` } };
      }
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
