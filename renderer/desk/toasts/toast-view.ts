/** What may stand in the toast lane: what the core told, and pins that are about to revert. */
import type { Toast } from '../store/desk-store.ts';
import type { RevertToast } from './revert-toasts.ts';

export const MOST_TOASTS = 2;
/** A notice leaves by itself; a warning stays until it was seen. */
const NOTICE_FOR_MS = 6_000;

type Standing = Pick<Toast, 'key' | 'level' | 'receivedAtMs'>;

/** Those that have not left by themselves. */
export function standingToasts<T extends Standing>(toasts: readonly T[], localNowMs: number): readonly T[] {
  return toasts.filter(({ level, receivedAtMs }) => level === 'warn' || localNowMs - receivedAtMs < NOTICE_FOR_MS);
}

/** Of those that stand, at most two, newest below. Warnings go before notices. */
export function shownToasts<T extends Standing>(toasts: readonly T[], seen: ReadonlySet<string>): readonly T[] {
  const standing = toasts.filter(({ key }) => !seen.has(key));
  const shown = new Set(
    [...standing.filter((t) => t.level === 'info'), ...standing.filter((t) => t.level === 'warn')].slice(-MOST_TOASTS),
  );
  return standing.filter((toast) => shown.has(toast));
}

/** Both kinds in the order in which they came. */
export function inOrder(told: readonly Toast[], reverts: readonly RevertToast[]): readonly (Toast | RevertToast)[] {
  return [...told, ...reverts].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
}
