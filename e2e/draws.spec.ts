/** A panel that shows nothing of the vitals is not drawn anew at their beat. */
import { expect, type Page } from '@playwright/test';
import { drawScene, test } from './testing/scene-gallery.ts';

/** How often React has called each component since the page came, by the component's name: its tools are told of each commit. */
const COUNT_DRAWS = `
  const PERFORMED_WORK = 1;
  globalThis.draws = {};
  const count = (fiber) => {
    for (let at = fiber; at; at = at.sibling) {
      const before = at.alternate;
      // A part that nothing happened in is taken over whole, with all that is below it.
      if (before !== null && before === at) continue;
      const name = typeof at.type === 'function' ? at.type.name : typeof at.type?.type === 'function' ? at.type.type.name : '';
      const drawn = (at.flags & PERFORMED_WORK) !== 0 && (before === null || before.memoizedProps !== at.memoizedProps || before.memoizedState !== at.memoizedState);
      if (name !== '' && drawn) globalThis.draws[name] = (globalThis.draws[name] ?? 0) + 1;
      if (before === null || before.child !== at.child) count(at.child);
    }
  };
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    renderers: new Map(),
    inject: () => 1,
    onCommitFiberRoot: (_, root) => count(root.current),
    onCommitFiberUnmount: () => {},
    onPostCommitFiberRoot: () => {},
  };`;

async function drawsIn(page: Page, beats: number): Promise<Record<string, number>> {
  await page.evaluate('globalThis.draws = {}');
  for (let i = 0; i < beats; i++) {
    await page.evaluate("window.dispatchEvent(new Event('scene-beat'))");
    // One frame each, so that no two beats are drawn as one.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))');
  }
  return page.evaluate<Record<string, number>>('globalThis.draws');
}

const SCREENS = {
  'producer-normal': [
    'Rundown',
    'Row',
    'Screens',
    'LastCommand',
    'Keys',
    'ClearAir',
    'AlarmsButton',
    'Strip',
    'Transport',
    'ThenPanel',
    'ForecastPanel',
    'CueInFocus',
    'Toasts',
  ],
  'producer-go-idle': ['Transport', 'NextPanel', 'GoButton'],
  'producer-toasts': ['Toasts', 'ToldLine'],
  'operator-normal': ['HealthPanel', 'EdgesPanel'],
  'director-verified': ['OverlayPanel'],
  'log-normal': ['LogScreen', 'LogTools', 'LogTable', 'LogDetail'],
  'settings-normal': ['ServerPanel', 'DesksPanel', 'ScreenPanel', 'OutputsPanel', 'SoundSettings'],
};

/** In each of them something counts whole seconds: the clock, a pin that reverts, the steps of a curve. */
const BY_SECONDS = ['TopBar', 'BoardPanel', 'IncomingPanel'];

for (const [scene, still] of Object.entries(SCREENS)) {
  test(`ten beats that change nothing in it leave ${scene.replace('-normal', '')} undrawn`, async ({
    gallery: page,
    scenes,
  }) => {
    await page.addInitScript(COUNT_DRAWS);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await drawScene(page, scenes, scene);
    await expect(page.locator('#desk > *').first()).toBeVisible();
    const first = await page.evaluate<Record<string, number>>('globalThis.draws');
    for (const name of still) expect(first[name], `${name} was drawn when it came`).toBeGreaterThan(0);
    const draws = await drawsIn(page, 10);
    // What shows the age of the figures is: the beats did come.
    expect(draws.LinkCell).toBeGreaterThanOrEqual(9);
    // Ten beats are two seconds of core time.
    for (const name of BY_SECONDS) expect(draws[name] ?? 0, name).toBeLessThanOrEqual(3);
    for (const name of still) expect(draws[name] ?? 0, name).toBe(0);
  });
}
