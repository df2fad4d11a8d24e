import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectRefusal, idxFile, makeFolder } from '../../../tests/made-datasets.ts';
import { importDataset } from './import-dataset.ts';

const testImages = idxFile(
  2051,
  [5, 2, 3],
  Uint8Array.from({ length: 30 }, (_, index) => index),
);
const testLabels = idxFile(2049, [5], Uint8Array.of(0, 1, 2, 3, 9));
const test = { 't10k-images-idx3-ubyte': testImages, 't10k-labels-idx1-ubyte': testLabels };
const trainLabels = idxFile(2049, [1], Uint8Array.of(4));
const train = {
  'train-images-idx3-ubyte.gz': gzipSync(idxFile(2051, [1, 2, 3], Buffer.alloc(6, 77))),
  'train-labels-idx1-ubyte.gz': gzipSync(trainLabels),
};

describe('an MNIST folder', () => {
  it('is stored as it stands, gzip or plain', async () => {
    const libraryFolder = makeFolder();
    const path = makeFolder({ ...test, ...train });
    const { splits, shape, provenance } = await importDataset({ kind: 'mnist', path, libraryFolder });
    const read = (name: string | undefined): number[] => [
      ...readFileSync(join(libraryFolder, 'mnist', name ?? '')),
    ];
    expect(shape).toEqual([2, 3, 1]);
    expect(read(splits.test.images)).toEqual([...testImages.subarray(16)]);
    expect(read(splits.test.labels)).toEqual([0, 0, 1, 0, 2, 0, 3, 0, 9, 0]);
    expect(read(splits.train?.images)).toEqual([77, 77, 77, 77, 77, 77]);
    expect(provenance.notes).toEqual([]);
  });

  it('without training files gives every fifth image to the test split, and says so', async () => {
    const libraryFolder = makeFolder();
    const path = makeFolder(test);
    const { splits, provenance } = await importDataset({ kind: 'mnist', path, libraryFolder });
    const images = readFileSync(join(libraryFolder, 'mnist', splits.test.images));
    expect([...images]).toEqual([24, 25, 26, 27, 28, 29]);
    expect([splits.train?.count, splits.test.count]).toEqual([4, 1]);
    expect(splits.train?.classCounts).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect(provenance.notes.join()).toMatch(/no training file.*every fifth/);
  });

  const images = 't10k-images-idx3-ubyte';
  const labels = 't10k-labels-idx1-ubyte';
  const gzipped = gzipSync(
    idxFile(
      2051,
      [5, 20, 20],
      Uint8Array.from({ length: 2000 }, (_, i) => i * i),
    ),
  );
  it.each([
    [
      'a wrong magic number',
      { ...test, [images]: idxFile(2052, [5, 2, 3], Buffer.alloc(30)) },
      ['2051', '2052'],
    ],
    ['swapped files', { [images]: testLabels, [labels]: testImages }, [images, '2051', '2049', 'swapped']],
    ['missing bytes', { ...test, [images]: testImages.subarray(0, 40) }, [images, 'cut short', '46 bytes']],
    [
      'extra bytes',
      { ...test, [images]: Buffer.concat([testImages, Buffer.of(1)]) },
      [images, 'after the 46'],
    ],
    ['a stump of a header', { ...test, [images]: testImages.subarray(0, 9) }, [images, 'header']],
    ['a header of nothing', { ...test, [images]: idxFile(2051, [0, 2, 3], Buffer.alloc(0)) }, ['0 x 2 x 3']],
    [
      'a label out of range',
      { ...test, [labels]: idxFile(2049, [5], Buffer.of(0, 1, 10, 1, 1)) },
      ['item 2', '10'],
    ],
    [
      'another count of labels',
      { ...test, [labels]: idxFile(2049, [4], Buffer.alloc(4)) },
      ['5 images', '4 labels'],
    ],
    ['a missing half', { [images]: testImages }, [labels]],
    ['no MNIST files', { 'readme.txt': 'x' }, ['t10k-images-idx3-ubyte']],
    ['an empty file', { ...test, [images]: '' }, [`${images} is empty`]],
    [
      'a gzip file cut short',
      { ...test, [images]: gzipped.subarray(0, gzipped.length - 40) },
      ['gzip', 'cut short'],
    ],
    [
      'a damaged gzip file',
      {
        ...test,
        [images]: Buffer.concat([gzipped.subarray(0, 30), Buffer.alloc(60, 255), gzipped.subarray(90)]),
      },
      ['gzip', 'damaged'],
    ],
    [
      'a header that promises more than its gzip file can hold',
      { ...test, [images]: gzipSync(idxFile(2051, [9_000_000, 20, 20], Buffer.alloc(8))) },
      ['cut short', '3600000016 bytes'],
    ],
    [
      'a header that promises more than any dataset',
      { ...test, [images]: gzipSync(idxFile(2051, [4_000_000_000, 9999, 9999], Buffer.alloc(8))) },
      ['accepted'],
    ],
    [
      'images of two sizes',
      {
        ...test,
        ...train,
        'train-images-idx3-ubyte.gz': gzipSync(idxFile(2051, [1, 3, 3], Buffer.alloc(9))),
      },
      ['3 x 3', '2 x 3'],
    ],
  ])('is refused for %s, and the library stays as it was', async (_, files, words) => {
    await expectRefusal({ kind: 'mnist', path: makeFolder(files) }, words);
  });

  it('stops inflating a bomb at the first byte beyond what its header promises', async () => {
    const megabyte = Buffer.alloc(1 << 20);
    const bomb = gzipSync(Buffer.concat([testImages, ...Array.from({ length: 200 }, () => megabyte)]));
    const path = makeFolder({ ...test, [images]: bomb });
    const before = process.memoryUsage.rss();
    await expectRefusal({ kind: 'mnist', path }, ['bytes after the 46']);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * (1 << 20));
  });
});
