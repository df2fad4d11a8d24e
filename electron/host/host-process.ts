import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { HostCommand } from './host-command.ts';

/** Where the host answers, and the one-time token that buys a session there. */
export type HostAddress = { readonly url: string; readonly token: string };

export type RunningHost = HostAddress & {
  /** Resolves when the process is gone, by itself or because it was stopped. */
  readonly ended: Promise<HostEnd>;
  /** Asks for a soft stop, which writes checkpoints, and waits; kills the process when the time is over. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** `lastWords`: the end of what the host wrote to standard error. */
export type HostEnd = { readonly code: number | null; readonly lastWords: string };

const readyMs = 60_000;
const linesKept = 20;

/** Starts `redoubt serve` and waits until it says where it answers. Throws with its last words when it does not. */
export async function startHost(
  { node, script, folder }: HostCommand,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RunningHost> {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, 'serve', '--json'], {
    cwd: folder,
    env: { ...withoutElectron(environment), REDOUBT_NODE: node },
    // The open standard input is the host's sign that the window still lives: it stops when it reads the end of it.
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // Writing to a process that is gone is no defect: `ended` tells of it.
  child.stdin.on('error', () => undefined);
  const lastWords = keepLastLines(child);
  const ended = new Promise<HostEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: null, lastWords: error.message }));
    child.once('close', (code) => resolve({ code, lastWords: lastWords() }));
  });
  const stop = (graceMs: number): Promise<void> => stopProcess(child, ended, graceMs);
  try {
    return { ...(await firstAddress(child, ended)), ended, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

/** The line of JSON that `serve --json` writes once it answers; anything else is undefined. Loopback only. */
export function parseAddress(line: string): HostAddress | undefined {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || !('url' in value) || !('token' in value))
    return undefined;
  const { url, token } = value;
  if (typeof url !== 'string' || typeof token !== 'string' || !URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && hostname === '127.0.0.1' ? { url, token } : undefined;
}

function firstAddress(child: ChildProcess, ended: Promise<HostEnd>): Promise<HostAddress> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The host did not answer within ${readyMs / 1000} seconds. Start Redoubt again.`));
    }, readyMs);
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const address = parseAddress(line);
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    void ended.then(({ code, lastWords }) => {
      clearTimeout(timer);
      reject(
        new Error(`The host ended${code === null ? '' : ` with code ${code}`}: ${lastWords || 'no word'}`),
      );
    });
  });
}

async function stopProcess(child: ChildProcess, ended: Promise<HostEnd>, graceMs: number): Promise<void> {
  // Windows knows no soft signal: there the end of standard input is the only word.
  if (process.platform === 'win32') child.stdin?.end();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}

function keepLastLines(child: ChildProcess): () => string {
  const lines: string[] = [];
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
    });
  return () => lines.join('\n');
}

/** Settings meant for Electron's own Node would change the host's. */
const withoutElectron = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('ELECTRON_') && name !== 'NODE_OPTIONS'),
  );

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
