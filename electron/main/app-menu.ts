/** The menu bar. It has no reload and no close: one slip of the hand would take the page off the show. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface AppMenuOptions {
  platform: NodeJS.Platform;
  /** Developer tools are for development only. */
  packaged: boolean;
  onNewWindow: () => void;
  onQuit: () => void;
}

export function setAppMenu({ platform, packaged, onNewWindow, onQuit }: AppMenuOptions): void {
  // Not the `quit` role: quitting goes through the guard first, from every platform's menu alike.
  const quit: MenuItemConstructorOptions = { label: 'Quit Tallyroom', accelerator: 'CmdOrCtrl+Q', click: onQuit };
  const template: MenuItemConstructorOptions[] = [
    ...(platform === 'darwin'
      ? [
          {
            label: 'Tallyroom',
            submenu: [
              { role: 'about' },
              { type: 'separator' },
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              { type: 'separator' },
              quit,
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: 'File',
      submenu: [
        { label: 'New Window', accelerator: 'CmdOrCtrl+N', click: onNewWindow },
        ...(platform === 'darwin' ? [] : [{ type: 'separator' } satisfies MenuItemConstructorOptions, quit]),
      ],
    },
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'togglefullscreen' },
        ...(packaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
