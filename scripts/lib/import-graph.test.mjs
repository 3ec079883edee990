/** The floors of `.dependency-cruiser.mjs`, kept by every file. */
import { cruise } from 'dependency-cruiser';
import { beforeAll, expect, test } from 'vitest';
import config, { PRODUCT, standsOnAFloor, TESTS } from '../../.dependency-cruiser.mjs';
import { root } from './paths.mjs';

/** It takes three seconds; on a machine that is busy with ten other things, many times that. */
const READ_MS = 120_000;

/** @type {import('dependency-cruiser').ICruiseResult} */
let result;

beforeAll(async () => {
  const { output } = await cruise(['shared', 'server', 'electron', 'renderer'], {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
    ...config.options,
  });
  if (typeof output === 'string') throw new Error('the graph came as text');
  result = output;
}, READ_MS);

test('every import goes down to a lower floor, and none leads back to where it came from', () => {
  const arrows = result.summary.violations.map(
    ({ rule, from, to, cycle }) =>
      `${from} -> ${to} (${rule.name}${cycle === undefined ? '' : `: ${from} → ${cycle.map(({ name }) => name).join(' → ')}`})`,
  );
  expect(arrows).toEqual([]);
});

test('every file of the product stands on a floor', () => {
  const own = result.modules.map(({ source }) => source).filter((file) => new RegExp(PRODUCT).test(file));
  expect(own.length).toBeGreaterThan(500);
  expect(own.filter((file) => !new RegExp(TESTS).test(file) && !standsOnAFloor(file))).toEqual([]);
});

test('the graph holds imports of types as well, and TypeScript in all of its endings', () => {
  const edgesOf = (/** @type {string} */ file) =>
    result.modules.find(({ source }) => source === file)?.dependencies ?? [];
  const types = edgesOf('server/desk/gateway.ts').filter(({ dependencyTypes }) =>
    dependencyTypes.includes('type-only'),
  );
  expect(types.map(({ resolved }) => resolved)).toContain('shared/domain/show-state.ts');
  expect(edgesOf('renderer/desk/app.tsx').map(({ resolved }) => resolved)).toContain('renderer/desk/app.module.css');
});
