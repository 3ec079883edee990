import { expect, test } from 'vitest';
import { closingLine, countPlaywright, countVitest, nothing, sum } from './reports.mjs';

test('vitest: counts tests, and a file that could not be loaded as a failure', () => {
  const report = {
    testResults: [
      {
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'a' },
          { status: 'failed', fullName: 'b', failureMessages: ['\u001b[31mAssertionError\u001b[39m: 1 is not 2'] },
          { status: 'skipped', fullName: 'c' },
        ],
      },
      { name: 'd.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  };
  expect(countVitest(report, { c: 'no network' })).toEqual({
    passed: 1,
    failed: 2,
    skips: ['c: no network'],
    failures: ['b: AssertionError: 1 is not 2', 'd.test.ts: SyntaxError'],
  });
});

test('playwright: counts nested tests, a flaky one and an error outside of tests as failures, and keeps reasons', () => {
  const spec = (/** @type {string} */ status, annotations = []) => ({
    title: status,
    tests: [{ status, annotations, results: [{ status: 'failed', error: { message: `${status} message` } }] }],
  });
  const report = {
    errors: [{ message: 'no server' }],
    suites: [
      {
        specs: [spec('expected')],
        suites: [
          { specs: [spec('unexpected'), spec('flaky'), spec('skipped', [{ type: 'skip', description: 'no GPU' }])] },
        ],
      },
    ],
  };
  expect(countPlaywright(report)).toEqual({
    passed: 1,
    failed: 3,
    skips: ['skipped: no GPU'],
    failures: ['playwright: no server', 'unexpected: unexpected message', 'flaky: flaky message'],
  });
});

test('the closing line names skips only where there are any', () => {
  expect(closingLine(sum(nothing(), { ...nothing(), passed: 3 }))).toBe('3 passed, 0 failed');
  expect(closingLine({ ...nothing(), passed: 3, failed: 1, skips: ['x: why'] })).toBe('3 passed, 1 failed, 1 skipped');
});
