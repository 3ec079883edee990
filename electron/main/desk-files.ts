/** Which file of the built desk page a `tallyroom://` address means. */
import { extname, resolve, sep } from 'node:path';
import { isDeskUrl } from './desk-origin.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
};

export interface DeskFile {
  path: string;
  contentType: string;
}

/**
 * Threat: an address that climbs out of the page's folder (`..`, also percent-encoded or with backslashes) and reads the
 * signing keys or any other file. What doesn't resolve to inside the folder, or has no type that the page uses, is nothing.
 *
 * @returns null for anything that isn't a file of the page
 */
export function deskFile(url: string, pageDir: string): DeskFile | null {
  if (!isDeskUrl(url)) return null;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const root = resolve(pageDir);
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`);
  if (!file.startsWith(root + sep)) return null;
  const contentType = TYPES[extname(file).toLowerCase()];
  return contentType === undefined ? null : { path: file, contentType };
}
