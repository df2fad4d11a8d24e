import type { DiscoveryOptions } from '#host/farm/devices/discover-devices.ts';
import { startHost } from '#host/main.ts';
import { askRunningServer } from '#host/server/presence.ts';
import { openWorkspace } from '#host/workspace.ts';
import { exitCodes } from './exit-codes.ts';
import { tellStepDown, workOptionsOf } from './options.ts';
import { listenForInterruption, type Interruption } from './interruption.ts';

export type ServeOptions = DiscoveryOptions & {
  readonly workspace: string | undefined;
  readonly port?: number | undefined;
  /** A program started us and holds our standard input: its end is ours, and we never end before. */
  readonly isChild: boolean;
};
export type ServedAt = { readonly url: string; readonly token: string };

export const loginLink = ({ url, token }: ServedAt): string =>
  `${url}login?token=${encodeURIComponent(token)}`;

/** Serves a workspace until it is told to stop; where it is served already, only says so with a fresh token. */
export async function serveWindow(
  options: ServeOptions,
  say: (at: ServedAt) => void | Promise<void>,
): Promise<void> {
  const running = await askRunningServer(openWorkspace(options.workspace));
  if (running === undefined) return serve(options, say);
  await say(running);
  if (!options.isChild) return;
  const interruption = await untilStopped(options);
  interruption.close();
}

async function serve(options: ServeOptions, say: (at: ServedAt) => void | Promise<void>): Promise<void> {
  const { workspace, port } = options;
  const host = await startHost({ ...workOptionsOf(options), workspace, serve: { port } });
  tellStepDown(host.devices, options);
  const { server } = host;
  if (server === undefined) throw new Error('The host was to serve and does not.');
  const stopped = untilStopped(options);
  await say({ url: server.url, token: server.issueToken() });
  const pid = host.workedBy();
  if (pid !== undefined)
    console.error(
      `Process ${pid} works on ${host.workspace.folder}: this one shows it, and takes over after it.`,
    );
  const interruption = await stopped;
  interruption.onImpatience(() => {
    void host.stop({ soft: false }).finally(() => process.exit(exitCodes.interrupted));
  });
  await host.stop({ soft: true });
  interruption.close();
}

/** Until Ctrl+C or, for a child, the end of standard input. */
function untilStopped({ isChild }: ServeOptions): Promise<Interruption> {
  return new Promise((resolve) => {
    // Something must keep the process alive where nothing else is going on in it.
    const alive = setInterval(() => undefined, 2 ** 30);
    const stop = (): void => {
      clearInterval(alive);
      process.stdin.pause();
      resolve(interruption);
    };
    const interruption = listenForInterruption(() => {
      console.error('Stopping after a checkpoint. Ctrl+C again stops at once.');
    });
    interruption.signal.addEventListener('abort', stop);
    if (isChild) process.stdin.resume().once('end', stop).once('error', stop);
  });
}
