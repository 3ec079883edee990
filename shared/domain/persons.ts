import type { DeskState } from '../protocol/desk-state.ts';

/**
 * A person is an id, which their token carries: idempotency, the second person and what is barred go by it. The name is a label
 * beside it, journaled, so that it may change without anybody becoming somebody else.
 */
export type PersonNames = Readonly<Record<string, string>>;

/** What a person is called: by their id as long as nobody has given them a name. */
export function nameOf(names: PersonNames, id: string): string {
  return (Object.hasOwn(names, id) ? names[id] : undefined) ?? id;
}

/** The same in the show as a desk sees it. */
export function personIn({ show }: Pick<DeskState, 'show'>, id: string): string {
  return nameOf(show.people ?? {}, id);
}
