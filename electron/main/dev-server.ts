/** What `npm run dev` changes in the app: the page's files come from its development server. */
import type { DevServer } from './desk-csp.ts';

/**
 * Threat: an environment variable that makes an installed app load its page from somewhere. It is heeded in a working
 * copy only, and only for an address of this machine.
 */
export function devServerOf(env: Readonly<Record<string, string | undefined>>, packaged: boolean): DevServer | null {
  const wished = env.ELECTRON_RENDERER_URL;
  if (packaged || wished === undefined) return null;
  try {
    const { protocol, hostname, origin } = new URL(wished);
    return protocol === 'http:' && hostname === '127.0.0.1' ? { url: origin } : null;
  } catch {
    return null;
  }
}
