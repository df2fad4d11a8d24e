import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, isStillAlive, readCommandLine, readResidentBytes } from './processes.ts';

const started: (() => void)[] = [];
afterEach(() => {
  for (const end of started.splice(0)) end();
});

async function sleeper(): Promise<{ readonly pid: number; readonly end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a-word-of-its-own']);
  await once(child, 'spawn');
  started.push(() => child.kill('SIGKILL'));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  if (child.pid === undefined) throw new Error('A process number was expected after spawn.');
  return { pid: child.pid, end };
}

describe('isAlive', () => {
  it('tells a living process from one that has ended', async () => {
    const { pid, end } = await sleeper();
    expect(isAlive(pid)).toBe(true);
    await end();
    expect(isAlive(pid)).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('isStillAlive', () => {
  it('takes a process that started after the time in question for another one', async () => {
    const { pid } = await sleeper();
    expect(isStillAlive(pid, Date.now())).toBe(true);
    expect(isStillAlive(pid, Date.now() - 60_000)).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('readCommandLine', () => {
  it('gives the arguments of a living process and nothing of a dead one', async () => {
    const { pid, end } = await sleeper();
    expect(readCommandLine(pid)).toContain('a-word-of-its-own');
    await end();
    expect(readCommandLine(pid)).toBeUndefined();
  });
});

describe.runIf(process.platform === 'linux')('readResidentBytes', () => {
  it('agrees with what a process says of itself within a tenth', () => {
    const own = process.memoryUsage.rss();
    const read = readResidentBytes(process.pid) ?? 0;
    expect(Math.abs(read / own - 1)).toBeLessThan(0.1);
  });
});
