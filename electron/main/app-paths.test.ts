import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appPaths } from './app-paths.ts';

describe('where the parts of the app lie', () => {
  it('is under the project in development', () => {
    const paths = appPaths({
      packaged: false,
      appPath: '/p',
      resourcesPath: '/electron/resources',
      platform: 'linux',
    });
    expect(paths.node).toBe(join('/p', 'node_modules/node/bin/node'));
    expect(paths.supervisor).toBe(join('/p', 'out/server/server/supervisor/main.js'));
    expect(paths.deskPageDir).toBe(join('/p', 'out/desk'));
  });

  it('is beside the archive for what plain Node runs, and in it for the pages, once packaged', () => {
    const paths = appPaths({
      packaged: true,
      appPath: '/r/app.asar',
      resourcesPath: '/r',
      platform: 'win32',
    });
    expect(paths.node).toBe(join('/r', 'node_modules/node/bin/node.exe'));
    expect(paths.logbook).toBe(join('/r', 'out/server/electron/logbook/main.js'));
    expect(paths.sampleShow).toBe(join('/r', 'resources/saturday-finale.json'));
    expect(paths.preload).toBe(join('/r/app.asar', 'out/preload/preload.cjs'));
  });
});
