import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs a program of the system in a folder; answers with what it said, or throws a ToolError with its last words. */
export type RunTool = (command: string, args: readonly string[], setting: ToolSetting) => Promise<string>;
type ToolSetting = {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

export class ToolError extends Error {
  /** It could not even be started. */
  readonly isMissing: boolean;
  readonly output: string;

  constructor(command: string, output: string, isMissing: boolean) {
    super(isMissing ? `${command} is not installed.` : `${command} failed: ${lastWords(output)}`);
    this.name = 'ToolError';
    this.isMissing = isMissing;
    this.output = output;
  }
}

const keptLines = 200;

export const runTool: RunTool = async (command, args, { folder, environment, signal }) => {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(signal && { signal }),
  });
  const said: string[] = [];
  const hear = (line: string): void => {
    said.push(line);
    if (said.length > keptLines) said.shift();
  };
  createInterface({ input: child.stdout }).on('line', hear);
  createInterface({ input: child.stderr }).on('line', hear);
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new ToolError(command, '', true) : error);
    });
    child.on('close', (code, endedBy) => {
      const output = said.join('\n');
      if (code === 0) resolve(output);
      else reject(new ToolError(command, output || `it ended with ${endedBy ?? code}`, false));
    });
  });
};

/** The line in which a program says what went wrong, rather than where. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /error[: ]|ERR!/i.test(line) && !line.startsWith('WARNING'));
  return (telling ?? lines.at(-1) ?? 'it said nothing').trim().slice(0, 500);
}
