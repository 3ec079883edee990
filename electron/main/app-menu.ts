/** The menu bar. It has no reload and no close: one slip of the hand would take the page off the show. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { DeskScreen, type DeskWindow } from '../../shared/protocol/bridge.ts';
import { SCREEN_NAMES } from './screen-names.ts';

export interface AppMenuOptions {
  platform: NodeJS.Platform;
  /** Developer tools are for development only. */
  packaged: boolean;
  windows: readonly DeskWindow[];
  onNewWindow: (screen: DeskScreen) => void;
  onShowWindow: (id: number) => void;
  onOpenInBrowser: () => void;
  onQuit: () => void;
}

export function setAppMenu(options: AppMenuOptions): void {
  const { platform, packaged, windows, onNewWindow, onShowWindow, onOpenInBrowser, onQuit } = options;
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
        ...DeskScreen.options.map(
          (screen): MenuItemConstructorOptions => ({
            label: `New ${SCREEN_NAMES[screen]} Window`,
            ...(screen === 'producer' ? { accelerator: 'CmdOrCtrl+N' } : {}),
            click: () => onNewWindow(screen),
          }),
        ),
        { type: 'separator' },
        { label: 'Open in a Browser', click: onOpenInBrowser },
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
    {
      label: 'Window',
      submenu: windows.map(({ id, screen, display }) => ({
        label: `${SCREEN_NAMES[screen]} (${display})`,
        click: () => onShowWindow(id),
      })),
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
