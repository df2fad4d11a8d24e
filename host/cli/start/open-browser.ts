import { spawn } from 'node:child_process';

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  linux: ['xdg-open'],
  darwin: ['open'],
  // The empty text is the title that `start` expects before a quoted address.
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in the default browser; false where nothing can open it. */
export function openBrowser(address: string): Promise<boolean> {
  const opener = openers[process.platform];
  const hasDisplay =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (opener === undefined || !hasDisplay) return Promise.resolve(false);
  const [command, ...words] = opener;
  return new Promise((resolve) => {
    const child = spawn(command, [...words, address], { stdio: 'ignore', detached: true });
    child.once('error', () => {
      resolve(false);
    });
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
