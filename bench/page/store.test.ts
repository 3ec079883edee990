import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAllKept, takeNewer } from './store.ts';
import { result } from './testing/result.ts';

function folders() {
  const results = mkdtempSync(join(tmpdir(), 'tallyroom-page-'));
  onTestFinished(() => rmSync(results, { recursive: true, force: true }));
  const measure = (scenario: string, at: string) => {
    const { conditions, ...told } = result(scenario, 5);
    writeFileSync(join(results, `${scenario}.json`), JSON.stringify({ ...told, conditions: { ...conditions, at } }));
  };
  return { results, data: join(results, 'data'), measure };
}

test('a result is taken over when it is newer than what is kept, and not again', () => {
  const { results, data, measure } = folders();
  measure('held', '2026-01-02');
  expect(takeNewer(results, data, [])).toEqual(['held.json']);
  expect(takeNewer(results, data, [])).toEqual([]);
  measure('held', '2026-01-01');
  expect(takeNewer(results, data, [])).toEqual([]);
  measure('held', '2026-01-03');
  expect(takeNewer(results, data, [])).toEqual(['held.json']);
  expect(readAllKept(data).get('held.json')?.conditions.at).toBe('2026-01-03');
});

test('only the scenarios that were named are taken over', () => {
  const { results, data, measure } = folders();
  measure('held', '2026-01-02');
  measure('night', '2026-01-02');
  expect(takeNewer(results, data, ['night'])).toEqual(['night.json']);
});
