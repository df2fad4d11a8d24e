import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { keptFile } from '../measuring/materials.ts';
import { startSide, type Side } from './side.ts';

export const allocators = ['default', 'tuned'] as const;
export const modes = ['eager', 'compile'] as const;
/** How PyTorch is run. */
export type PeerForm = {
  readonly mode: (typeof modes)[number];
  readonly allocator: (typeof allocators)[number];
};

/** What glibc's allocator is told so that it keeps memory instead of giving it back after every step. */
const tunedAllocator = {
  MALLOC_TOP_PAD_: '268435456',
  MALLOC_TRIM_THRESHOLD_: '4294967295',
  MALLOC_MMAP_THRESHOLD_: '4294967295',
};

export const defaultPython = join(homedir(), '.cache', 'redoubt', 'bench-peers', 'bin', 'python');

export const peerName = ({ mode, allocator }: PeerForm): string => `pytorch-${mode}-${allocator}`;

export function startPyTorch(python: string, threads: number, { mode, allocator }: PeerForm): Promise<Side> {
  if (!existsSync(python))
    throw new Error(
      `No Python at ${python}. Make one: python3 -m venv ${join(python, '..', '..')}, then ${join(python, '..', 'pip')} install -r bench/peers/requirements.txt. Or measure without a peer: --peer none.`,
    );
  const program = join(import.meta.dirname, '..', 'peers', 'main.py');
  return startSide(python, [program, String(threads), mode], {
    TORCHINDUCTOR_CACHE_DIR: keptFile('inductor'),
    ...(allocator === 'tuned' && tunedAllocator),
  });
}
