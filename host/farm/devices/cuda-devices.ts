import { execFileSync } from 'node:child_process';
import type { Device } from '#contract/device.ts';

/** NVIDIA's graphics processors, one device each, for the tensorflow engine; `list` answers as nvidia-smi does. */
export function cudaDevices(list: () => string = listProcessors): Device[] {
  return list()
    .split('\n')
    .map((line) => /^(\d+), (.+), (\d+)$/.exec(line.trim()))
    .filter((found) => found !== null)
    .map(([, index, name, mib]) => ({
      id: `cuda-${index}`,
      kind: 'cuda',
      name: `${name} (cuda ${index})`,
      engine: 'tensorflow',
      slots: 1,
      memoryBytes: Number(mib) * 2 ** 20,
      availability: { kind: 'standby', remedy: 'Choose it with --engine tensorflow --device cuda.' },
    }));
}

/** What a worker on such a device may see: that one alone. */
export function visibleProcessor({ id }: Device): { CUDA_VISIBLE_DEVICES?: string } {
  const index = /^cuda-(\d+)$/.exec(id)?.[1];
  return index === undefined ? {} : { CUDA_VISIBLE_DEVICES: index };
}

function listProcessors(): string {
  try {
    const query = ['--query-gpu=index,name,memory.total', '--format=csv,noheader,nounits'];
    return execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
