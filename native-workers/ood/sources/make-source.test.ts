import { describe, expect, it } from 'vitest';
import { noClass } from '#contract/outcomes.ts';
import { sourceSchema } from '#contract/source.ts';
import { createRandom } from '#workers/array/random.ts';
import { positionRange, type ExampleSet } from '#workers/data/example-set.ts';
import { makeSource } from './make-source.ts';
import { gatherInputs, type SourceInputs } from './source-inputs.ts';

function setOf(count: number, shape: ExampleSet['shape'], purpose: string): ExampleSet {
  const random = createRandom(1, purpose);
  return {
    shape,
    images: Uint8Array.from({ length: count * shape[0] * shape[1] * shape[2] }, () => random.nextInt(256)),
    labels: Uint16Array.from({ length: count }, (_, i) => i % 4),
    indices: positionRange(0, count),
  };
}
const test = setOf(40, [8, 8, 3], 'task');
const other = { set: setOf(60, [6, 10, 1], 'other'), classes: ['a', 'b', 'c', 'd'] };
const of = (source: unknown, examples: number): SourceInputs =>
  makeSource({
    source: sourceSchema.parse(source),
    examples,
    test,
    heldOut: setOf(30, [8, 8, 3], 'held'),
    other,
  });
const imagesOf = (inputs: SourceInputs, count: number) => gatherInputs(inputs, 0, count).images;

const sources = [
  'other',
  'gaussian-noise',
  'uniform-noise',
  'constant',
  'phase-scrambled',
  'held-out-classes',
] as const;

describe('makeSource', () => {
  it.each(sources)(
    '%s gives inputs of no class in the shape of the task, whatever their number',
    (source) => {
      const few = of(source, 5);
      const many = of(source, 20);
      expect(gatherInputs(many, 3, 5).labels).toEqual(Int32Array.of(noClass, noClass));
      expect(imagesOf(few, 5)).toEqual(imagesOf(many, 5));
      expect(few.exampleIds).toEqual(many.exampleIds.slice(0, 5));
      expect(gatherInputs(many, 3, 5).images).toEqual(imagesOf(many, 5).slice(3 * 192));
      expect(imagesOf(many, 20).every((value) => value >= 0 && value <= 1)).toBe(true);
      const distinct = new Set(
        Array.from({ length: 20 }, (_, i) =>
          imagesOf(many, 20)
            .slice(i * 192, i * 192 + 192)
            .join(),
        ),
      );
      expect(distinct.size).toBe(20);
    },
  );

  it('gives fewer where there are no more, each once', () => {
    const { exampleIds } = of('phase-scrambled', 100);
    expect([...exampleIds].sort((a, b) => a - b)).toEqual([...test.indices]);
  });

  it('leaves excluded classes out', () => {
    const { exampleIds } = of({ kind: 'dataset', name: 'other', exclude: ['b', 'd'] }, 100);
    expect(exampleIds).toHaveLength(30);
    expect([...exampleIds].every((id) => id % 2 === 0)).toBe(true);
    expect(() => of({ kind: 'dataset', name: 'other', exclude: ['a', 'b', 'c', 'd'] }, 5)).toThrow('as well');
  });

  it('keeps labels and images of the task as they are', () => {
    const own = makeSource({
      source: 'in-distribution',
      examples: 7,
      test,
      heldOut: undefined,
      other: undefined,
    });
    const { images, labels, exampleIds } = gatherInputs(own, 0, 7);
    for (const [row, id] of exampleIds.entries()) {
      expect(labels[row]).toBe(test.labels[id]);
      expect(Math.round(images[row * 192]! * 255)).toBe(test.images[id * 192]);
    }
  });

  it('draws Gaussian noise of the asked mean and spread, clipped at both ends and never wrapped', () => {
    const images = imagesOf(of('gaussian-noise', 200), 200);
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
    expect(mean).toBeCloseTo(127 / 255, 2);
    const wide = imagesOf(of({ kind: 'gaussian-noise', sigma: 2 }, 50), 50);
    const ends = wide.filter((value) => value === 0 || value === 1).length / wide.length;
    // outside the range lies a normal value with probability 0.80 at this spread
    expect(ends).toBeGreaterThan(0.75);
    expect(ends).toBeLessThan(0.85);
  });

  it('paints constant images in one colour each', () => {
    const images = imagesOf(of('constant', 4), 4);
    for (let i = 0; i < images.length; i += 1)
      expect(images[i]).toBe(images[Math.floor(i / 192) * 192 + (i % 3)]);
  });
});
