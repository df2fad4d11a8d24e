import { join } from 'node:path';
import { shellChannels } from '#contract/shell.ts';
import type { MenuCommand } from '#contract/shell.ts';
import { answerWindow } from './dialogs/answer-window.ts';
import type { AppWindow, ElectronApi, Preventable } from './electron-api.ts';
import type { HostAddress, HostEnd, RunningHost } from './host/host-process.ts';
import { menuTemplate } from './menu/menu-template.ts';
import { denyByDefault } from './windows/deny-by-default.ts';
import { bringToFront, openMainWindow } from './windows/main-window.ts';

export type ShellParts = {
  readonly startHost: () => Promise<RunningHost>;
  readonly logIn: (address: HostAddress, session: ElectronApi['session']['defaultSession']) => Promise<void>;
  readonly preload: string;
  readonly icon: string;
  readonly isMac: boolean;
};

/** Longer than the 30 seconds that the host gives its workers for their checkpoints. */
const stopGraceMs = 45_000;

/** One host and one window on it, from the first click to the soft stop. */
export class DesktopShell {
  readonly #electron: ElectronApi;
  readonly #parts: ShellParts;
  #starting: Promise<RunningHost> | undefined;
  #host: RunningHost | undefined;
  #window: AppWindow | undefined;
  #stopping: 'no' | 'asked' | 'done' = 'no';

  constructor(electron: ElectronApi, parts: ShellParts) {
    this.#electron = electron;
    this.#parts = parts;
  }

  /** A second start of the application only brings the first one's window to the front. */
  async open(): Promise<void> {
    const { app, session, setMenu } = this.#electron;
    if (!app.requestSingleInstanceLock()) {
      app.quit();
      return;
    }
    app.on('second-instance', () => {
      if (this.#window !== undefined) bringToFront(this.#window);
    });
    app.on('window-all-closed', () => {
      app.quit();
    });
    app.on('before-quit', (event) => {
      this.#stopHostFirst(event);
    });
    await app.whenReady();
    denyByDefault(app, session.defaultSession, this.#origin);
    answerWindow(this.#electron, this.#origin);
    setMenu(menuTemplate(this.#sendCommand, { isMac: this.#parts.isMac, isPackaged: app.isPackaged }));
    await this.#showHost();
  }

  readonly #origin = (): string | undefined =>
    this.#host === undefined ? undefined : new URL(this.#host.url).origin;

  readonly #sendCommand = (command: MenuCommand): void => {
    this.#window?.webContents.send(shellChannels.menu, command);
  };

  async #showHost(): Promise<void> {
    try {
      this.#starting = this.#parts.startHost();
      const host = await this.#starting;
      this.#host = host;
      void host.ended.then((end) => this.#hostEnded(end));
      if (this.#stopping !== 'no') return;
      await this.#parts.logIn(host, this.#electron.session.defaultSession);
      this.#window ??= this.#openWindow();
      await this.#window.loadURL(host.url);
    } catch (error) {
      if (this.#stopping !== 'no') return;
      const message = error instanceof Error ? error.message : String(error);
      this.#electron.dialog.showErrorBox('Redoubt cannot start', message);
      this.#electron.app.quit();
    }
  }

  #openWindow(): AppWindow {
    const { preload, icon } = this.#parts;
    const state = join(this.#electron.app.getPath('userData'), 'window-state.json');
    const window = openMainWindow(this.#electron, { preload, icon, state });
    window.on('closed', () => {
      this.#window = undefined;
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void this.#pageEnded(window, reason);
    });
    return window;
  }

  /** Nothing is lost with a host: every stage goes on from what was recorded, so a new one is offered. */
  async #hostEnded({ code, lastWords }: HostEnd): Promise<void> {
    this.#host = undefined;
    if (this.#stopping !== 'no') return;
    const again = await this.#ask({
      message: `The host ended by itself${code === null ? '' : ` (code ${code})`}.`,
      detail: `What ran goes on from its last checkpoint.\n\n${lastWords}`,
      goOn: 'Start it again',
    });
    if (again) await this.#showHost();
    else this.#electron.app.quit();
  }

  async #pageEnded(window: AppWindow, reason: string): Promise<void> {
    const again = await this.#ask({
      message: `The window's page ended by itself (${reason}).`,
      detail: 'The farm goes on without it.',
      goOn: 'Load it again',
    });
    if (!again) this.#electron.app.quit();
    else if (!window.isDestroyed()) window.webContents.reload();
  }

  async #ask(question: { message: string; detail: string; goOn: string }): Promise<boolean> {
    const { message, detail, goOn } = question;
    const { response } = await this.#electron.dialog.showMessageBox({
      type: 'error',
      title: 'Redoubt',
      message,
      detail,
      buttons: [goOn, 'Quit'],
      defaultId: 0,
      cancelId: 1,
    });
    return response === 0;
  }

  /** Quitting is held back until the host has written its checkpoints; then it is asked for again. */
  #stopHostFirst(event: Preventable): void {
    if (this.#stopping === 'done' || this.#starting === undefined) return;
    event.preventDefault();
    if (this.#stopping === 'asked') return;
    this.#stopping = 'asked';
    this.#window?.destroy();
    void this.#starting
      .then((host) => host.stop(stopGraceMs))
      // A host that never started needs no stop.
      .catch(() => undefined)
      .finally(() => {
        this.#stopping = 'done';
        this.#electron.app.quit();
      });
  }
}
