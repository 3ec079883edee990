/** Keeps a recording short: what two are told alike stands in it once. */
import type { PublicState, ServerFrame } from '../../../shared/protocol/audience.ts';
import type { Role } from '../../../shared/protocol/commands.ts';
import type { Mode } from '../../../shared/protocol/ids.ts';
import type { Json, PlainNames } from './plain-names.ts';

const AS_PRODUCER = 'as the producer’s';
const AS_STATE = 'as GET gives it';

export type PublicLook = {
  [mode in Mode]?: {
    head: { status: number; cache: string | null };
    state: PublicState;
    welcome: Extract<ServerFrame, { t: 'welcome' }> | null;
    frame: Extract<ServerFrame, { t: 'state' }> | null;
  };
};

/** A state that came by socket, beside the one that was asked for. */
export function asState(asked: Json, came: Json): Json {
  return difference(asked, came, AS_STATE);
}

/** What each role is told; where it is the very same as what the producer is told, it says so, down to single cues and entries. */
export function comparedToProducer(told: ReadonlyMap<Role, Json>): Json {
  const producers = told.get('producer') ?? null;
  const compared = [...told].map(([role, one]) => [
    role,
    role === 'producer' ? one : difference(producers, one, AS_PRODUCER),
  ]);
  return Object.fromEntries(compared) as Json;
}

/** What viewers see, with plain names, and saying so where a WebSocket brings the very same state. */
export function publicly(names: PlainNames, look: PublicLook): Json {
  const modes = Object.entries(look).map(([mode, { head, state, welcome, frame }]) => {
    const plain = names.plain(state);
    const onWire = (message: { state: PublicState } | null) =>
      message && {
        ...(names.plain({ ...message, state: null }) as object),
        state: asState(plain, names.plain(message.state)),
      };
    return [mode, { head, state: plain, welcome: onWire(welcome), frame: onWire(frame) }];
  });
  return Object.fromEntries(modes) as Json;
}

/** The value, with `words` for each branch that is the same in the other one. */
function difference(base: Json, value: Json, words: string): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (JSON.stringify(base) === JSON.stringify(value)) return words;
  if (typeof base !== 'object' || base === null || Array.isArray(base) !== Array.isArray(value)) return value;
  const old = new Map<string, Json>(Object.entries(base));
  const inner = Object.entries(value).map(([key, one]): [string, Json] => [
    key,
    difference(old.get(key) ?? null, one, words),
  ]);
  return Array.isArray(value) ? inner.map(([, one]) => one) : Object.fromEntries(inner);
}
