import { describe, expect, it } from 'vitest';
import { deviceSchema } from '#contract/device.ts';
import { cudaDevices, visibleProcessor } from './cuda-devices.ts';
import { discoverDevices } from './discover-devices.ts';

const two = (): string => '0, NVIDIA A100-SXM4-40GB, 40960\n1, NVIDIA A100-SXM4-40GB, 40960\n';
const library = { kind: 'loads' } as const;

describe('cudaDevices', () => {
  it('makes a device of every graphics processor, and shows each worker its own alone', () => {
    const devices = cudaDevices(two);
    expect(devices.map((device) => deviceSchema.parse(device).id)).toEqual(['cuda-0', 'cuda-1']);
    expect(devices.map(visibleProcessor)).toEqual([
      { CUDA_VISIBLE_DEVICES: '0' },
      { CUDA_VISIBLE_DEVICES: '1' },
    ]);
    expect(devices[0]?.memoryBytes).toBe(40 * 2 ** 30);
  });

  it('finds none where nvidia-smi says nothing it knows', () => {
    expect(cudaDevices(() => 'No devices were found\n')).toEqual([]);
  });

  it('are not offered where tensorflow was installed without CUDA', () => {
    const tensorflow = { kind: 'computes', cuda: false } as const;
    const devices = discoverDevices({ engine: 'tensorflow' }, { library, tensorflow }, () => []);
    expect(devices.map(({ kind }) => kind)).toEqual(['cpu']);
  });
});
