import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process of this number exists. One that belongs to someone else exists, too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the process that was alive at a time (Unix milliseconds) still is. Process numbers are used again, most of all
 * in containers: one that started later is someone else. Where no start time can be had, the number decides.
 */
export function isStillAlive(pid: number, since: number): boolean {
  if (!isAlive(pid)) return false;
  const startedAt = readStartTime(pid);
  return startedAt === undefined || startedAt <= since + clockToleranceMs;
}

/** Arguments of a process, undefined where the system does not tell. */
export function readCommandLine(pid: number): readonly string[] | undefined {
  try {
    switch (process.platform) {
      case 'linux':
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
      case 'darwin':
        return [execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })];
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** Physical memory that a process holds, undefined where the system does not tell. */
export function readResidentBytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const kibibytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** Boot time and process start are known to a second and to a hundredth. */
const clockToleranceMs = 2000;
/** Linux counts process times for user space in hundredths of a second on every platform. */
const ticksPerSecond = 100;

function readStartTime(pid: number): number | undefined {
  const ticks = Number(readStatFields(pid)?.[19]);
  if (!Number.isFinite(ticks)) return undefined;
  try {
    const bootSeconds = /^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    return bootSeconds === undefined ? undefined : (Number(bootSeconds) + ticks / ticksPerSecond) * 1000;
  } catch {
    return undefined;
  }
}

/** A process that has ended but was not yet collected by its parent answers signals, though nothing runs. */
const isZombie = (pid: number): boolean => readStatFields(pid)?.[0] === 'Z';

/** Fields of Linux's process status from the third on (proc(5)); the second may itself hold blanks and brackets. */
function readStatFields(pid: number): readonly string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
