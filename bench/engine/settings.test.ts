import { describe, expect, it } from 'vitest';
import { planGroups } from './settings.ts';

const all = {
  peer: 'pytorch',
  networks: ['cnn-large', 'vgg16-bn', 'wrn-28-1'],
  batches: [64, 128],
  full: false,
} as const;
const count = (settings: Parameters<typeof planGroups>[0]): number =>
  planGroups(settings).reduce(
    (sum, { cells }) => sum + cells.reduce((each, { peers }) => each + peers.length, 0),
    0,
  );

describe('planGroups', () => {
  it('compares with eager PyTorch and a tuned allocator on two threads everywhere', () => {
    const groups = planGroups(all).filter(({ threads }) => threads === 2);
    expect(groups.map(({ network }) => network)).toEqual(all.networks);
    for (const { cells } of groups) {
      expect(cells.map(({ batch }) => batch)).toEqual([64, 128]);
      for (const { peers } of cells) expect(peers).toContainEqual({ mode: 'eager', allocator: 'tuned' });
    }
  });

  it('compares with every form of PyTorch on either number of threads at one network and batch', () => {
    const close = planGroups(all).filter(({ cells }) => cells.some(({ peers }) => peers.length === 4));
    expect(close.map(({ network, threads }) => [network, threads])).toEqual([
      ['cnn-large', 2],
      ['cnn-large', 1],
    ]);
    expect(count(all)).toBe(5 + 4 + 4);
  });

  it('compares everything with everything in full', () => {
    expect(count({ ...all, full: true })).toBe(3 * 2 * 2 * 4);
  });

  it('keeps to the threads that were asked for', () => {
    expect(planGroups({ ...all, threads: [1] }).map(({ threads }) => threads)).toEqual([1, 1, 1]);
  });

  it('has no peers where none is wanted', () => {
    expect(count({ ...all, peer: 'none' })).toBe(0);
  });
});
