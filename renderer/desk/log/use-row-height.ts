import { useSyncExternalStore } from 'react';

/** As the tokens' compact sizes; the list has to know its height in px before it draws a row. */
const COMPACT = '(max-width: 1799px), (max-height: 999px)';
const WIDE_PX = 36;
const COMPACT_PX = 28;

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(COMPACT);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

export const useRowHeight = (): number =>
  useSyncExternalStore(subscribe, () => (window.matchMedia(COMPACT).matches ? COMPACT_PX : WIDE_PX));
