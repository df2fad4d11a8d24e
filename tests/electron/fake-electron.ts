import { EventEmitter } from 'node:events';
import type {
  AppSession,
  AppWindow,
  Contents,
  Cookie,
  ElectronApi,
  Frame,
  MenuEntry,
  MessageOptions,
  OpenOptions,
  Rectangle,
  WindowOptions,
} from '../../electron/electron-api.ts';

type RequestListener = Parameters<AppSession['webRequest']['onBeforeRequest']>[0];
type PermissionRequest = Parameters<AppSession['setPermissionRequestHandler']>[0];
type PermissionCheck = Parameters<AppSession['setPermissionCheckHandler']>[0];

/**
 * Electron as far as the shell can tell: what nobody refuses is allowed, as Electron has it, quitting asks first and
 * closes the windows, and closing the last window says so. `did` tells what the shell caused.
 */
export class FakeElectron implements ElectronApi {
  readonly did: string[] = [];
  readonly windows: FakeWindow[] = [];
  readonly cookies: Cookie[] = [];
  readonly asked: MessageOptions[] = [];
  readonly opened: OpenOptions[] = [];
  menu: MenuEntry[] = [];
  /** What the person does: the number of the button, the chosen paths. */
  response = 0;
  chosen: readonly string[] = [];
  isFirstInstance = true;
  quitted = false;
  userData = '';
  workAreas: Rectangle[] = [{ x: 0, y: 0, width: 1920, height: 1080 }];

  readonly #appEvents = new EventEmitter();
  readonly #answers = new Map<string, (event: { senderFrame: Frame | null }, value: unknown) => unknown>();
  #request: RequestListener | undefined;
  #permissionRequest: PermissionRequest | undefined;
  #permissionCheck: PermissionCheck | undefined;
  #devicePermission: (() => boolean) | undefined;

  readonly app: ElectronApi['app'] = {
    isPackaged: false,
    requestSingleInstanceLock: () => this.isFirstInstance,
    whenReady: () => Promise.resolve(),
    getPath: () => this.userData,
    quit: () => {
      this.quit();
    },
    on: (event: string, listener: (...values: never[]) => void) =>
      this.#appEvents.on(event, listener as never),
  };
  readonly BrowserWindow = this.#windowClass();
  readonly session: ElectronApi['session'] = {
    defaultSession: {
      cookies: {
        set: (cookie) => {
          this.did.push('cookie');
          this.cookies.push(cookie);
          return Promise.resolve();
        },
      },
      webRequest: {
        onBeforeRequest: (listener) => {
          this.#request = listener;
        },
      },
      setPermissionRequestHandler: (handler) => {
        this.#permissionRequest = handler;
      },
      setPermissionCheckHandler: (handler) => {
        this.#permissionCheck = handler;
      },
      setDevicePermissionHandler: (handler) => {
        this.#devicePermission = handler;
      },
    },
  };
  readonly dialog: ElectronApi['dialog'] = {
    showOpenDialog: (options) => {
      this.opened.push(options);
      return Promise.resolve({ canceled: this.chosen.length === 0, filePaths: this.chosen });
    },
    showMessageBox: (options) => {
      this.asked.push(options);
      return Promise.resolve({ response: this.response });
    },
    showErrorBox: (_title, content) => this.did.push(`error: ${content}`),
  };
  readonly shell: ElectronApi['shell'] = { showItemInFolder: (path) => this.did.push(`reveal ${path}`) };
  readonly setMenu = (template: MenuEntry[]): void => {
    this.menu = template;
  };
  readonly ipcMain: ElectronApi['ipcMain'] = {
    handle: (channel, answer) => {
      this.#answers.set(channel, answer);
    },
  };
  readonly screen: ElectronApi['screen'] = {
    getAllDisplays: () => this.workAreas.map((workArea) => ({ workArea })),
  };

  /** A second start of the application. */
  startAgain(): void {
    this.#appEvents.emit('second-instance');
  }

  quit(): void {
    if (!ask(this.#appEvents, 'before-quit')) return;
    this.quitted = true;
    for (const window of this.windows) window.destroy();
  }

  /** Whether a request of a page goes out. */
  request(url: string): boolean {
    let cancelled = false;
    this.#request?.({ url }, ({ cancel }) => {
      cancelled = cancel;
    });
    return !cancelled;
  }

  grants(permission: string, from: string): boolean {
    let granted = true;
    this.#permissionRequest?.(undefined, permission, (answer) => (granted = answer), { requestingUrl: from });
    const checked = this.#permissionCheck?.(undefined, permission, from) ?? true;
    if (granted !== checked) throw new Error(`Request and check disagree on ${permission}.`);
    return granted;
  }

  grantsDevices(): boolean {
    return this.#devicePermission?.() ?? true;
  }

  /** A question of a page, through the preload script. */
  invoke(channel: string, value: unknown, frame: Frame | null): Promise<unknown> {
    const answer = this.#answers.get(channel);
    if (answer === undefined) throw new Error(`No handler registered for '${channel}'`);
    return new Promise((resolve) => {
      resolve(answer({ senderFrame: frame }, value));
    });
  }

  #windowClass(): ElectronApi['BrowserWindow'] {
    const created = (window: FakeWindow): void => {
      this.windows.push(window);
      this.#appEvents.emit('web-contents-created', {}, window.webContents);
      window.on('closed', () => {
        if (this.windows.every((one) => one.isDestroyed())) this.#appEvents.emit('window-all-closed');
      });
    };
    const { did } = this;
    return class extends FakeWindow {
      constructor(options: WindowOptions) {
        super(options, did);
        created(this);
      }
    };
  }
}

export class FakeContents extends EventEmitter implements Contents {
  readonly sent: (readonly [channel: string, value: unknown])[] = [];
  reloads = 0;
  #open: () => { action: 'allow' | 'deny' } = () => ({ action: 'allow' });

  readonly send = (channel: string, value: unknown): void => {
    this.sent.push([channel, value]);
  };
  readonly reload = (): void => {
    this.reloads++;
  };
  readonly setWindowOpenHandler = (handler: () => { action: 'deny' }): void => {
    this.#open = handler;
  };

  navigates(url: string, how = 'will-navigate'): boolean {
    return ask(this, how, { url });
  }
  opensWindow(): boolean {
    return this.#open().action === 'allow';
  }
  attachesWebview(): boolean {
    return ask(this, 'will-attach-webview');
  }
}

export class FakeWindow extends EventEmitter implements AppWindow {
  readonly webContents = new FakeContents();
  readonly loaded: string[] = [];
  minimized = false;
  maximized = false;
  #destroyed = false;
  readonly options: WindowOptions;
  readonly #did: string[];

  constructor(options: WindowOptions, did: string[]) {
    super();
    this.options = options;
    this.#did = did;
  }

  readonly loadURL = (url: string): Promise<void> => {
    this.#did.push('load');
    this.loaded.push(url);
    this.emit('ready-to-show');
    return Promise.resolve();
  };
  readonly show = (): void => void this.#did.push('show');
  readonly focus = (): void => void this.#did.push('focus');
  readonly restore = (): void => void (this.minimized = false);
  readonly isMinimized = (): boolean => this.minimized;
  readonly isMaximized = (): boolean => this.maximized;
  readonly maximize = (): void => void (this.maximized = true);
  readonly isDestroyed = (): boolean => this.#destroyed;
  readonly getNormalBounds = (): Rectangle => ({ x: 10, y: 20, width: 1000, height: 700 });
  readonly destroy = (): void => {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('closed');
  };
  /** The person closes the window. */
  close(): void {
    this.emit('close');
    this.destroy();
  }
}

/** Emits an event that listeners may prevent; whether what it announces goes on. */
function ask(emitter: EventEmitter, event: string, details: object = {}): boolean {
  let goesOn = true;
  emitter.emit(event, { ...details, preventDefault: () => (goesOn = false) });
  return goesOn;
}
