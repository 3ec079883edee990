/** Reads what the test runners wrote down, and adds it up. */
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skips a line for each skipped test, with its reason
 * @property {string[]} failures what failed, with the beginning of what it said
 */

/** @returns {Count} */
export const nothing = () => ({ passed: 0, failed: 0, skips: [], failures: [] });

/** Enough of a failure to know it again where only the end of a run is kept. */
const FAILURE_CHARACTERS = 600;

/**
 * @param {string} name
 * @param {string | undefined} message with or without terminal colours
 */
const failure = (name, message) =>
  `${name}: ${stripVTControlCharacters(message ?? 'no message').slice(0, FAILURE_CHARACTERS)}`;

/**
 * @param {Count} a
 * @param {Count} b
 * @returns {Count}
 */
export const sum = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skips: [...a.skips, ...b.skips],
  failures: [...a.failures, ...b.failures],
});

/**
 * @param {any} report vitest's JSON report
 * @param {Record<string, string>} notes why tests were skipped, by their full name
 * @returns {Count}
 */
export function countVitest(report, notes) {
  const count = nothing();
  for (const file of report.testResults) {
    // A file that could not even be loaded has no tests to fail.
    if (
      file.status === 'failed' &&
      !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')
    ) {
      count.failed++;
      count.failures.push(failure(file.name, file.message));
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') count.passed++;
      else if (test.status === 'failed') {
        count.failed++;
        count.failures.push(failure(test.fullName, test.failureMessages?.[0]));
      } else count.skips.push(`${test.fullName}: ${notes[test.fullName] ?? 'no reason given'}`);
    }
  }
  return count;
}

/**
 * @param {any} report Playwright's JSON report
 * @returns {Count}
 */
export function countPlaywright(report) {
  const count = nothing();
  for (const error of report.errors ?? []) {
    count.failed++;
    count.failures.push(failure('playwright', error.message));
  }
  /** @param {any} suite */
  const walk = (suite) => {
    for (const inner of suite.suites ?? []) walk(inner);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const reason = test.annotations?.find(
            (/** @type {any} */ note) => note.type === 'skip' || note.type === 'fixme',
          );
          count.skips.push(`${spec.title}: ${reason?.description ?? 'no reason given'}`);
        } else if (test.status === 'expected') count.passed++;
        else {
          count.failed++;
          const last = test.results?.at(-1);
          count.failures.push(failure(spec.title, last?.error?.message ?? last?.status));
        }
      }
    }
  };
  for (const suite of report.suites ?? []) walk(suite);
  return count;
}

/**
 * The run's last line.
 * @param {Count} count
 */
export function closingLine({ passed, failed, skips }) {
  return `${passed} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`;
}
