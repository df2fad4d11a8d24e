import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectFile, openBytes } from './byte-reader.ts';
import type { DatasetSource, ExampleBlock, SplitSource } from './dataset-source.ts';
import { fileError, ImportError } from './import-error.ts';

const side = 32;
const plane = side * side;
/** One label byte, then the planes red, green and blue, each row by row. */
const recordBytes = 1 + 3 * plane;
const blockRecords = 500;
const officialRecords = 10_000;
const again = 'Take the file from the binary version of CIFAR-10 again.';

const officialClasses = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

type RecordFile = { readonly file: string; readonly records: number };

/** CIFAR-10, binary version (Krizhevsky 2009): data_batch_<n>.bin, as many as there are, and test_batch.bin. */
export async function openCifar10(path: string): Promise<DatasetSource> {
  const folder = await batchFolder(path);
  const names = await readdir(folder);
  const batches = names.filter((name) => /^data_batch_[1-9]\d*\.bin$/.test(name)).sort(byNumber);
  if (batches.length === 0) throw missing(folder, 'data_batch_1.bin', 'training images');
  if (!names.includes('test_batch.bin')) throw missing(folder, 'test_batch.bin', 'the test images');
  const train = await Promise.all(batches.map((name) => inspectRecords(join(folder, name))));
  const test = await inspectRecords(join(folder, 'test_batch.bin'));
  return {
    title: 'CIFAR-10',
    shape: [side, side, 3],
    classes: await readClasses(folder, names),
    augmentation: 'crop-flip',
    provenance: {
      source:
        'files in the layout of the CIFAR-10 binary version (Krizhevsky 2009); that they are the official ones was not checked',
      licence: 'none stated by the authors',
      notes: notesOn(train, test),
    },
    train: splitOf(train),
    test: splitOf([test]),
  };
}

/** The folder itself, or the one that the official archive unpacks to. */
async function batchFolder(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (!found.isDirectory())
    throw new ImportError(
      `${path} is a file where the folder of data_batch_*.bin was expected.`,
      'Unpack the archive and give the folder.',
    );
  const unpacked = join(path, 'cifar-10-batches-bin');
  return (await stat(unpacked).catch(() => undefined))?.isDirectory() === true ? unpacked : path;
}

async function inspectRecords(file: string): Promise<RecordFile> {
  const { bytes } = await inspectFile(file);
  const rest = bytes % recordBytes;
  if (rest === 0) return { file, records: bytes / recordBytes };
  throw new ImportError(
    `${file} should hold whole records of ${recordBytes} bytes, and its ${bytes} bytes leave ${rest} over: ` +
      'it is cut short or has extra bytes.',
    again,
  );
}

async function readClasses(folder: string, names: readonly string[]): Promise<string[]> {
  if (!names.includes('batches.meta.txt')) return officialClasses;
  const file = join(folder, 'batches.meta.txt');
  await inspectFile(file);
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const classes = lines.filter((line) => line !== '');
  if (classes.length === officialClasses.length && new Set(classes).size === classes.length) return classes;
  throw new ImportError(`${file} should name 10 different classes, got ${classes.length} lines.`, again);
}

const splitOf = (files: readonly RecordFile[]): SplitSource => ({
  count: files.reduce((sum, { records }) => sum + records, 0),
  blocks: async function* () {
    for (const file of files) yield* recordBlocks(file);
  },
});

async function* recordBlocks({ file, records }: RecordFile): AsyncGenerator<ExampleBlock> {
  const reader = await openBytes(file);
  try {
    for (let from = 0; from < records; from += blockRecords) {
      const count = Math.min(blockRecords, records - from);
      const bytes = await reader.take(count * recordBytes);
      if (bytes.length < count * recordBytes)
        throw new ImportError(`${file} became shorter while read.`, again);
      yield decodeRecords(bytes, file, from);
    }
  } finally {
    await reader.close();
  }
}

function decodeRecords(bytes: Uint8Array, file: string, from: number): ExampleBlock {
  const count = bytes.length / recordBytes;
  const pixels = new Uint8Array(count * 3 * plane);
  const labels = new Uint16Array(count);
  for (let record = 0; record < count; record++) {
    const start = record * recordBytes;
    const label = bytes[start] ?? 0;
    if (label >= officialClasses.length)
      throw new ImportError(
        `${file} has label ${label} in record ${from + record}, at byte ${from * recordBytes + start}; 0 to 9 was expected.`,
        again,
      );
    labels[record] = label;
    interleavePlanes(bytes.subarray(start + 1, start + recordBytes), pixels, record * 3 * plane);
  }
  return { pixels, labels };
}

/** Channel planes to pixels: [channels, height, width] to [height, width, channels]. */
function interleavePlanes(planes: Uint8Array, pixels: Uint8Array, at: number): void {
  for (let channel = 0; channel < 3; channel++)
    for (let index = 0; index < plane; index++)
      pixels[at + index * 3 + channel] = planes[channel * plane + index] ?? 0;
}

function notesOn(train: readonly RecordFile[], test: RecordFile): string[] {
  const count = train.reduce((sum, { records }) => sum + records, 0);
  const notes: string[] = [];
  if (count !== 5 * officialRecords)
    notes.push(`${count.toLocaleString('en')} of the 50,000 official training images were present.`);
  if (test.records !== officialRecords)
    notes.push(`${test.records.toLocaleString('en')} of the 10,000 official test images were present.`);
  return notes;
}

const byNumber = (left: string, right: string): number => batchNumber(left) - batchNumber(right);
const batchNumber = (name: string): number => Number.parseInt(name.slice('data_batch_'.length), 10);

const missing = (folder: string, name: string, what: string): ImportError =>
  new ImportError(
    `${folder} should hold ${name} with ${what}, and does not.`,
    'Give the folder of the binary version of CIFAR-10 (not the python or matlab one).',
  );
