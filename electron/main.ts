import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, Menu, screen, session, shell } from 'electron';
import { DesktopShell } from './desktop-shell.ts';
import type { ElectronApi } from './electron-api.ts';
import { hostCommand } from './host/host-command.ts';
import { startHost } from './host/host-process.ts';
import { logIn } from './host/log-in.ts';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));

const electron: ElectronApi = {
  app,
  BrowserWindow,
  dialog: {
    showErrorBox: (title, content) => {
      dialog.showErrorBox(title, content);
    },
    showMessageBox: (options) => dialog.showMessageBox(options),
    showOpenDialog: (options) => {
      const window = BrowserWindow.getAllWindows()[0];
      return window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options);
    },
  },
  ipcMain,
  screen,
  session,
  setMenu: (template) => {
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  },
  shell,
};

const desktopShell = new DesktopShell(electron, {
  startHost: () =>
    startHost(
      hostCommand({
        isPackaged: app.isPackaged,
        resourcesFolder: process.resourcesPath,
        projectFolder,
        environment: process.env,
      }),
      process.env,
    ),
  logIn,
  preload: join(projectFolder, 'electron', 'preload.cjs'),
  icon: join(projectFolder, 'resources', 'icons', 'icon.png'),
  isMac: process.platform === 'darwin',
});
// Not awaited: Electron says that it is ready only after this module has been loaded to its end.
desktopShell.open().catch((error: unknown) => {
  dialog.showErrorBox('Redoubt cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
});
