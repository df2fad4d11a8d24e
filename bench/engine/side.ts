import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Answer } from './measurement.ts';

/** A process that is being measured: it takes one request a line and answers one line. */
export type Side = {
  /** What it says it is. */
  readonly name: string;
  ask(request: object): Promise<Answer>;
  close(): void;
};

export async function startSide(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Side> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done)
      throw new Error(`${command} ${args.join(' ')} ended without an answer; its error is above.`);
    return JSON.parse(line.value);
  };
  const { ready } = (await answer()) as { ready: string };
  return {
    name: ready,
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await answer()) as Answer;
    },
    close: () => {
      child.stdin.end();
    },
  };
}
