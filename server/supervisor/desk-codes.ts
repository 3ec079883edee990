import { randomBytes } from 'node:crypto';
import type { Role } from '../../shared/protocol/commands.ts';
import type { DeskCode } from '../../shared/protocol/process.ts';

/** A window asks for one at each load; beyond this many nobody will come for the oldest any more. */
const MAX_UNUSED = 64;

/** One-time codes for desks that nobody has used yet. Kept here, so that they outlive the core. */
export class DeskCodes {
  readonly #unused = new Map<string, DeskCode>();

  /** The owner's are for this machine's own desk; whoever gets another role is a desk of their own, and is named for it. */
  mint(role: Role): DeskCode {
    const person = role === 'owner' ? 'local desk' : `${role} desk`;
    const code: DeskCode = {
      code: randomBytes(24).toString('base64url'),
      actor: person,
      name: person,
      roles: [role],
      source: 'desk',
    };
    this.#unused.set(code.code, code);
    const [oldest] = this.#unused.keys();
    if (this.#unused.size > MAX_UNUSED && oldest !== undefined) this.#unused.delete(oldest);
    return code;
  }

  used(code: string): void {
    this.#unused.delete(code);
  }

  unused(): DeskCode[] {
    return [...this.#unused.values()];
  }
}
