import type { Toast } from '../store/desk-store.ts';

export const MOST_TOASTS = 2;
/** A notice leaves by itself; a warning stays until it was seen. */
const NOTICE_FOR_MS = 6_000;

/** At most two, newest below. Warnings go before notices. */
export function shownToasts(toasts: readonly Toast[], seen: ReadonlySet<string>, localNowMs: number): readonly Toast[] {
  const standing = toasts.filter(
    (toast) => !seen.has(toast.key) && (toast.level === 'warn' || localNowMs - toast.receivedAtMs < NOTICE_FOR_MS),
  );
  const shown = new Set(
    [...standing.filter((t) => t.level === 'info'), ...standing.filter((t) => t.level === 'warn')].slice(-MOST_TOASTS),
  );
  return standing.filter((toast) => shown.has(toast));
}
