/**
 * What the shell uses of Electron, and no more: main.ts hands in the real one, tests a fake. The compiler checks in
 * main.ts that the real one is of these types.
 */
export type ElectronApi = {
  readonly app: App;
  readonly BrowserWindow: new (options: WindowOptions) => AppWindow;
  readonly session: { readonly defaultSession: AppSession };
  readonly dialog: Dialog;
  readonly shell: { readonly showItemInFolder: (path: string) => void };
  readonly setMenu: (template: MenuEntry[]) => void;
  readonly ipcMain: {
    readonly handle: (
      channel: string,
      answer: (event: RequestEvent, ...values: unknown[]) => unknown,
    ) => void;
  };
  readonly screen: { readonly getAllDisplays: () => { readonly workArea: Rectangle }[] };
};

export type App = {
  readonly isPackaged: boolean;
  readonly requestSingleInstanceLock: () => boolean;
  readonly whenReady: () => Promise<void>;
  readonly getPath: (name: 'userData') => string;
  readonly quit: () => void;
  on(event: 'second-instance' | 'window-all-closed', listener: () => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: Contents) => void): unknown;
};

export type AppWindow = {
  readonly webContents: Contents;
  readonly loadURL: (url: string) => Promise<void>;
  readonly show: () => void;
  readonly focus: () => void;
  readonly restore: () => void;
  readonly isMinimized: () => boolean;
  readonly isMaximized: () => boolean;
  readonly maximize: () => void;
  readonly isDestroyed: () => boolean;
  readonly destroy: () => void;
  readonly getNormalBounds: () => Rectangle;
  on(event: 'ready-to-show' | 'close' | 'closed', listener: () => void): unknown;
};

export type WindowOptions = Partial<Rectangle> & {
  readonly width: number;
  readonly height: number;
  readonly minWidth: number;
  readonly minHeight: number;
  readonly show: boolean;
  readonly title: string;
  readonly backgroundColor: string;
  readonly icon: string;
  readonly webPreferences: {
    readonly preload: string;
    readonly sandbox: true;
    readonly contextIsolation: true;
    readonly nodeIntegration: false;
    readonly webviewTag: false;
    readonly spellcheck: false;
    readonly devTools: boolean;
  };
};

export type Contents = {
  readonly send: (channel: string, value: unknown) => void;
  readonly reload: () => void;
  readonly setWindowOpenHandler: (handler: () => { action: 'deny' }) => void;
  on(
    event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect',
    listener: (event: NavigationEvent) => void,
  ): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(
    event: 'render-process-gone',
    listener: (event: unknown, details: { readonly reason: string }) => void,
  ): unknown;
};

export type AppSession = {
  readonly cookies: { readonly set: (cookie: Cookie) => Promise<void> };
  readonly webRequest: {
    readonly onBeforeRequest: (
      listener: (details: { readonly url: string }, answer: (verdict: { cancel: boolean }) => void) => void,
    ) => void;
  };
  readonly setPermissionRequestHandler: (
    handler: (
      contents: unknown,
      permission: string,
      answer: (granted: boolean) => void,
      details: { readonly requestingUrl: string },
    ) => void,
  ) => void;
  readonly setPermissionCheckHandler: (
    handler: (contents: unknown, permission: string, requestingOrigin: string) => boolean,
  ) => void;
  readonly setDevicePermissionHandler: (handler: () => boolean) => void;
};

type Dialog = {
  readonly showOpenDialog: (
    options: OpenOptions,
  ) => Promise<{ readonly canceled: boolean; readonly filePaths: readonly string[] }>;
  readonly showMessageBox: (options: MessageOptions) => Promise<{ readonly response: number }>;
  readonly showErrorBox: (title: string, content: string) => void;
};
export type OpenOptions = {
  title: string;
  properties: ('openDirectory' | 'openFile')[];
  filters?: { name: string; extensions: string[] }[];
};
export type MessageOptions = {
  type: 'error';
  title: string;
  message: string;
  detail: string;
  buttons: string[];
  defaultId: number;
  cancelId: number;
};

export type MenuEntry = {
  label?: string;
  role?:
    | 'about'
    | 'quit'
    | 'editMenu'
    | 'windowMenu'
    | 'resetZoom'
    | 'zoomIn'
    | 'zoomOut'
    | 'togglefullscreen'
    | 'toggleDevTools';
  type?: 'separator';
  accelerator?: string;
  click?: () => void;
  submenu?: MenuEntry[];
};

export type Cookie = {
  url: string;
  name: string;
  value: string;
  path: string;
  httpOnly: boolean;
  sameSite: 'strict';
};
export type RequestEvent = { readonly senderFrame: Frame | null };
export type Frame = { readonly url: string; readonly parent: unknown };
export type Preventable = { preventDefault(): void };
export type NavigationEvent = Preventable & { readonly url: string };
export type Rectangle = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};
