import { describe, expect, it } from 'vitest';
import { Command as CommandSchema, type CommandType, Role } from '../protocol/commands.ts';
import { ROLES_BY_COMMAND, roleMay } from './roles.ts';
import { showAt } from './testing/intakes.test-part.ts';
import { candidates } from './testing/moves.test-part.ts';
import { FUN } from './testing/sample-cues.test-part.ts';

/** P producer, D director, O operator, V verifier; the owner may do all. */
const TABLE: Record<CommandType, string> = {
  'cue.add': 'P',
  'cue.edit': 'P',
  'cue.move': 'P',
  'cue.remove': 'P',
  'cue.skip': 'P',
  'cue.rerun': 'P',
  'cue.ready': 'P',
  'cue.arm': 'P',
  'cue.disarm': 'P',
  'cue.go': 'P',
  'poll.recall': 'P',
  'poll.pause': 'PO',
  'poll.resume': 'PO',
  'poll.extend': 'P',
  'poll.close': 'P',
  'poll.verify': 'PV',
  'poll.void': 'PO',
  'poll.revoke': 'PO',
  'poll.archive': 'P',
  'poll.reveal': 'P',
  'poll.answer': 'P',
  'overlay.take': 'D',
  'overlay.hide': 'D',
  'switch.set': 'O',
  'edges.restart': 'O',
  'rehearsal.recode': 'PO',
  'show.mode': 'P',
  'show.t0': 'P',
  'show.control': 'PDO',
  'show.clear': 'PDOV',
  'alarm.seen': 'PDO',
};
const LETTER: Record<Role, string> = { owner: '*', producer: 'P', director: 'D', operator: 'O', verifier: 'V' };
const TYPES = Object.keys(TABLE) as CommandType[];

describe('who may send what', () => {
  it('has a row for every command there is', () => {
    const known = CommandSchema.options.map((option) => option.shape.type.value);
    expect(TYPES.toSorted()).toEqual(known.toSorted());
    expect(Object.keys(ROLES_BY_COMMAND).toSorted()).toEqual(known.toSorted());
  });

  it.each(TYPES)('%s', (type) => {
    for (const role of Role.options) {
      expect([role, roleMay([role], type)]).toEqual([role, role === 'owner' || TABLE[type].includes(LETTER[role])]);
    }
    expect(roleMay([], type)).toBe(false);
  });

  it('adds up the roles of one person', () => {
    expect(roleMay(['director', 'operator'], 'overlay.take')).toBe(true);
    expect(roleMay(['director', 'operator'], 'switch.set')).toBe(true);
    expect(roleMay(['director', 'operator'], 'cue.go')).toBe(false);
  });

  it('refuses a role before it looks at anything else, and never by role what the table allows', () => {
    const show = showAt(FUN, 'ready');
    for (const intent of candidates(show)) {
      for (const role of Role.options) {
        const refusal = show.may(intent, { actor: role, roles: [role] });
        // Who verifies depends on the class as well.
        if (intent.type === 'poll.verify') continue;
        expect([intent.type, role, refusal?.code === 'role']).toEqual([
          intent.type,
          role,
          !roleMay([role], intent.type),
        ]);
      }
    }
  });
});
