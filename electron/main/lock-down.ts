/** Takes away what the window's page has no use for: permissions, navigation, new windows, embedded pages. */
import type { App, Session } from 'electron';
import { mayUsePermission } from './desk-origin.ts';
import { log } from './main-log.ts';

export function denyPermissions(session: Session): void {
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    mayUsePermission(permission, requestingOrigin),
  );
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const granted = mayUsePermission(permission, details.requestingUrl || contents.getURL());
    if (!granted) log('warn', 'A permission was asked for and denied.', { permission });
    callback(granted);
  });
  session.setDevicePermissionHandler(() => false);
}

export function denyNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    // Only main loads pages; a link, a script or a dropped file must not take the control room off the screen.
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
