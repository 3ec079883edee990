import type { Host } from '../context/host-state.ts';

/** By then a core that died is back. */
const LOOK_THERE_AFTER_S = 15;

/**
 * Why no link comes, in the server's own words where this page's app has heard them, else where they stand; null where nothing is
 * to be said. @param agoS since the link was lost
 */
export function troubleWords(host: Host, agoS: number): string | null {
  if (host.kind === 'app' && host.state.server.remote === null) {
    const { local, coreTrouble } = host.state.server;
    if (local.kind === 'failed') return local.message;
    if (coreTrouble !== null) return coreTrouble;
  }
  if (agoS < LOOK_THERE_AFTER_S) return null;
  return 'If this goes on, look at the machine that runs the server: its window, its terminal and its log say why.';
}
