/** The last command and its answer, in one line. */
import { timeOfDay } from '../../ui/format.ts';
import type { CommandRecord, Outcome } from '../commands/command-record.ts';
import type { DeskData } from '../store/desk-store.ts';

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
        kind: phase.outcome.kind === 'accepted' ? 'ok' : 'warn',
        text: `${head}: ${outcomeWords(phase.outcome)}`,
      };
  }
}

/** `accepted in 18 ms`, `refused: …` */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.latencyMs === null
        ? 'accepted, asked afterwards'
        : `accepted in ${Math.round(outcome.latencyMs)} ms`;
    case 'refused':
      return `refused: ${outcome.answer.message}`;
    case 'not-sent':
      return 'not sent, no link';
    case 'never-seen':
      return 'never arrived, and is barred now';
    case 'error':
      return `failed: ${outcome.message}`;
  }
}
