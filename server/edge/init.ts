import type { z } from 'zod';
import { EDGE_INIT_VARIABLE, EdgeInit } from '../../shared/protocol/process.ts';

export type InitOutcome = { kind: 'init'; init: EdgeInit } | { kind: 'refused'; message: string };

/** Reads what the supervisor has sent. What it says beyond this version's fields is left alone. */
export function readInit(message: unknown): InitOutcome {
  return outcomeOf(EdgeInit.safeParse(message), "The supervisor's init");
}

/**
 * Reads the init of an edge without a supervisor, and removes it from the environment, because it holds keys and codes. Names that
 * are none of ours are refused: one that is misspelt would go without what it says. Null where there is none.
 */
export function initFromEnvironment(env: NodeJS.ProcessEnv): InitOutcome | null {
  const text = env[EDGE_INIT_VARIABLE];
  delete env[EDGE_INIT_VARIABLE];
  if (text === undefined || text === '') return null;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // The parser's own words quote what it could not read, which may be a key.
    return { kind: 'refused', message: `${EDGE_INIT_VARIABLE} is not valid JSON.` };
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { kind: 'refused', message: `${EDGE_INIT_VARIABLE} must be one JSON object.` };
  }
  return outcomeOf(EdgeInit.strict().safeParse({ t: 'init', part: 'edge', ...given }), EDGE_INIT_VARIABLE);
}

function outcomeOf(parsed: z.ZodSafeParseResult<EdgeInit>, source: string): InitOutcome {
  if (parsed.success) return { kind: 'init', init: parsed.data };
  return { kind: 'refused', message: parsed.error.issues.map((issue) => `${source}: ${sentenceOf(issue)}`).join('\n') };
}

/** Names the field and what it has to be, never what it is. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no field ${issue.keys.join(', ')}.`;
  return `${issue.path.join('.')} ${issue.message}.`;
}
