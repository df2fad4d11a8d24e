import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeElectron } from '../tests/electron/fake-electron.ts';
import { makeFolder } from '../tests/made-datasets.ts';
import { DesktopShell } from './desktop-shell.ts';
import type { HostEnd, RunningHost } from './host/host-process.ts';

/** Lets everything that was promised happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type FakeHost = RunningHost & { readonly end: (end: HostEnd) => void; readonly stops: number[] };

function fakeHost(port: number): FakeHost {
  const { promise: ended, resolve: end } = Promise.withResolvers<HostEnd>();
  const stops: number[] = [];
  const stop = async (graceMs: number): Promise<void> => {
    stops.push(graceMs);
    await ended;
  };
  return { url: `http://127.0.0.1:${port}/`, token: `token-${port}`, ended, end, stop, stops };
}

async function opened(startHost?: () => Promise<RunningHost>) {
  const electron = new FakeElectron();
  electron.userData = makeFolder();
  const hosts: FakeHost[] = [];
  const start = (): Promise<RunningHost> => {
    const host = fakeHost(7000 + hosts.length);
    hosts.push(host);
    return Promise.resolve(host);
  };
  const shell = new DesktopShell(electron, {
    startHost: startHost ?? start,
    logIn: async ({ url, token }, session) => {
      const cookie = { url, name: 'session', value: token, path: '/', httpOnly: true };
      await session.cookies.set({ ...cookie, sameSite: 'strict' });
    },
    preload: '/app/preload.cjs',
    icon: '/app/icon.png',
    isMac: false,
  });
  await shell.open();
  const window = (): (typeof electron.windows)[number] => electron.windows.at(-1)!;
  return { electron, hosts, window };
}

describe('DesktopShell', () => {
  it('sets the cookie before the page loads, and never shows the page the token', async () => {
    const { electron, window } = await opened();
    expect(electron.did).toEqual(['cookie', 'load', 'show']);
    expect(window().loaded).toEqual(['http://127.0.0.1:7000/']);
    expect(electron.cookies[0]).toMatchObject({ value: 'token-7000', httpOnly: true, sameSite: 'strict' });
  });

  it('opens its page in a sandbox without Node', async () => {
    const { window } = await opened();
    expect(window().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      preload: '/app/preload.cjs',
    });
  });

  it('started a second time quits at once and starts no host', async () => {
    const electron = new FakeElectron();
    electron.isFirstInstance = false;
    let starts = 0;
    const parts = { logIn: () => Promise.resolve(), preload: '', icon: '', isMac: false };
    const startHost = (): Promise<RunningHost> => Promise.resolve(fakeHost(++starts));
    await new DesktopShell(electron, { ...parts, startHost }).open();
    expect([electron.quitted, starts, electron.windows.length]).toEqual([true, 0, 0]);
  });

  it('brings its window to the front when it is started a second time', async () => {
    const { electron, window } = await opened();
    window().minimized = true;
    electron.startAgain();
    expect(window().minimized).toBe(false);
    expect(electron.did.slice(-2)).toEqual(['show', 'focus']);
  });

  it('quits only after its host has stopped', async () => {
    const { electron, hosts, window } = await opened();
    window().close();
    await settle();
    expect(hosts[0]?.stops).toEqual([45_000]);
    expect(electron.quitted).toBe(false);
    electron.quit();
    hosts[0]?.end({ code: 0, lastWords: '' });
    await settle();
    expect(electron.quitted).toBe(true);
    expect(hosts[0]?.stops).toEqual([45_000]);
    expect(electron.asked).toEqual([]);
  });

  it('stops a host that was still starting when quitting was asked for', async () => {
    const host = fakeHost(7000);
    const started = Promise.withResolvers<RunningHost>();
    const electron = new FakeElectron();
    const parts = { logIn: () => Promise.resolve(), preload: '', icon: '', isMac: false };
    const opening = new DesktopShell(electron, { ...parts, startHost: () => started.promise }).open();
    await settle();
    electron.quit();
    expect(electron.quitted).toBe(false);
    started.resolve(host);
    await settle();
    host.end({ code: 0, lastWords: '' });
    await opening;
    await settle();
    expect([host.stops.length, electron.quitted, electron.windows.length]).toEqual([1, true, 0]);
  });

  it('says why a host does not start, and quits', async () => {
    const { electron } = await opened(() => Promise.reject(new Error('No Node was found.')));
    await settle();
    expect(electron.did).toEqual(['error: No Node was found.']);
    expect([electron.quitted, electron.windows.length]).toEqual([true, 0]);
  });

  it('offers a new host for one that ended, and shows that one in the same window', async () => {
    const { electron, hosts, window } = await opened();
    hosts[0]?.end({ code: 134, lastWords: 'out of memory' });
    await settle();
    expect(electron.asked[0]?.message).toContain('134');
    expect(electron.asked[0]?.detail).toContain('out of memory');
    expect(electron.windows.length).toBe(1);
    expect(window().loaded).toEqual(['http://127.0.0.1:7000/', 'http://127.0.0.1:7001/']);
    expect(window().webContents.navigates('http://127.0.0.1:7000/runs')).toBe(false);
    expect(window().webContents.navigates('http://127.0.0.1:7001/runs')).toBe(true);
  });

  it('quits when no new host is wanted', async () => {
    const { electron, hosts } = await opened();
    electron.response = 1;
    hosts[0]?.end({ code: 1, lastWords: '' });
    await settle();
    expect([electron.quitted, hosts.length]).toEqual([true, 1]);
  });

  it('offers to load a page again that crashed, and not one that was closed', async () => {
    const { electron, window } = await opened();
    window().webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    window().webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await settle();
    expect(electron.asked.map(({ message }) => message)).toEqual([expect.stringContaining('oom')]);
    expect(window().webContents.reloads).toBe(1);
  });

  it('remembers where its window was', async () => {
    const { electron, window } = await opened();
    const file = join(electron.userData, 'window-state.json');
    expect(existsSync(file)).toBe(false);
    window().maximize();
    window().close();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      bounds: { x: 10, y: 20, width: 1000, height: 700 },
      maximized: true,
    });
  });

  it('passes what is chosen in the menu on to the page', async () => {
    const { electron, window } = await opened();
    const entries = electron.menu.flatMap(({ submenu = [] }) => submenu);
    entries.find(({ label }) => label === 'Farm')?.click?.();
    expect(window().webContents.sent).toEqual([['shell:menu', 'show-farm']]);
  });
});
