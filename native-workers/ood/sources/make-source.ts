import { noClass } from '#contract/outcomes.ts';
import type { OpenWorld } from '#contract/open-world.ts';
import type { Source } from '#contract/source.ts';
import { createRandom } from '#workers/array/random.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import type { ExampleSet } from '#workers/data/example-set.ts';
import { constantImage, gaussianNoise, uniformNoise } from './made-images.ts';
import { scramblePhases } from './phase-scrambled.ts';
import { toShape } from './to-shape.ts';
import type { SourceInputs } from './source-inputs.ts';

export type SourceRequest = {
  readonly source: OpenWorld['source'];
  /** How many inputs are wanted; there may be fewer. */
  readonly examples: number;
  /** Test images of the task. */
  readonly test: ExampleSet;
  /** Test images of the classes that the task holds out. */
  readonly heldOut: ExampleSet | undefined;
  /** Test images of the dataset that a `dataset` source names. */
  readonly other: { readonly set: ExampleSet; readonly classes: readonly string[] } | undefined;
};

/**
 * The first inputs of a source, in the task's shape. Input i depends on the source alone: not on how many are wanted,
 * nor on the run's seed, so that every run is shown the same ones.
 */
export function makeSource(request: SourceRequest): SourceInputs {
  const { source, examples, test, heldOut } = request;
  if (source === 'in-distribution') return chosenFrom(test, test.indices, examples);
  switch (source.kind) {
    case 'dataset':
      return fromDataset(source, request);
    case 'gaussian-noise':
      return made(request, (image, random) => {
        gaussianNoise(image, source, random);
      });
    case 'uniform-noise':
      return made(request, uniformNoise);
    case 'constant':
      return made(request, (image, random) => {
        constantImage(image, test.shape[2], random);
      });
    case 'phase-scrambled':
      return scrambledFrom(chosenFrom(test, test.indices, examples));
    case 'held-out-classes':
      if (heldOut === undefined)
        throw new BadInput(
          'The task holds no classes out, so they cannot be a source.',
          'Name some in the study: dataset: { heldOut: [...] }.',
        );
      return ofNoClass(chosenFrom(heldOut, heldOut.indices, examples));
  }
}

/** Of all sources; raising algorithmVersions.evaluate goes with changing it. */
const sourceSeed = 0;

/** In one fixed random order: files are often sorted by class. */
function chosenFrom(set: ExampleSet, eligible: Uint32Array, examples: number): SourceInputs {
  const order = createRandom(sourceSeed, 'source order').permutation(eligible.length);
  const exampleIds = order.slice(0, examples).map((place) => eligible[place]!);
  return { set: { ...set, indices: exampleIds }, exampleIds };
}

function fromDataset(
  source: Extract<Source, { kind: 'dataset' }>,
  { examples, other, test }: SourceRequest,
): SourceInputs {
  if (other === undefined) throw new Error(`The source ${source.name} needs the import of its dataset.`);
  const excluded = new Set((source.exclude ?? []).map((name) => other.classes.indexOf(name)));
  const eligible = other.set.indices.filter((index) => !excluded.has(other.set.labels[index]!));
  if (eligible.length === 0)
    throw new BadInput(
      `All test images of ${source.name} are of classes that the task shows as well.`,
      'Exclude fewer classes, or take another source.',
    );
  const chosen = chosenFrom(other.set, eligible, examples);
  return rowsOf(test, chosen.exampleIds, (row) =>
    toShape(pixelsOf(chosen.set, row), other.set.shape, test.shape),
  );
}

function scrambledFrom({ set, exampleIds }: SourceInputs): SourceInputs {
  return rowsOf(set, exampleIds, (row) =>
    scramblePhases(pixelsOf(set, row), set.shape, createRandom(sourceSeed, 'phases', exampleIds[row]!)),
  );
}

function made(
  { source, examples, test }: SourceRequest,
  draw: (image: Uint8Array, random: ReturnType<typeof createRandom>) => void,
): SourceInputs {
  const kind = source === 'in-distribution' ? source : source.kind;
  const exampleIds = Uint32Array.from({ length: examples }, (_, i) => i);
  const size = test.shape[0] * test.shape[1] * test.shape[2];
  return rowsOf(test, exampleIds, (row) => {
    const image = new Uint8Array(size);
    draw(image, createRandom(sourceSeed, kind, row));
    return image;
  });
}

/** As many images as there are ids, in the shape of `like`. */
function rowsOf(
  like: Pick<ExampleSet, 'shape'>,
  exampleIds: Uint32Array,
  imageOf: (row: number) => Uint8Array,
): SourceInputs {
  const { shape } = like;
  const size = shape[0] * shape[1] * shape[2];
  const images = new Uint8Array(exampleIds.length * size);
  for (const row of exampleIds.keys()) images.set(imageOf(row), row * size);
  const indices = Uint32Array.from(exampleIds, (_, row) => row);
  return {
    set: { shape, images, labels: new Uint16Array(exampleIds.length).fill(noClass), indices },
    exampleIds,
  };
}

const ofNoClass = ({ set, exampleIds }: SourceInputs): SourceInputs => ({
  set: { ...set, labels: new Uint16Array(set.labels.length).fill(noClass) },
  exampleIds,
});

function pixelsOf({ shape, images, indices }: ExampleSet, row: number): Uint8Array {
  const size = shape[0] * shape[1] * shape[2];
  return images.subarray(indices[row]! * size, (indices[row]! + 1) * size);
}
