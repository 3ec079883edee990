/** The one way from a press to the core. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { Command, CommandAnswer } from '../../../shared/protocol/commands.ts';
import type { CommandAck } from '../../../shared/protocol/desk-events.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { CommandId } from '../../../shared/protocol/ids.ts';
import type { LogOutcome } from '../../../shared/protocol/logbook.ts';
import type { ActionLog } from '../host/action-log.ts';
import type { CommandLine } from '../link/command-line.ts';
import { type CommandSource, type Outcome, slotOf } from '../store/command-record.ts';
import { commandMoved, commandStarted, type DeskStore, isLocked, remarked } from '../store/desk-store.ts';
import { judgeLink } from '../store/link-state.ts';
import type { LocalClock } from '../time/local-clock.ts';

/** Without an answer for this long the desk says that it doesn't know. */
export const ANSWER_WITHIN_MS = 2_000;
/** Between two questions for an id, ms: 1,000, 1,500, 2,000, 2,000, … */
const askAgainMs = (asked: number): number => Math.min(2_000, 500 + 500 * asked);

export interface SenderParts {
  store: DeskStore;
  clock: LocalClock;
  line: CommandLine;
  log: ActionLog;
  newId: () => CommandId;
  /** `ARM cue 8` */
  labelOf: (intent: CommandIntent, cues: readonly DeskCue[]) => string;
}

export interface CommandFrom {
  source: CommandSource;
  actionId: string;
}

export interface Sender {
  /** Resolves when the outcome is settled; null when it was not sent because another one was in its place. */
  send(intent: CommandIntent, from: CommandFrom): Promise<Outcome | null>;
}

/** Without a queue: a second command of the same slot is not sent while one is under way. */
export interface DirectSender extends Sender {
  /** Logs what waited and is not sent because the link went, and says so in the strip. */
  giveUp(waited: readonly { intent: CommandIntent; from: CommandFrom }[]): void;
}

export const NOT_SENT: Outcome = { kind: 'not-sent', message: 'There was no link to the core; nothing was sent.' };

export function createSender({ store, clock, line, log, newId, labelOf }: SenderParts): DirectSender {
  const linkIsUp = () => judgeLink(store.getState().contact, clock.nowMs()).kind === 'up';

  const labelNow = (intent: CommandIntent) => labelOf(intent, store.getState().show?.state.cues ?? []);

  function commandNow(intent: CommandIntent): Command {
    const clientTimeMs = Math.round(clock.nowMs() + store.getState().clock.offsetMs);
    return buildCommand(intent, { id: newId(), clientTimeMs, store });
  }

  function logged(command: Command, intent: CommandIntent, source: CommandSource) {
    const { session } = store.getState();
    return log.intent({
      id: command.id,
      atMs: Math.round(clock.nowMs()),
      actor: session.kind === 'open' ? session.me.actor : 'unknown',
      source,
      type: intent.type,
      target: 'target' in intent ? intent.target : null,
      command,
    });
  }

  return {
    async send(intent, { source, actionId }) {
      const slot = slotOf(intent);
      if (isLocked(store.getState(), slot)) return null;

      const command = commandNow(intent);
      const { id, clientTimeMs: pressedAtMs } = command;
      store.setState((d) =>
        commandStarted(d, {
          id,
          slot,
          actionId,
          label: labelNow(intent),
          intent,
          source,
          pressedAtMs,
          phase: { kind: 'sending', sinceMs: clock.nowMs() },
        }),
      );

      const { inTime } = await logged(command, intent, source);

      const settle = (outcome: Outcome): Outcome => {
        store.setState((d) => commandMoved(d, id, { kind: 'answered', atMs: clock.nowMs(), outcome }));
        log.outcome(loggedOutcome(id, outcome, !inTime));
        return outcome;
      };
      if (!linkIsUp()) return settle(NOT_SENT);

      const sentAtMs = clock.nowMs();
      let ack: CommandAck;
      try {
        ack = await line.emit(command, ANSWER_WITHIN_MS);
      } catch {
        store.setState((d) => commandMoved(d, id, { kind: 'unknown', sinceMs: clock.nowMs() }));
        log.outcome(unknownOutcome(id, !inTime));
        return settle(await askUntilAnswered(line, id));
      }
      const latencyMs = Math.round((clock.nowMs() - sentAtMs) * 10) / 10;
      if ('error' in ack) return settle({ kind: 'error', ...ack.error, latencyMs });
      return settle(outcomeOf(ack, { latencyMs, settledLater: false }));
    },
    giveUp(waited) {
      for (const { intent, from } of waited) {
        const command = commandNow(intent);
        void logged(command, intent, from.source).then(({ inTime }) =>
          log.outcome(loggedOutcome(command.id, NOT_SENT, !inTime)),
        );
      }
      // No record of their own: that of the one under way must stay, since its answer is still asked for.
      const labels = waited.map(({ intent }) => labelNow(intent)).join(', ');
      store.setState((data) => remarked(data, `${labels} not sent: there is no link to the core`));
    },
  };
}

/** The cue's own revision goes along as this desk sees it, so that the core can tell when someone else was faster. */
function buildCommand(
  intent: CommandIntent,
  { id, clientTimeMs, store }: { id: CommandId; clientTimeMs: number; store: DeskStore },
): Command {
  if (!('target' in intent)) return { ...intent, id, clientTimeMs } as Command;
  const cue = store.getState().show?.state.cues.find((c) => c.id === intent.target);
  const expected = cue === undefined ? {} : { expectedRevision: cue.revision };
  return { ...expected, ...intent, id, clientTimeMs } as Command;
}

/** Asks for the id until the core says something. The command itself is never sent again. */
async function askUntilAnswered(line: CommandLine, id: CommandId): Promise<Outcome> {
  for (let asked = 1; ; asked++) {
    const lookup = await line.lookup(id);
    if (lookup?.status === 'never-seen') return { kind: 'never-seen' };
    if (lookup) return outcomeOf(lookup, { latencyMs: null, settledLater: true });
    await new Promise((resolve) => setTimeout(resolve, askAgainMs(asked)));
  }
}

function outcomeOf(answer: CommandAnswer, how: { latencyMs: number | null; settledLater: boolean }): Outcome {
  return answer.status === 'accepted' ? { kind: 'accepted', answer, ...how } : { kind: 'refused', answer, ...how };
}

function unknownOutcome(id: CommandId, loggedLate: boolean): LogOutcome {
  const nothing = { code: null, message: null, latencyMs: null, answer: null };
  return { id, outcome: 'unknown', ...nothing, loggedLate, settled: false };
}

function loggedOutcome(id: CommandId, outcome: Outcome, loggedLate: boolean): LogOutcome {
  const base = { id, outcome: outcome.kind, loggedLate };
  const nothing = { code: null, message: null, latencyMs: null, answer: null };
  switch (outcome.kind) {
    case 'accepted': {
      const { answer, latencyMs, settledLater } = outcome;
      return { ...base, ...nothing, answer, latencyMs, settled: settledLater };
    }
    case 'refused': {
      const { answer, latencyMs, settledLater } = outcome;
      return { ...base, code: answer.code, message: answer.message, answer, latencyMs, settled: settledLater };
    }
    case 'not-sent':
      return { ...base, ...nothing, message: outcome.message, settled: false };
    case 'never-seen':
      return { ...base, ...nothing, settled: true };
    case 'error': {
      const { code, message, latencyMs } = outcome;
      return { ...base, ...nothing, code, message, latencyMs, settled: false };
    }
  }
}
