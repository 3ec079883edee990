/** Where this page's session comes from: from Electron at any time, or from the link that a browser was opened with. */
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import { getVitals, openSession, type Session } from './desk-http.ts';

export type SessionResult =
  | { kind: 'session'; session: Session }
  /** Worth trying again by itself. */
  | { kind: 'failed'; message: string }
  /** Only a person can help: a new link is needed. */
  | { kind: 'over'; message: string; hint: string };

export interface SessionSource {
  /** `renew`: the core no longer knows the session that was given last. */
  open(renew: boolean): Promise<SessionResult>;
}

const NOBODY = 'The core does not answer yet.';

/** This machine's server gives a new session whenever one is needed; another machine's gave one for its link, and that is all there is. */
export function electronSessions(bridge: DeskBridge): SessionSource {
  return {
    async open(renew) {
      try {
        const connection = await bridge.connection();
        const { deskUrl } = connection;
        if (connection.kind === 'session') {
          const { token, actor, name, roles } = connection.session;
          const me = { actor, name, roles };
          return renew ? remoteOver(deskUrl) : { kind: 'session', session: { deskUrl, token, me } };
        }
        const result = await openSession(deskUrl, connection.code);
        if (result.kind === 'ok') return { kind: 'session', session: result.value };
        return { kind: 'failed', message: result.kind === 'refused' ? result.message : NOBODY };
      } catch (error) {
        return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

const remoteOver = (deskUrl: string): SessionResult => ({
  kind: 'over',
  message: `This desk's session on ${new URL(deskUrl).host} has ended: that server was started anew.`,
  hint: 'Connect again with a new link from it, or go back to this machine’s server: Settings, F6.',
});

/** The parts of a browser page that a session needs. */
export interface BrowserPage {
  origin: string;
  /** The fragment with its `#`. */
  hash(): string;
  /** Takes the fragment out of the address bar and the history. */
  dropHash(): void;
  stored(): string | null;
  store(session: string | null): void;
}

const HINT =
  'Open the link that the server printed when it started, or start the desk app on the machine that runs the server. Each link works once.';

export function browserSessions(page: BrowserPage): SessionSource {
  const over = (message: string): SessionResult => ({ kind: 'over', message, hint: HINT });

  async function exchange(code: string): Promise<SessionResult> {
    const result = await openSession(page.origin, code);
    switch (result.kind) {
      case 'unreachable':
        return { kind: 'failed', message: NOBODY };
      case 'refused':
        page.dropHash();
        return over(result.message);
      case 'ok':
        page.dropHash();
        page.store(JSON.stringify(result.value));
        return { kind: 'session', session: result.value };
    }
  }

  async function fromStore(): Promise<SessionResult> {
    const session = parseSession(page.stored());
    if (session === null) return over('This page was opened without a code.');
    const known = await getVitals(session);
    if (known.kind === 'unreachable') return { kind: 'failed', message: NOBODY };
    if (known.kind === 'refused' && known.status === 401) return ended();
    return { kind: 'session', session };
  }

  function ended(): SessionResult {
    page.store(null);
    return over('Your session has ended: the server was started anew.');
  }

  return {
    open(renew) {
      const code = new URLSearchParams(page.hash().replace(/^#/, '')).get('code');
      if (code !== null && code !== '') return exchange(code);
      return renew ? Promise.resolve(ended()) : fromStore();
    },
  };
}

function parseSession(text: string | null): Session | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Session>;
    const whole =
      typeof value.deskUrl === 'string' && typeof value.token === 'string' && Array.isArray(value.me?.roles);
    return whole ? (value as Session) : null;
  } catch {
    return null;
  }
}

const STORED_AS = 'tallyroom.session';

/** A session lives as long as its tab, so that a reload keeps it and a closed tab does not. */
export function browserPage(page: Window): BrowserPage {
  return {
    origin: page.location.origin,
    hash: () => page.location.hash,
    dropHash: () => page.history.replaceState(null, '', page.location.pathname + page.location.search),
    stored: () => page.sessionStorage.getItem(STORED_AS),
    store: (session) =>
      session === null ? page.sessionStorage.removeItem(STORED_AS) : page.sessionStorage.setItem(STORED_AS, session),
  };
}
