import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Cores that can compute independently, never more than this process may use (affinity, containers), at least 1.
 * Two threads of one core share its arithmetic units, so a second worker there gains little.
 */
export function countPhysicalCores(): number {
  const usable = availableParallelism();
  const physical = readPhysicalCores();
  return Math.max(1, physical === undefined ? usable : Math.min(physical, usable));
}

function readPhysicalCores(): number | undefined {
  try {
    switch (process.platform) {
      case 'linux':
        return countCoresIn(readFileSync('/proc/cpuinfo', 'utf8'));
      case 'darwin':
        return Number(execFileSync('sysctl', ['-n', 'hw.physicalcpu'], { encoding: 'utf8' })) || undefined;
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** Distinct pairs of socket and core in the text of Linux's cpuinfo; undefined where it names none (ARM). */
export function countCoresIn(cpuinfo: string): number | undefined {
  const cores = cpuinfo.split(/\n\s*\n/).flatMap((processor) => {
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
    const socket = /^physical id\s*:\s*(\d+)/m.exec(processor)?.[1];
    return core === undefined ? [] : [`${socket ?? '0'}/${core}`];
  });
  return cores.length === 0 ? undefined : new Set(cores).size;
}
