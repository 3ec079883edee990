import { useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}

/** A number of the tokens, px where it is a length, as it is at the window's present size: for what has to know it before anything is drawn. */
export function useToken(name: `--${string}`): number {
  return useSyncExternalStore(subscribe, () =>
    Number.parseFloat(window.getComputedStyle(document.documentElement).getPropertyValue(name)),
  );
}
