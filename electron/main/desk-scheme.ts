/** Serves the built desk page to the window under `tallyroom://desk`, and nothing else. */
import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { deskCsp } from './desk-csp.ts';
import { deskFile } from './desk-files.ts';
import { DESK_SCHEME } from './desk-origin.ts';

/** Must run before the app is ready. Standard and secure: the page gets an origin of its own and counts as a secure context. */
export function registerDeskScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: DESK_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** @param deskUrl the server's address at this moment, for the policy; null while there is none */
export function serveDeskPage(session: Session, pageDir: string, deskUrl: () => string | null): void {
  session.protocol.handle(DESK_SCHEME, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET.');
    const file = deskFile(request.url, pageDir);
    if (file === null) return plain(404, 'Not found.');
    try {
      return new Response(request.method === 'HEAD' ? null : new Uint8Array(await readFile(file.path)), {
        headers: {
          'content-type': file.contentType,
          'content-security-policy': deskCsp(deskUrl()),
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
        },
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return plain(404, 'Not found.');
      throw error;
    }
  });
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
