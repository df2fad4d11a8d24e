import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Device, Environment } from '#contract/device.ts';
import { workerMessageSchema, type HostMessage, type WorkerMessage } from '#contract/worker-protocol.ts';
import { visibleProcessor } from '../devices/cuda-devices.ts';
import type { WorkerExit } from './classify-exit.ts';
import { readCommandLine } from './processes.ts';

export type BatchMessage = Extract<WorkerMessage, { kind: 'batch' }>;

/** How a worker is started. */
export type WorkerLaunch = {
  /** Absolute path of the script. */
  readonly entry: string;
  /** Flags of Node, before the script. */
  readonly execArgv: readonly string[];
  readonly workspaceFolder: string;
};

/** What a worker process does, told in the order in which it does it; `exited` comes last. */
export type WorkerListener = {
  readonly ready: (environment: Environment) => void;
  readonly batch: (message: BatchMessage) => void;
  /** It sent what the protocol does not know. */
  readonly malformed: (expected: string) => void;
  readonly line: (line: { readonly level: 'info' | 'warning'; readonly text: string }) => void;
  readonly exited: (exit: WorkerExit) => void;
};

export type WorkerProcess = {
  readonly pid: number | undefined;
  readonly send: (message: HostMessage) => void;
  readonly kill: () => void;
};

const keptLines = 40;
const longestLine = 2000;

/** Starts one plain Node process. Ctrl+C in a terminal does not reach it: it has a process group of its own. */
export function launchWorker(launch: WorkerLaunch, device: Device, listener: WorkerListener): WorkerProcess {
  const child = fork(launch.entry, workerArguments(launch, device), {
    serialization: 'advanced',
    execPath: process.execPath,
    execArgv: ['--disable-warning=ExperimentalWarning', ...launch.execArgv],
    cwd: launch.workspaceFolder,
    env: { ...process.env, ...visibleProcessor(device) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const lastWords: string[] = [];
  const hear = (level: 'info' | 'warning', words: string): void => {
    const text = words.slice(0, longestLine);
    if (level === 'warning') lastWords.push(text);
    if (lastWords.length > keptLines) lastWords.shift();
    listener.line({ level, text });
  };
  onLines(child.stdout, (text) => {
    hear('info', text);
  });
  onLines(child.stderr, (text) => {
    hear('warning', text);
  });
  child.on('error', (error) => {
    hear('warning', `The worker process: ${error.message}`);
  });
  child.on('message', (message) => {
    tell(listener, message);
  });
  void untilGone(child).then((end) => {
    listener.exited({ ...end, lastWords });
  });
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message, ignoreBrokenPipe);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Whether a process is a worker of this workspace, so that a number that someone else has now is left alone. */
export function isWorkerOf(pid: number, workspaceFolder: string): boolean {
  const commandLine = readCommandLine(pid);
  if (commandLine === undefined) return false;
  const words = commandLine.join(' ');
  return words.includes(`--workspace ${workspaceFolder} --device`);
}

const workerArguments = (launch: WorkerLaunch, device: Device): string[] => [
  '--workspace',
  launch.workspaceFolder,
  '--device',
  device.id,
  '--device-kind',
  device.kind,
  '--adapter',
  device.name,
  '--engine',
  device.engine,
  '--threads',
  String(device.threads ?? 1),
];

/** The worker's door: whatever comes in is parsed before anyone acts on it. */
function tell(listener: WorkerListener, message: unknown): void {
  const parsed = workerMessageSchema.safeParse(message);
  if (!parsed.success) listener.malformed(z.prettifyError(parsed.error));
  else if (parsed.data.kind === 'ready') listener.ready(parsed.data.environment);
  else listener.batch(parsed.data);
}

/** Ended, its last messages read, its last words heard: only all three together are the end. */
async function untilGone(child: ChildProcess): Promise<Pick<WorkerExit, 'code' | 'signal'>> {
  if (child.pid === undefined) {
    await once(child, 'error').catch(() => undefined);
    return { code: null, signal: null };
  }
  const closed = new Promise<Pick<WorkerExit, 'code' | 'signal'>>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const drained = new Promise<void>((resolve) => {
    child.once('disconnect', resolve);
  });
  await drained;
  return closed;
}

function onLines(stream: Readable | null, hear: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', hear);
}

/** A worker that dies while it is written to is told by its exit, not by the pipe. */
function ignoreBrokenPipe(): void {}
