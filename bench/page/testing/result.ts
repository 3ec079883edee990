import type { Result } from '../../report/result.ts';

/** A result without anything in it. */
export function result(scenario: string, viewers: number): Result {
  return {
    scenario,
    title: scenario,
    conditions: {
      at: '2026-01-02T03:04:05.000Z',
      cores: 2,
      cpu: 'a processor',
      memoryGb: 8,
      platform: 'linux',
      node: 'v24.0.0',
      flags: '',
      descriptors: '20000',
      loadBefore: [0.1, 0.2, 0.3],
      size: 'quick',
      seed: 1,
      viewers,
      edges: 1,
    },
    figures: [],
    comparisons: [],
    faults: {},
    skipped: [],
    raw: {},
  };
}
