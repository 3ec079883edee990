/** Bearer tokens of the desk port. Actor, roles and source come from here, never from a body. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Role } from '../../shared/protocol/desk.ts';
import type { DeskCode } from '../../shared/protocol/process.ts';
import type { Who } from '../core/engine.ts';

const SessionClaims = z.object({ actor: z.string(), roles: z.array(Role), source: z.string() });

export interface SessionsOptions {
  /** One bearer token per role, kept over restarts of the core. */
  deskTokens: Record<Role, string>;
  sessionSecret: string;
  codes: DeskCode[];
  onCodeUsed: (code: string) => void;
}

/** A session token is its signed claims, so that it holds over a restart of the core without being stored anywhere. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #codes = new Map<string, DeskCode>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    for (const code of options.codes) this.addCode(code);
  }

  addCode(code: DeskCode): void {
    this.#codes.set(code.code, code);
  }

  /** Spends a one-time code for a session token; null when it is unknown or spent. */
  open(code: string): { token: string; who: Who } | null {
    const bought = this.#codes.get(code);
    if (!bought) return null;
    this.#codes.delete(code);
    this.#options.onCodeUsed(code);
    const who: Who = {
      actor: bought.actor,
      roles: bought.roles,
      source: `${bought.source}:${randomBytes(4).toString('hex')}`,
    };
    const claims = Buffer.from(JSON.stringify(who)).toString('base64url');
    return { token: `s.${claims}.${this.#sign(claims)}`, who };
  }

  /** Who a bearer token speaks for, or null. */
  who(token: string): Who | null {
    for (const role of Role.options) {
      if (same(token, this.#options.deskTokens[role])) return { actor: role, roles: [role], source: 'api' };
    }
    const [kind, claims, signature, ...rest] = token.split('.');
    if (kind !== 's' || claims === undefined || signature === undefined || rest.length > 0) return null;
    if (!same(signature, this.#sign(claims))) return null;
    const parsed = SessionClaims.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : null;
  }

  #sign(claims: string): string {
    return createHmac('sha256', this.#options.sessionSecret).update(claims).digest('base64url');
  }
}

/** The token of an `Authorization: Bearer` header, or null. */
export function bearerOf(header: string | undefined): string | null {
  const match = /^Bearer\s+(\S+)$/i.exec(header ?? '');
  return match?.[1] ?? null;
}

/** Constant time, so that a token can't be guessed byte by byte. */
function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
