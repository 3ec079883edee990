/**
 * The floors of the house: an import may only go down, and never in a circle. `scripts/lib/import-graph.test.mjs` asks dependency-cruiser
 * whether every file keeps to them.
 *
 * An area is a list of floors from low to high. A floor holds folders (or files, without their ending) that know nothing of each other and
 * may use everything below them in their own area, and nothing else of the house. Imports of types count.
 */
const shared = [['shared/protocol'], ['shared/domain']];
const grounds = [...shared, ['server/process'], ['server/storage']];

/** @type {Readonly<Record<string, readonly (readonly string[])[]>>} */
export const FLOORS = {
  server: [
    ...grounds,
    ['server/backplane'],
    ['server/ballotbox'],
    ['server/journal', 'server/actionlog', 'server/curves'],
    ['server/evidence', 'server/show'],
    ['server/desk', 'server/edge'],
    ['server/core'],
  ],
  supervisor: [...grounds, ['server/supervisor']],
  electron: [...grounds, ['electron/preload', 'electron/logbook'], ['electron/main']],
  audience: [...shared, ['renderer/ui'], ['renderer/audience']],
  desk: [
    ...shared,
    ['renderer/ui'],
    ...[
      ['time', 'host'],
      ['store'],
      ['words'],
      ['link', 'logbook', 'history', 'audio'],
      ['commands'],
      ['actions'],
      ['context', 'charts'],
      ['shortcuts', 'networks', 'sounds', 'notice-bars'],
      ['parts'],
      ['alarms'],
      ['transport', 'rundown', 'focus', 'operator'],
      ['director', 'log'],
      ['settings'],
      ['strip', 'top-bar', 'dialogs', 'toasts', 'palette'],
      ['session-screen'],
      ['app'],
      ['main'],
    ].map((floor) => floor.map((name) => `renderer/desk/${name}`)),
  ],
};

/** Files that only tests use: they may reach across, and nobody else may reach for them. */
export const TESTS = String.raw`\.test\.tsx?$|\.test-part\.|/testing/`;
/** What is shipped, and its tests. */
export const PRODUCT = '^(shared|server|electron|renderer)/';
/** All that is the house's own. */
const HOUSE = '^(shared|server|electron|renderer|e2e|bench|scripts)/';

const escaped = (/** @type {string} */ text) => text.replaceAll(/[.-]/g, String.raw`\$&`);
const within = (/** @type {readonly string[]} */ places) => `^(${places.map(escaped).join('|')})(/|[.])`;

const downwards = Object.values(FLOORS).flatMap((floors) =>
  floors.flatMap((floor, level) =>
    floor.map((place) => ({
      name: `${place} uses only what is below it`,
      severity: 'error',
      from: { path: within([place]), pathNot: TESTS },
      to: { path: HOUSE, pathNot: within([place, ...floors.slice(0, level).flat()]) },
    })),
  ),
);

/** Whether a file stands on a floor. */
export const standsOnAFloor = (/** @type {string} */ file) =>
  Object.values(FLOORS).some((floors) => new RegExp(within(floors.flat())).test(file));

export default {
  forbidden: [
    // What several areas stand on would be told once for each of them.
    ...new Map(downwards.map((rule) => [`${rule.from.path} ${rule.to.pathNot}`, rule])).values(),
    { name: 'no file leads back to itself', severity: 'error', from: { path: PRODUCT }, to: { circular: true } },
    {
      name: 'only tests reach for what tests use',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TESTS },
      to: { path: TESTS },
    },
  ],
  options: {
    // TypeScript 7 has no parser for others yet.
    parser: 'swc',
    // Types too: what only they hold together is held together all the same.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};
