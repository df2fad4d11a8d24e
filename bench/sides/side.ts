import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Answer, Request } from '../measuring/request.ts';

/** A process that is being measured: it takes one request a line and answers one line. */
export type Side = {
  /** What it says it is. */
  readonly name: string;
  /** Why it cannot be measured here, if so. */
  readonly unavailable?: string;
  ask(request: Request): Promise<Answer>;
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
    return parseLine(line.value);
  };
  const { ready, unavailable } = (await answer()) as { ready: string; unavailable?: string | null };
  return {
    name: ready,
    ...(typeof unavailable === 'string' && { unavailable }),
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await answer()) as Answer;
    },
    close: () => {
      child.stdin.end();
    },
  };
}

/** Python writes infinities as JSON does not know them. */
const parseLine = (line: string): unknown => JSON.parse(line.replaceAll(/-?\b(Infinity|NaN)\b/g, 'null'));
