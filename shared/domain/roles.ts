import type { CommandType, Role } from '../protocol/commands.ts';

/** Who sends something. From the token, never from the body. */
export interface Who {
  actor: string;
  roles: readonly Role[];
  source: string;
}

type WorkingRole = Exclude<Role, 'owner'>;
const PRODUCER: readonly WorkingRole[] = ['producer'];
const EVERYBODY: readonly WorkingRole[] = ['producer', 'director', 'operator', 'verifier'];

/**
 * Who may send what. The owner stands for producer, director and operator; that the owner verifies no regulated vote is
 * the verify guard's rule, because it depends on the cue's class.
 */
export const ROLES_BY_COMMAND: Readonly<Record<CommandType, readonly WorkingRole[]>> = {
  'cue.add': PRODUCER,
  'cue.edit': PRODUCER,
  'cue.move': PRODUCER,
  'cue.remove': PRODUCER,
  'cue.skip': PRODUCER,
  'cue.rerun': PRODUCER,
  'cue.ready': PRODUCER,
  'cue.arm': PRODUCER,
  'cue.disarm': PRODUCER,
  'cue.go': PRODUCER,
  'poll.recall': PRODUCER,
  'poll.pause': ['producer', 'operator'],
  'poll.resume': ['producer', 'operator'],
  'poll.extend': PRODUCER,
  'poll.close': PRODUCER,
  'poll.verify': ['producer', 'verifier'],
  'poll.void': ['producer', 'operator'],
  'poll.revoke': ['producer', 'operator'],
  'poll.archive': PRODUCER,
  'poll.reveal': PRODUCER,
  'poll.answer': PRODUCER,
  'overlay.take': ['director'],
  'overlay.hide': ['director'],
  'switch.set': ['operator'],
  'edges.restart': ['operator'],
  // Whose rehearsal it is, and who sees strangers come in; nobody on the air hangs on it.
  'rehearsal.recode': ['producer', 'operator'],
  'show.mode': PRODUCER,
  'show.t0': PRODUCER,
  'show.control': ['producer', 'director', 'operator'],
  'show.clear': EVERYBODY,
  'alarm.seen': ['producer', 'director', 'operator'],
};

/** Whether any of the roles may send commands of this type. */
export function roleMay(roles: readonly Role[], type: CommandType): boolean {
  const allowed = ROLES_BY_COMMAND[type];
  return roles.some((role) => role === 'owner' || allowed.includes(role));
}

/** Right answers reach only producer and owner before their reveal. */
export function maySeeAnswers(roles: readonly Role[]): boolean {
  return roles.includes('owner') || roles.includes('producer');
}

/** Who looks after the audience and may know where it comes from: an address is a person's matter. */
export function maySeeNetworks(roles: readonly Role[]): boolean {
  return roles.some((role) => role === 'owner' || role === 'producer' || role === 'operator');
}
