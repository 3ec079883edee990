/**
 * The URL of a module beside the running one, for worker threads and child processes. The sources run as `.ts` in
 * tests and as `.js` once built, so a literal extension would break one of the two.
 *
 * @param from `import.meta.url` of the caller
 * @param path relative path without an extension, e.g. `./journal-worker`
 */
export function siblingModule(from: string, path: string): URL {
  const extension = new URL(from).pathname.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${path}${extension}`, from);
}
