/** What an ARM with a reason goes over: the checks that fail and can be overridden. */
import type { Vitals } from '../../../shared/protocol/vitals.ts';

type Overridable = 'forecast' | 'ledger';

export interface Overridden {
  check: Overridable;
  name: string;
  /** Why it fails, as the core says it. */
  text: string;
  /** What may come of it. */
  consequence: string;
  /** Reasons that are often given. */
  presets: readonly string[];
}

const CHECKS: Readonly<Record<Overridable, Omit<Overridden, 'check' | 'text'>>> = {
  forecast: {
    name: 'Forecast',
    consequence:
      'More viewers are expected than the edges are known to hold. Some may wait to get in while it is open.',
    presets: ['forecast is too high', 'more edges are starting'],
  },
  ledger: {
    name: 'Ledger',
    consequence:
      'The ledger lacks what the journal knows of it. What is voted from now on is kept, what is missing stays missing.',
    presets: ['an older copy, on purpose'],
  },
};

export function overriddenBy(preflight: Vitals['preflight'] | null): readonly Overridden[] {
  if (preflight === null) return [];
  return (['forecast', 'ledger'] as const)
    .filter((check) => !preflight[check].ok)
    .map((check) => ({ check, ...CHECKS[check], text: preflight[check].text }));
}

/** `over capacity`, `ledger not whole`, `2 checks fail`: what stands under ARM. */
export function overriddenWords(overridden: readonly Overridden[]): string {
  if (overridden.length > 1) return `${overridden.length} checks fail`;
  return overridden[0]?.check === 'ledger' ? 'ledger not whole' : 'over capacity';
}
