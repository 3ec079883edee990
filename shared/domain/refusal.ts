import type { Conflict, RefusalCode } from '../protocol/commands.ts';

/** Why a command can't be done now: a stable code, a sentence for the person, and when or against whom, where known. */
export interface Refusal {
  code: RefusalCode;
  message: string;
  nextAllowedAtMs?: number;
  conflict?: Conflict;
}

export function refuse(
  code: RefusalCode,
  message: string,
  more: { nextAllowedAtMs?: number | undefined; conflict?: Conflict | undefined } = {},
): Refusal {
  return {
    code,
    message,
    ...(more.nextAllowedAtMs === undefined ? {} : { nextAllowedAtMs: more.nextAllowedAtMs }),
    ...(more.conflict === undefined ? {} : { conflict: more.conflict }),
  };
}
