/** The one origin that the window's page has, and the rules that hang on it. */

export const DESK_SCHEME = 'tallyroom';
export const DESK_ORIGIN = 'tallyroom://desk';

/** Address of the page on a screen. A query and not a fragment: an address that differs in its fragment alone is not loaded anew. */
export const deskPage = (screen: string): string => `${DESK_ORIGIN}/index.html?screen=${screen}`;

/**
 * Threat: a frame of another origin (an injected iframe, a page that got in by a redirect) that calls the bridge. Only
 * the desk page's own frames may.
 */
export function isDeskUrl(url: string | null | undefined): boolean {
  if (!url) return false;
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === `${DESK_SCHEME}:` && host === 'desk' && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Names under which Chromium asks before a page reaches a local address; they have been split and renamed over time. */
const LOCAL_NETWORK = ['local-network-access', 'local-network', 'loopback-network'];

/**
 * Threat: a page with a camera, a clipboard or a notification it has no use for. The desk reaches its server on a local
 * address, which current Chromium guards by a permission; it gets that one and no other.
 */
export function mayUsePermission(permission: string, requestingUrl: string | null | undefined): boolean {
  return LOCAL_NETWORK.includes(permission) && isDeskUrl(requestingUrl);
}
