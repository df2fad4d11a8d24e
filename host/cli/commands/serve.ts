import type { Command } from 'commander';
import type { DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { addWorkOptions, parsePort, workOptionsOf, workspaceOf } from '../options.ts';
import { loginLink, serveWindow, type ServedAt } from '../serve-window.ts';

type Options = DiscoveryOptions & { readonly port?: number; readonly json?: true };

export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('serve the window to a browser on this machine, and work on what is queued')
    .option('--port <port>', 'where to listen; 0 takes any free port', parsePort)
    .option('--json', 'write one line of JSON with url and token, and end when standard input ends')
    .addHelpText('after', '\nWhile a workspace is served, "redoubt serve" prints a fresh login link for it.');
  addWorkOptions(command).action(async ({ port, json, ...work }: Options) => {
    const isChild = json === true;
    await serveWindow(
      { ...workOptionsOf(work), workspace: workspaceOf(command), port, isChild },
      isChild ? sayJson : sayLink,
    );
  });
}

const sayJson = (at: ServedAt): void => {
  console.log(JSON.stringify({ ...at, loginUrl: loginLink(at) }));
};

const sayLink = (at: ServedAt): void => {
  console.log(`Open ${loginLink(at)}`);
  console.log('The link works once; "redoubt serve" in another terminal prints a fresh one.');
};
