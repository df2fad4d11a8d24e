import type { AppWindow, ElectronApi } from '../electron-api.ts';
import { loadWindowState, saveWindowState, smallest } from './window-state.ts';

export type WindowFiles = {
  readonly preload: string;
  readonly icon: string;
  /** Where the window's place is remembered. */
  readonly state: string;
};

/** The one window: a page without Node in a sandbox, shown when it has something to show. */
export function openMainWindow(
  { BrowserWindow, screen, app }: Pick<ElectronApi, 'BrowserWindow' | 'screen' | 'app'>,
  files: WindowFiles,
): AppWindow {
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const { bounds, maximized } = loadWindowState(files.state, workAreas);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Redoubt',
    backgroundColor: '#12212b',
    icon: files.icon,
    webPreferences: {
      preload: files.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Chromium would fetch its dictionaries from the network.
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (maximized) window.maximize();
  window.on('ready-to-show', () => {
    window.show();
  });
  window.on('close', () => {
    saveWindowState(files.state, window);
  });
  return window;
}

export function bringToFront(window: AppWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
