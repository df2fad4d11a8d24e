import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '../made-datasets.ts';
import { findRuntime, projectFolder } from './runtime.ts';

const runtime = findRuntime();
const note = runtime.kind === 'missing' ? ` (skipped: ${runtime.reason})` : '';
if (runtime.kind === 'missing') console.warn(`The real desktop window is not tested: ${runtime.reason}.`);

async function launch(): Promise<{ application: ElectronApplication; workspace: string }> {
  if (runtime.kind === 'missing') throw new Error(runtime.reason);
  const workspace = makeFolder();
  const application = await _electron.launch({
    executablePath: runtime.path,
    // Chromium's sandbox refuses to run as root, which test machines often are.
    args: [
      projectFolder,
      `--user-data-dir=${makeFolder()}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    env: { ...environment(), REDOUBT_WORKSPACE: workspace, REDOUBT_NODE: process.execPath },
  });
  onTestFinished(() => application.close());
  return { application, workspace };
}

const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

describe.skipIf(runtime.kind === 'missing')(`the desktop window in the real Electron${note}`, () => {
  it('shows the workbench at a loopback address that does not hold the token', async () => {
    const { application } = await launch();
    const page = await application.firstWindow();
    await page.getByRole('navigation').first().waitFor();
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    expect(page.url()).not.toContain('token');
  });

  it('gives its page the shell and no Node', async () => {
    const { application } = await launch();
    const page = await application.firstWindow();
    const found = await page.evaluate(() => {
      const names = ['require', 'process', 'Buffer', 'module'].filter((name) => name in globalThis);
      const { redoubtShell } = globalThis as unknown as { redoubtShell: object };
      return { names, shell: Object.keys(redoubtShell).sort() };
    });
    expect(found).toEqual({
      names: [],
      shell: ['chooseFile', 'chooseFolder', 'onMenu', 'platform', 'reveal'],
    });
  });

  it('keeps its page from leaving, opening windows and reaching another address', async () => {
    const { application } = await launch();
    const page = await application.firstWindow();
    const before = page.url();
    const found = await page.evaluate(async () => {
      const opened = window.open('https://example.org/');
      window.location.href = 'https://example.org/';
      const fetched = await fetch('http://127.0.0.1:9/').then(
        () => 'reached',
        () => 'refused',
      );
      const asked = await navigator.permissions.query({ name: 'geolocation' });
      return { opened: opened !== null, fetched, permission: asked.state };
    });
    expect(found).toEqual({ opened: false, fetched: 'refused', permission: 'denied' });
    expect(page.url()).toBe(before);
    expect(application.windows()).toHaveLength(1);
  });

  it('stops its host when it quits', async () => {
    const { application, workspace } = await launch();
    const page = await application.firstWindow();
    const { origin } = new URL(page.url());
    expect(existsSync(join(workspace, 'redoubt.sqlite'))).toBe(true);
    await application.close();
    await expect(fetch(origin)).rejects.toThrow();
  });
});
