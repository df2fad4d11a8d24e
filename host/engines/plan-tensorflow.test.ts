import { describe, expect, it } from 'vitest';
import { planTensorflow } from './plan-tensorflow.ts';

const linux = { platform: 'linux', arch: 'x64', cuda: false };

describe('planTensorflow', () => {
  it('takes TensorFlow’s own archive first and the wheel of the same version after it', () => {
    const { sources } = planTensorflow(linux);
    expect(sources.map(({ kind }) => kind)).toEqual(['archive', 'wheel']);
    const versions = sources.map(({ library }) => library.split(' ')[1]);
    expect(new Set(versions).size).toBe(1);
  });

  it('takes the wheel with the libraries of CUDA for graphics processors, and wants more space', () => {
    const plan = planTensorflow({ ...linux, cuda: true });
    expect(plan.sources).toMatchObject([{ kind: 'wheel', library: 'tensorflow 2.18.0' }]);
    const [source] = plan.sources;
    expect(
      source?.kind === 'wheel' && source.companions.some((name) => name.startsWith('nvidia-cudnn')),
    ).toBe(true);
    expect(plan.neededBytes).toBeGreaterThan(planTensorflow(linux).neededBytes);
  });

  it('names a checksum for everything that pip or npm fetches for the processor', () => {
    for (const [platform, arch] of [
      ['linux', 'x64'],
      ['linux', 'arm64'],
      ['darwin', 'arm64'],
    ] as const) {
      // prettier-ignore
      const plan = planTensorflow({ platform, arch, cuda: false });
      expect(plan.package.integrity).toMatch(/^sha512-.{88}$/);
      for (const source of plan.sources)
        if (source.kind === 'wheel') expect(source.requirement).toMatch(/ --hash=sha256:[0-9a-f]{64}$/);
    }
  });

  it('refuses machines that TensorFlow’s C library is not made for, and says what computes there', () => {
    expect(() => planTensorflow({ platform: 'win32', arch: 'x64', cuda: false })).toThrow(
      /cannot be had for win32 on x64.*The onnx engine computes here/,
    );
    expect(() => planTensorflow({ platform: 'darwin', arch: 'arm64', cuda: true })).toThrow(
      'Leave out --cuda',
    );
  });
});
