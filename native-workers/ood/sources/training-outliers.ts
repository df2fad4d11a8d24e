import type { Source } from '#contract/source.ts';
import type { Random } from '#workers/array/random.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { ExampleSet } from '#workers/data/example-set.ts';
import { constantImage, gaussianNoise, uniformNoise } from './made-images.ts';
import { scramblePhases } from './phase-scrambled.ts';
import { toShape } from './to-shape.ts';

export type OutlierRequest = {
  readonly source: Source;
  /** Training images of the task. */
  readonly train: ExampleSet;
  /** Training images of the dataset that a `dataset` source names. */
  readonly other: { readonly set: ExampleSet; readonly classes: readonly string[] } | undefined;
};

/** One outlier of the stream's choosing, as bytes in the task's shape; valid until the next is drawn. */
export type DrawOutlier = (random: Random) => Uint8Array;

/**
 * Outliers to train with: images of a training file, drawn with replacement, or made ones. What an evaluation of the
 * same source shows is drawn from test images and from other streams (docs/decisions/0021).
 */
export function openOutliers({ source, train, other }: OutlierRequest): DrawOutlier {
  switch (source.kind) {
    case 'dataset':
      return fromDataset(source, train, other);
    case 'gaussian-noise':
      return made(train, (image, random) => {
        gaussianNoise(image, source, random);
      });
    case 'uniform-noise':
      return made(train, uniformNoise);
    case 'constant':
      return made(train, (image, random) => {
        constantImage(image, train.shape[2], random);
      });
    case 'phase-scrambled':
      return (random) => scramblePhases(pixelsOf(train, drawn(train.indices, random)), train.shape, random);
    case 'held-out-classes':
      throw new BadInput(
        'Held-out classes are never trained on, so they cannot be outliers of a training.',
        'Take another source of outliers, or hold the classes out of another dataset.',
      );
  }
}

function made({ shape }: ExampleSet, draw: (image: Uint8Array, random: Random) => void): DrawOutlier {
  const image = new Uint8Array(shape[0] * shape[1] * shape[2]);
  return (random) => {
    draw(image, random);
    return image;
  };
}

function fromDataset(
  source: Extract<Source, { kind: 'dataset' }>,
  { shape }: ExampleSet,
  other: OutlierRequest['other'],
): DrawOutlier {
  if (other === undefined) throw new Error(`Outliers of ${source.name} need the import of that dataset.`);
  const { set, classes } = other;
  const excluded = new Set((source.exclude ?? []).map((name) => classes.indexOf(name)));
  const eligible = set.indices.filter((index) => !excluded.has(set.labels[index]!));
  if (eligible.length === 0)
    throw new BadInput(
      `All training images of ${source.name} are of classes that the task shows as well.`,
      'Exclude fewer classes, or take another source of outliers.',
    );
  const fitting = new Map<number, Uint8Array>();
  const fit = (index: number): Uint8Array => toShape(pixelsOf(set, index), set.shape, shape);
  const isFitting = shape.every((size, axis) => size === set.shape[axis]);
  return (random) => {
    const index = drawn(eligible, random);
    if (isFitting) return pixelsOf(set, index);
    const pixels = fitting.get(index) ?? fit(index);
    fitting.set(index, pixels);
    return pixels;
  };
}

const drawn = (indices: Uint32Array, random: Random): number => indices[random.nextInt(indices.length)]!;

/** The image at an index of the set's file. */
function pixelsOf({ shape, images }: ExampleSet, index: number): Uint8Array {
  const size = shape[0] * shape[1] * shape[2];
  return images.subarray(index * size, (index + 1) * size);
}
