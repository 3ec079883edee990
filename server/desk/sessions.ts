/** Bearer tokens of the desk port. Actor, roles and source come from here, never from a body. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Who } from '../../shared/domain/roles.ts';
import { type MonotonicMs, rawMs } from '../../shared/domain/time.ts';
import { Role } from '../../shared/protocol/commands.ts';
import type { DeskCode, SessionBook } from '../../shared/protocol/process.ts';

/** A session that nobody has used for so long has ended. */
const UNUSED_FOR_MS = 7 * 86_400_000;
/** How exactly is kept when a session was used last. */
const NOTED_EVERY_MS = 3_600_000;
const MOST_NOTED = 1_000;

/** `sinceMs`: on the machine's monotonic clock, which is the same for as long as the secret lives, whatever the clock on the wall says. */
const SessionClaims = z.object({
  actor: z.string(),
  /** Not in those of a core of an earlier version, whose sessions go on. */
  name: z.string().optional(),
  roles: z.array(Role),
  source: z.string(),
  sinceMs: z.number(),
});

export interface SessionsOptions {
  /** One bearer token per role, kept over restarts of the core. */
  deskTokens: Record<Role, string>;
  sessionSecret: string;
  codes: DeskCode[];
  onCodeUsed: (code: string) => void;
  /** As the last core left it. */
  book: SessionBook;
  /** Something in it has changed. */
  onBook: (book: SessionBook) => void;
  monotonicNow: () => MonotonicMs;
}

/**
 * A session token is its signed claims, so that it holds over a restart of the core without being stored anywhere. It ends a week
 * after its last use, or when somebody ends them all; a source is one session.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #codes = new Map<string, DeskCode>();
  #book: SessionBook;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#book = options.book;
    for (const code of options.codes) this.addCode(code);
  }

  addCode(code: DeskCode): void {
    this.#codes.set(code.code, code);
  }

  /** Spends a one-time code for a session token; null when it is unknown or spent. */
  open(code: string): { token: string; who: Who; name: string } | null {
    const bought = this.#codes.get(code);
    if (!bought) return null;
    this.#codes.delete(code);
    this.#options.onCodeUsed(code);
    const who: Who = {
      actor: bought.actor,
      roles: bought.roles,
      source: `${bought.source}:${randomBytes(4).toString('hex')}`,
    };
    const name = bought.name ?? bought.actor;
    const content = { ...who, name, sinceMs: this.#nowMs() };
    const claims = Buffer.from(JSON.stringify(content)).toString('base64url');
    return { token: `s.${claims}.${this.#sign(claims)}`, who, name };
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
    return parsed.success && this.#isGoing(parsed.data) ? whoOf(parsed.data) : null;
  }

  /**
   * Ends every session and voids every code that nobody has used; role tokens hold as long as the server runs.
   *
   * @param kept the source of the session that goes on, or null
   * @returns how many codes were voided
   */
  endAll(kept: string | null): number {
    const codes = [...this.#codes.keys()];
    for (const code of codes) this.#options.onCodeUsed(code);
    this.#codes.clear();
    this.#keep({ endedBeforeMs: this.#nowMs(), kept, usedMs: {} });
    return codes.length;
  }

  #isGoing({ source, sinceMs }: z.infer<typeof SessionClaims>): boolean {
    const { endedBeforeMs, kept, usedMs } = this.#book;
    if (endedBeforeMs !== null && sinceMs <= endedBeforeMs && source !== kept) return false;
    const nowMs = this.#nowMs();
    const sinceUsedMs = nowMs - (usedMs[source] ?? sinceMs);
    if (sinceUsedMs > UNUSED_FOR_MS) return false;
    if (sinceUsedMs > NOTED_EVERY_MS) this.#used(source, nowMs);
    return true;
  }

  #used(source: string, nowMs: number): void {
    const others = Object.entries(this.#book.usedMs).filter(([id, at]) => id !== source && nowMs - at <= UNUSED_FOR_MS);
    const recent = others.sort(([, a], [, b]) => b - a).slice(0, MOST_NOTED - 1);
    this.#keep({ ...this.#book, usedMs: { ...Object.fromEntries(recent), [source]: nowMs } });
  }

  #keep(book: SessionBook): void {
    this.#book = book;
    this.#options.onBook(book);
  }

  #nowMs(): number {
    return rawMs(this.#options.monotonicNow());
  }

  #sign(claims: string): string {
    return createHmac('sha256', this.#options.sessionSecret).update(claims).digest('base64url');
  }
}

/** Whose connections belong together. */
export const holderOf = ({ actor, source }: Who): string => `${actor} ${source}`;

const whoOf = ({ actor, roles, source }: Who): Who => ({ actor, roles, source });

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
