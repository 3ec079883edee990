/** Where the parts of the app lie: under the project in development, under the resources folder once packaged. */
import { join } from 'node:path';

export interface AppPaths {
  /** Plain Node that server and logbook run on; never Electron's own. */
  node: string;
  supervisor: string;
  logbook: string;
  deskPageDir: string;
  preload: string;
  sampleShow: string;
}

export interface AppPlace {
  packaged: boolean;
  /** `app.getAppPath()`: pages and preload lie here; may be an archive that plain Node can't read. */
  appPath: string;
  /** `process.resourcesPath`: what plain Node runs lies beside the archive. */
  resourcesPath: string;
  platform: NodeJS.Platform;
}

export function appPaths({ packaged, appPath, resourcesPath, platform }: AppPlace): AppPaths {
  const outside = packaged ? resourcesPath : appPath;
  return {
    node: join(outside, 'node_modules', 'node', 'bin', platform === 'win32' ? 'node.exe' : 'node'),
    supervisor: join(outside, 'out', 'server', 'server', 'supervisor', 'main.js'),
    logbook: join(outside, 'out', 'server', 'electron', 'logbook', 'main.js'),
    deskPageDir: join(appPath, 'out', 'desk'),
    preload: join(appPath, 'out', 'preload', 'preload.cjs'),
    sampleShow: join(outside, 'resources', 'saturday-finale.json'),
  };
}
