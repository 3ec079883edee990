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
import { commandMoved, commandStarted, type DeskStore, isLocked } from '../store/desk-store.ts';
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

export interface Sender {
  /** Resolves when the outcome is settled; null when a command of the same slot was under way and this one was not sent. */
  send(intent: CommandIntent, from: { source: CommandSource; actionId: string }): Promise<Outcome | null>;
}

export function createSender({ store, clock, line, log, newId, labelOf }: SenderParts): Sender {
  const linkIsUp = () => judgeLink(store.getState().contact, clock.nowMs()).kind === 'up';

  return {
    async send(intent, { source, actionId }) {
      const slot = slotOf(intent);
      const data = store.getState();
      if (isLocked(data, slot)) return null;

      const pressedAtMs = Math.round(clock.nowMs() + data.clock.offsetMs);
      const command = buildCommand(intent, { id: newId(), clientTimeMs: pressedAtMs, store });
      const { id } = command;
      const cues = data.show?.state.cues ?? [];
      const session = data.session;
      store.setState((d) =>
        commandStarted(d, {
          id,
          slot,
          actionId,
          label: labelOf(intent, cues),
          intent,
          source,
          pressedAtMs,
          phase: { kind: 'sending', sinceMs: clock.nowMs() },
        }),
      );

      const { inTime } = await log.intent({
        id,
        atMs: Math.round(clock.nowMs()),
        actor: session.kind === 'open' ? session.me.actor : 'unknown',
        source,
        type: intent.type,
        target: 'target' in intent ? intent.target : null,
        command,
      });

      const settle = (outcome: Outcome): Outcome => {
        store.setState((d) => commandMoved(d, id, { kind: 'answered', atMs: clock.nowMs(), outcome }));
        log.outcome(loggedOutcome(id, outcome, !inTime));
        return outcome;
      };
      if (!linkIsUp()) return settle({ kind: 'not-sent', message: 'There was no link to the core; nothing was sent.' });

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
