import { describe, expect, it } from 'vitest';
import { createRandom } from '#workers/array/random.ts';
import { openOutliers } from './training-outliers.ts';

/** Images of one pixel, which says where each lies in its file. */
const images = Uint8Array.from({ length: 60 }, (_, i) => i);
const labels = Uint16Array.from({ length: 60 }, (_, i) => i % 3);
const set = {
  shape: [1, 1, 1],
  images,
  labels,
  indices: Uint32Array.from({ length: 30 }, (_, i) => 59 - i),
} as const;
const other = { set, classes: ['cat', 'sign', 'ship'] };
const train = { ...set, images: images.map((value) => value + 100) };

function drawn(source: Parameters<typeof openOutliers>[0]['source']): ReadonlySet<number> {
  const draw = openOutliers({ source, train, other });
  const random = createRandom(3, 'outliers');
  return new Set(Array.from({ length: 600 }, () => draw(random)[0]!));
}

describe('openOutliers', () => {
  it('draws every image of the other training split, and none of the rest of its file', () => {
    expect([...drawn({ kind: 'dataset', name: 'others' })].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => 30 + i),
    );
  });

  it('never draws of a class that counts as the task’s own', () => {
    const seen = drawn({ kind: 'dataset', name: 'others', exclude: ['cat', 'ship'] });
    expect(seen.size).toBe(10);
    for (const place of seen) expect(labels[place]).toBe(1);
  });

  it('refuses a source of which every class is the task’s own, and held-out classes', () => {
    expect(() => drawn({ kind: 'dataset', name: 'others', exclude: ['cat', 'sign', 'ship'] })).toThrow(
      'classes that the task shows as well',
    );
    expect(() => drawn({ kind: 'held-out-classes' })).toThrow('never trained on');
  });
});
