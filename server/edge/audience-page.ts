import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { answer, answerPageRefusal, COMMON_HEADERS } from './http-answer.ts';
import { namesEtag, takesGzip } from './http-rules.ts';
import type { AudienceRefusal } from './refusal.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.txt']);
/** The builder puts a hash of the content into these names. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** The page has no inline script and no foreign part; ballots go back to where it came from. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NO_PAGE: AudienceRefusal = {
  code: 'unavailable',
  message: 'The viewer page has not been built on this server. Voting by other clients works.',
  retryAfterMs: 60_000,
};

interface Asset {
  body: Buffer;
  gzipped: Buffer | null;
  type: string;
  cacheControl: string;
  etag: string;
}

/** The viewer page, read into memory once: no request ever names a file on disk. */
export class AudiencePage {
  readonly #assets = new Map<string, Asset>();

  /** A missing folder leaves the page out: votes must not depend on it. */
  constructor(folder: string) {
    let files: string[] = [];
    try {
      files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    for (const file of files) {
      const name = relative(folder, file).split(sep).join('/');
      const path = name === 'index.html' ? '/' : `/${name}`;
      this.#assets.set(path, load(file, name));
    }
  }

  /** Whether the page owns this path. `/` always: without a page it says so. */
  has(path: string): boolean {
    return path === '/' || this.#assets.has(path);
  }

  serve(path: string, req: IncomingMessage, res: ServerResponse): void {
    const asset = this.#assets.get(path);
    if (asset === undefined) {
      answerPageRefusal(res, path, NO_PAGE);
      return;
    }
    const headers = {
      etag: asset.etag,
      'cache-control': asset.cacheControl,
      vary: 'accept-encoding',
      ...(path === '/' ? { 'content-security-policy': PAGE_POLICY } : {}),
    };
    if (namesEtag(req.headers['if-none-match'], asset.etag)) {
      res.writeHead(304, { ...COMMON_HEADERS, ...headers }).end();
      return;
    }
    const gzip = takesGzip(req.headers['accept-encoding']) ? asset.gzipped : null;
    answer(
      res,
      200,
      {
        ...headers,
        'content-type': asset.type,
        'referrer-policy': 'no-referrer',
        ...(gzip === null ? {} : { 'content-encoding': 'gzip' }),
      },
      gzip ?? asset.body,
    );
  }
}

function load(file: string, name: string): Asset {
  const body = readFileSync(file);
  const kind = extname(name);
  return {
    body,
    gzipped: COMPRESSED.has(kind) ? gzipSync(body, { level: 9 }) : null,
    type: TYPES[kind] ?? 'application/octet-stream',
    cacheControl: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}
