import type { Result } from '../report/result.ts';
import type { Setting } from '../setting.ts';

export interface Scenario {
  name: string;
  title: string;
  run(setting: Setting): Promise<Omit<Result, 'scenario' | 'title'>>;
}

/** Gives a server that has just been busy a moment to come to rest, so that what follows is measured from there. */
export function settle(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
