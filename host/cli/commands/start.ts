import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import type { DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { installation } from '#host/installation.ts';
import { exitCodes } from '../exit-codes.ts';
import { addWorkOptions, parsePort, workOptionsOf, workspaceOf } from '../options.ts';
import { loginLink, serveWindow } from '../serve-window.ts';
import { buildWindow } from '../start/build-window.ts';
import { findDesktopRuntime } from '../start/desktop-runtime.ts';
import { openBrowser } from '../start/open-browser.ts';

type Options = DiscoveryOptions & {
  readonly browser?: true;
  readonly open: boolean;
  readonly port?: number;
};

export function addStartCommand(program: Command): void {
  const command = program
    .command('start')
    .description('open the workbench: in a desktop window where Electron is there, else in the browser')
    .option('--browser', 'in the browser, whatever is there')
    .option('--no-open', 'print the address and open nothing')
    .option('--port <port>', 'where the browser finds it; 0 takes any free port', parsePort);
  addWorkOptions(command).action(async (options: Options) => {
    const workspace = workspaceOf(command);
    buildWindow();
    const runtime = findDesktopRuntime();
    if (runtime.kind === 'found' && options.browser !== true && options.open) {
      console.log('Opening the desktop window.');
      process.exitCode = await openDesktop(runtime.path, workspace, options);
      return;
    }
    console.log(
      runtime.kind === 'found'
        ? 'Opening the workbench in the browser, as asked.'
        : `Opening the workbench in the browser: ${runtime.reason}.`,
    );
    await serveInBrowser(options, workspace);
  });
}

async function serveInBrowser(
  { port, open, ...work }: Options,
  workspace: string | undefined,
): Promise<void> {
  await serveWindow({ ...workOptionsOf(work), workspace, port, isChild: false }, async (at) => {
    const link = loginLink(at);
    // The link works once: printing it too would only invite a second use, unless no browser came up.
    if (open && (await openBrowser(link))) console.log(`Serving at ${at.url}. Ctrl+C stops.`);
    else console.log(`Open ${link}\nThe link works once. Ctrl+C stops.`);
  });
}

function openDesktop(path: string, workspace: string | undefined, { engine }: Options): Promise<number> {
  const chosen = {
    ...(workspace !== undefined && { REDOUBT_WORKSPACE: workspace }),
    ...(engine !== undefined && { REDOUBT_ENGINE: engine }),
  };
  const child = spawn(path, [installation.folder], {
    stdio: 'inherit',
    env: { ...process.env, REDOUBT_NODE: process.execPath, ...chosen },
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`Electron did not start: ${error.message}. "redoubt start --browser" opens the browser.`);
      resolve(exitCodes.someFailed);
    });
    child.once('exit', (code) => {
      resolve(code ?? exitCodes.someFailed);
    });
  });
}
