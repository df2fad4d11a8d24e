import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const prefix = '.installing-';

/** A new folder beside the installed engines, named after this process. */
export const stagingFolder = (engines: string): string =>
  mkdtempSync(join(engines, `${prefix}${process.pid}-`));

/** What installations left behind that were killed. */
export function removeAbandoned(engines: string): void {
  for (const name of readdirSync(engines)) {
    const pid = Number(/^\.installing-(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(join(engines, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
