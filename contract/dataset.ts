import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const imageShapeSchema = z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]);

/** One file pair of a dataset: images as bytes [count, height, width, channels], labels as one or two bytes each. */
const datasetSplitSchema = z.strictObject({
  count: z.int().positive(),
  images: z.string(),
  labels: z.string(),
  /** sha256 over the image bytes, then the label bytes. */
  sha256,
  classCounts: z.array(z.int().min(0)),
});

/**
 * `manifest.json` of a dataset in the library. Images are stored decoded: bytes [count, height, width, channels],
 * pixel / 255 is the input; labels are uint16, little-endian. Its checksum is the key by which recipes name it.
 */
export const datasetManifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  title: z.string(),
  shape: imageShapeSchema,
  classes: z.array(z.string()).min(2).max(1000),
  splits: z.strictObject({ train: datasetSplitSchema.optional(), test: datasetSplitSchema }),
  /** What training may do to an image: a property of the dataset (no flips for digits and signs). */
  augmentation: z.enum(['crop-flip', 'crop', 'none']),
  /** Names of classes in other datasets that show the same things; excluded when that dataset serves as outliers. */
  overlaps: z.record(z.string(), z.array(z.string())).default({}),
  provenance: z.strictObject({
    source: z.string(),
    licence: z.string(),
    importedFrom: z.string(),
    /** What someone who quotes numbers on these images must know: a split made here, files that were missing. */
    notes: z.array(z.string()).default([]),
  }),
  /** sha256 over shape, classes and the splits' checksums, as canonical JSON. */
  checksum: sha256,
});
export type DatasetManifest = z.output<typeof datasetManifestSchema>;
export type DatasetSplit = z.output<typeof datasetSplitSchema>;

const selection = {
  /** Training images used; left out: all that validation leaves. */
  train: z.int().positive().optional(),
  /** Images held out of the training file for choosing anything; never part of the test set. */
  validation: z.int().min(0).default(500),
};
/** Classes that the task does not know: their images are neither trained on nor classified, but may serve as a source. */
const heldOut = z.array(z.string()).min(1).max(998).optional();

/** The dataset of a study. A bare name means all its images. `glyphs` is generated, any size, seeded. */
const datasetChoiceObject = z.union([
  z.strictObject({
    name: z.literal('glyphs'),
    train: z.int().positive().max(1_000_000).default(4000),
    validation: z.int().min(0).max(100_000).default(500),
    test: z.int().positive().max(100_000).default(1000),
    /** Seed of the generator, apart from the runs' seeds: every run sees the same images. */
    seed: z.int().min(0).max(0xffff_ffff).default(0),
    heldOut,
  }),
  z.strictObject({ name: z.string().regex(/^(?!glyphs$)[a-z0-9][a-z0-9._-]{0,63}$/), ...selection, heldOut }),
]);
export const datasetChoiceSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  datasetChoiceObject,
);
export type DatasetChoice = z.output<typeof datasetChoiceSchema>;

/** A dataset with nothing left open: what an `import` stage's recipe holds. */
export const resolvedDatasetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('glyphs'),
    train: z.int().positive(),
    validation: z.int().min(0),
    test: z.int().positive(),
    seed: z.int().min(0),
    heldOut,
  }),
  z.strictObject({
    kind: z.literal('library'),
    name: z.string(),
    /** The manifest's checksum: a dataset imported again with other bytes is another recipe. */
    checksum: sha256,
    train: z.int().positive(),
    validation: z.int().min(0),
    heldOut,
  }),
]);
export type ResolvedDataset = z.output<typeof resolvedDatasetSchema>;

/** What planning must know of a dataset. */
export type DatasetFacts = {
  readonly name: string;
  readonly checksum: string;
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  /** From the manifest: classes of other datasets that show what a class of this one shows. */
  readonly overlaps?: Readonly<Record<string, readonly string[]>>;
};

/**
 * `split.json`, the artifact of an `import` stage: which images a run trains on, chooses with and is tested on.
 * `folder` is where the dataset's files lie, relative to the workspace; indices are uint32 files beside `split.json`.
 */
export const splitManifestSchema = z.strictObject({
  version: z.literal(1),
  folder: z.string(),
  manifest: datasetManifestSchema,
  splits: z.strictObject({
    train: z.strictObject({ of: z.enum(['train', 'test']), indices: z.string(), count: z.int().positive() }),
    validation: z.strictObject({ of: z.enum(['train', 'test']), indices: z.string(), count: z.int().min(0) }),
    test: z.strictObject({ of: z.enum(['train', 'test']), indices: z.string(), count: z.int().positive() }),
    /** Test images of the classes that the task does not know; where it holds some out. */
    heldOut: z
      .strictObject({ of: z.enum(['train', 'test']), indices: z.string(), count: z.int().min(0) })
      .optional(),
  }),
  /** Classes that the task does not know. Its labels count the others, in the manifest's order. */
  heldOut,
});
export type SplitManifest = z.output<typeof splitManifestSchema>;
