/** The last command and its answer, in one line. */
import { timeOfDay } from '../../ui/format.ts';
import { type CommandRecord, isUnjournaled, type Outcome } from '../store/command-record.ts';
import type { DeskData } from '../store/desk-store.ts';
import { quotedApart } from '../words/quoted-apart.ts';

export type LastLine = { kind: 'none' } | { kind: 'ok' | 'waiting' | 'warn'; text: string };

export function lastLine({ last, commands }: Pick<DeskData, 'last' | 'commands'>): LastLine {
  if (last === null) return { kind: 'none' };
  if (last.kind === 'remark') return { kind: 'warn', text: `${timeOfDay(last.remark.atMs)} ${last.remark.text}` };
  const record = commands[last.slot];
  return record ? lineOf(record) : { kind: 'none' };
}

function lineOf({ pressedAtMs, label, phase }: CommandRecord): LastLine {
  const head = `${timeOfDay(pressedAtMs)} ${label}`;
  switch (phase.kind) {
    case 'sending':
      return { kind: 'waiting', text: `${head}: sent` };
    case 'unknown':
      return { kind: 'warn', text: `${head}: no answer in 2 s, asking the core` };
    case 'answered':
      return {
        kind: phase.outcome.kind === 'accepted' && !isUnjournaled(phase.outcome) ? 'ok' : 'warn',
        text: `${head}: ${outcomeWords(phase.outcome)}`,
      };
  }
}

/** `accepted in 18 ms`, `accepted, not in the journal yet, 18 ms`, `refused: …` */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'accepted': {
      const took = outcome.latencyMs === null ? 'asked afterwards' : `${Math.round(outcome.latencyMs)} ms`;
      // What is odd goes first: the line may be cut off.
      if (isUnjournaled(outcome)) return `accepted, not in the journal yet, ${took}`;
      return outcome.latencyMs === null ? `accepted, ${took}` : `accepted in ${took}`;
    }
    case 'refused':
      return `refused: ${quotedApart(outcome.answer.message)}`;
    case 'not-sent':
      return 'not sent, no link';
    case 'never-seen':
      return 'never arrived, and is barred now';
    case 'error':
      return `failed: ${outcome.message}`;
  }
}
