/** The state of a panel whose figures come with the vitals: fresh, stale, without a link, or not there yet. */
import { ageInSeconds } from '../../ui/format.ts';
import type { PanelState } from '../../ui/panel.tsx';
import { STALE_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';

/** Null: the show isn't known yet. */
export function vitalsPanel(moment: Moment | null): PanelState {
  if (moment === null) return { kind: 'loading' };
  const { link, localNowMs, vitalsAgeMs } = moment;
  if (link.kind === 'down') return { kind: 'no-link', since: ageInSeconds(localNowMs - link.sinceMs) };
  if (vitalsAgeMs === null) return { kind: 'loading' };
  return vitalsAgeMs > STALE_AFTER_MS ? { kind: 'stale', age: ageInSeconds(vitalsAgeMs) } : { kind: 'fresh' };
}

/** `0.2 s old`, for the head of a panel that is fresh. */
export function ageWords(moment: Moment | null): string {
  const ageMs = moment?.vitalsAgeMs ?? null;
  return ageMs === null ? '' : `${ageInSeconds(ageMs)} old`;
}
