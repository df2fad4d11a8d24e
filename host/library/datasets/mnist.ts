import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSource, ExampleBlock, SplitSource } from './dataset-source.ts';
import { idxBlocks, inspectIdx, itemBytesOf } from './idx-file.ts';
import type { IdxFile } from './idx-file.ts';
import { fileError, ImportError } from './import-error.ts';

const blockBytes = 1 << 22;
const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Where there is no training file: one image in so many, the last of each group, is a test image. */
const oneTestIn = 5;

type Pair = { readonly images: IdxFile; readonly labels: IdxFile; readonly count: number };
type Part = 'train' | 't10k';

/** MNIST in IDX files, gzip or plain; also what was published in the same form (Fashion-MNIST, KMNIST). */
export async function openMnist(folder: string): Promise<DatasetSource> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const test = await openPair(folder, names, 't10k');
  if (test === undefined)
    throw new ImportError(
      `${folder} should hold t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (.gz or not), and does not.`,
      'Give the folder that holds the MNIST files.',
    );
  const train = await openPair(folder, names, 'train');
  const [, height = 0, width = 0] = test.images.sizes;
  if (train !== undefined) assertSameSize(train, test);
  return {
    title: 'MNIST',
    shape: [height, width, 1],
    classes,
    augmentation: 'none',
    provenance: {
      source: 'IDX files of MNIST form: LeCun, Cortes, Burges, The MNIST database of handwritten digits',
      licence: 'none stated in the files',
      notes: train === undefined ? [splitNote(test.count)] : [],
    },
    ...(train === undefined ? splitTestFile(test) : { train: wholeOf(train), test: wholeOf(test) }),
  };
}

async function openPair(folder: string, names: readonly string[], part: Part): Promise<Pair | undefined> {
  const imageFile = await findFile(folder, names, `${part}-images[-.]idx3-ubyte`);
  const labelFile = await findFile(folder, names, `${part}-labels[-.]idx1-ubyte`);
  if (imageFile === undefined && labelFile === undefined) return undefined;
  if (imageFile === undefined) throw missingHalf(folder, `${part}-images-idx3-ubyte`);
  if (labelFile === undefined) throw missingHalf(folder, `${part}-labels-idx1-ubyte`);
  const images = await inspectIdx(imageFile, 3);
  const labels = await inspectIdx(labelFile, 1);
  const count = images.sizes[0] ?? 0;
  if (count === labels.sizes[0]) return { images, labels, count };
  throw new ImportError(
    `${imageFile} holds ${count} images and ${labelFile} holds ${labels.sizes[0]} labels; as many were expected.`,
    'Take both files from the same source.',
  );
}

/** The plain file where both forms are there. */
async function findFile(folder: string, names: readonly string[], form: string): Promise<string | undefined> {
  const pattern = new RegExp(`^${form}(\\.gz)?$`);
  for (const name of names.filter((name) => pattern.test(name)).sort())
    if ((await stat(join(folder, name))).isFile()) return join(folder, name);
  return undefined;
}

function assertSameSize(train: Pair, test: Pair): void {
  const [left, right] = [train, test].map(({ images }) => images.sizes.slice(1).join(' x '));
  if (left !== right)
    throw new ImportError(
      `${train.images.file} holds images of ${left} pixels and ${test.images.file} of ${right}.`,
      'Take both files from the same source.',
    );
}

const wholeOf = (pair: Pair): SplitSource => ({ count: pair.count, blocks: () => examplesOf(pair) });

function splitTestFile(pair: Pair): { train: SplitSource; test: SplitSource } {
  const testCount = Math.floor(pair.count / oneTestIn);
  if (testCount === 0)
    throw new ImportError(
      `${pair.images.file} holds ${pair.count} images, too few to split ${oneTestIn} to 1 into training and test images.`,
      'Add the train-* files.',
    );
  const isTest = (index: number): boolean => index % oneTestIn === oneTestIn - 1;
  return {
    train: { count: pair.count - testCount, blocks: () => chosen(pair, (index) => !isTest(index)) },
    test: { count: testCount, blocks: () => chosen(pair, isTest) },
  };
}

const splitNote = (count: number): string => {
  const test = Math.floor(count / oneTestIn);
  return (
    `There was no training file: of the ${count.toLocaleString('en')} images of the test file every fifth became a ` +
    `test image (${test.toLocaleString('en')}) and the others training images ` +
    `(${(count - test).toLocaleString('en')}). One writer's digits may lie on both sides; results on this split ` +
    'are not results on the official one.'
  );
};

async function* examplesOf({ images, labels }: Pair): AsyncGenerator<ExampleBlock> {
  const perBlock = Math.max(1, Math.floor(blockBytes / itemBytesOf(images.sizes)));
  const labelBlocks = idxBlocks(labels, perBlock);
  let from = 0;
  for await (const pixels of idxBlocks(images, perBlock)) {
    const block = await labelBlocks.next();
    const bytes = block.done === true ? Buffer.alloc(0) : block.value;
    assertDigits(bytes, labels.file, from);
    from += bytes.length;
    yield { pixels: Uint8Array.from(pixels), labels: Uint16Array.from(bytes) };
  }
  // Runs the label file to its end as well, where extra bytes would show.
  await labelBlocks.next();
}

function assertDigits(labels: Uint8Array, file: string, from: number): void {
  const wrong = labels.findIndex((label) => label >= classes.length);
  if (wrong === -1) return;
  throw new ImportError(
    `${file} gives item ${from + wrong} the label ${labels[wrong]}; 0 to ${classes.length - 1} was expected.`,
    'Copy it from its source again; for other alphabets import an image folder.',
  );
}

async function* chosen(pair: Pair, isChosen: (index: number) => boolean): AsyncGenerator<ExampleBlock> {
  let from = 0;
  for await (const { pixels, labels } of examplesOf(pair)) {
    const imageBytes = pixels.length / labels.length;
    const kept = Array.from(labels.keys()).filter((index) => isChosen(from + index));
    from += labels.length;
    const keptPixels = new Uint8Array(kept.length * imageBytes);
    kept.forEach((index, at) => {
      keptPixels.set(pixels.subarray(index * imageBytes, (index + 1) * imageBytes), at * imageBytes);
    });
    yield { pixels: keptPixels, labels: Uint16Array.from(kept, (index) => labels[index] ?? 0) };
  }
}

const missingHalf = (folder: string, name: string): ImportError =>
  new ImportError(`${folder} has the other half of ${name}, but not ${name} itself (.gz or not).`, 'Add it.');
