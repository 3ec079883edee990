/** Serves the built desk page to the window under `tallyroom://desk`, and nothing else. */
import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import type { DevServer } from './desk-csp.ts';
import { deskFile } from './desk-files.ts';
import { DESK_SCHEME, isDeskUrl } from './desk-origin.ts';

export interface DeskPageSource {
  pageDir: string;
  /** Where the files come from instead, while somebody works on them. The page keeps its origin and the server its rules. */
  dev: DevServer | null;
  /** The policy at this moment. */
  policy: () => string;
}

/** Must run before the app is ready. Standard and secure: the page gets an origin of its own and counts as a secure context. */
export function registerDeskScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: DESK_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function serveDeskPage(session: Session, { pageDir, dev, policy }: DeskPageSource): void {
  session.protocol.handle(DESK_SCHEME, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET.');
    if (dev !== null) return fromDevServer(request, { url: dev.url, policy: policy() });
    const file = deskFile(request.url, pageDir);
    if (file === null) return plain(404, 'Not found.');
    try {
      return new Response(request.method === 'HEAD' ? null : new Uint8Array(await readFile(file.path)), {
        headers: headers(file.contentType, policy()),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return plain(404, 'Not found.');
      throw error;
    }
  });
}

async function fromDevServer(request: Request, dev: { url: string; policy: string }): Promise<Response> {
  if (!isDeskUrl(request.url)) return plain(404, 'Not found.');
  const { pathname, search } = new URL(request.url);
  const path = pathname === '/' ? '/index.html' : pathname;
  try {
    const answer = await fetch(`${dev.url}${path}${search}`, {
      headers: { accept: request.headers.get('accept') ?? '*/*' },
    });
    const type = answer.headers.get('content-type') ?? 'text/plain';
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers: headers(type, dev.policy) });
  } catch {
    return plain(503, 'The development server does not answer.');
  }
}

const headers = (contentType: string, policy: string) => ({
  'content-type': contentType,
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
