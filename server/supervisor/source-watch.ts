/** Starts parts again when their sources change: for whoever works on them, never in a show. */
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An editor that saves several files, or one in several steps, is one change. */
const SETTLED_AFTER_MS = 200;

export type Stale = 'core' | 'edges' | 'all' | 'supervisor';

/** What runs from a source; null where nothing of the server does. @param path relative to the project, with `/` */
export function staleAfter(path: string): Stale | null {
  if (!/\.(ts|json)$/.test(path) || /\.test(-part)?\.ts$/.test(path) || path.includes('/testing/')) return null;
  if (path.startsWith('shared/')) return 'all';
  if (path.startsWith('server/edge/')) return 'edges';
  if (path.startsWith('server/supervisor/')) return 'supervisor';
  if (path.startsWith('server/backplane/') || path.startsWith('server/process/')) return 'all';
  return path.startsWith('server/') ? 'core' : null;
}

export interface Restartable {
  restartParts(which: 'core' | 'edges' | 'all'): Promise<void>;
}

/** @param project the folder that holds `server` and `shared`. @returns ends the watch */
export function watchSources(project: URL, server: Restartable): () => void {
  const changed = new Set<Stale>();
  let timer: NodeJS.Timeout | null = null;
  let working = Promise.resolve();

  const settled = () => {
    timer = null;
    const stale = new Set(changed);
    changed.clear();
    if (stale.delete('supervisor'))
      process.stderr.write('The supervisor has changed: start the server again to run it.\n');
    const [first] = stale;
    if (first === undefined || first === 'supervisor') return;
    // After the one before: a part that is being started again is not to be stopped in the middle of it.
    working = working.then(() => server.restartParts(stale.size > 1 ? 'all' : first));
  };
  const watchers = ['server', 'shared'].map((folder) =>
    watch(fileURLToPath(new URL(folder, project)), { recursive: true }, (_event, file) => {
      const stale = file === null ? null : staleAfter(join(folder, file).replaceAll('\\', '/'));
      if (stale === null) return;
      changed.add(stale);
      if (timer) clearTimeout(timer);
      timer = setTimeout(settled, SETTLED_AFTER_MS);
    }),
  );
  return () => {
    if (timer) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
