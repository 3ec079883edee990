import { useSyncExternalStore } from 'react';

/** The same border as the tokens' compact sizes. */
const COMPACT = '(max-width: 1799px), (max-height: 999px)';

function subscribe(changed: () => void): () => void {
  const query = window.matchMedia(COMPACT);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** Whether the desk is drawn at its compact sizes, for what has to know its size in numbers. */
export function useCompact(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(COMPACT).matches);
}
