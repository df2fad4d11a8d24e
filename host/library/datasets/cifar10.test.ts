import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cifarRecord, expectRefusal, makeFolder } from '../../../tests/made-datasets.ts';
import { importDataset } from './import-dataset.ts';

const record = cifarRecord(3, [10, 20, 30]);
const good = { 'data_batch_1.bin': record, 'test_batch.bin': cifarRecord(9, [1, 2, 3]) };

describe('a CIFAR-10 folder', () => {
  it('is stored pixel by pixel, its batches in the order of their numbers', async () => {
    const path = makeFolder({
      ...good,
      'data_batch_10.bin': cifarRecord(1, [7, 8, 9]),
      'data_batch_2.bin': Buffer.concat([cifarRecord(0, [4, 5, 6]), record]),
    });
    const libraryFolder = makeFolder();
    const { splits, shape } = await importDataset({ kind: 'cifar10', path, libraryFolder });
    const images = readFileSync(join(libraryFolder, 'cifar10', splits.train?.images ?? ''));
    const labels = readFileSync(join(libraryFolder, 'cifar10', splits.train?.labels ?? ''));
    expect(shape).toEqual([32, 32, 3]);
    expect([...labels]).toEqual([3, 0, 0, 0, 3, 0, 1, 0]);
    expect([...images.subarray(0, 6)]).toEqual([10, 20, 30, 10, 20, 30]);
    expect([...images.subarray(3 * 3072)]).toEqual(Array.from({ length: 1024 }, () => [7, 8, 9]).flat());
    expect(splits.train?.classCounts).toEqual([1, 1, 0, 2, 0, 0, 0, 0, 0, 0]);
  });

  it('turns planes into pixels at the same place', async () => {
    const planes = Buffer.alloc(3073);
    planes[1 + 1024 * 2 + 32 * 5 + 7] = 200;
    const path = makeFolder({ ...good, 'test_batch.bin': planes });
    const libraryFolder = makeFolder();
    const { splits } = await importDataset({ kind: 'cifar10', path, libraryFolder });
    const images = readFileSync(join(libraryFolder, 'cifar10', splits.test.images));
    expect(images.indexOf(200)).toBe((5 * 32 + 7) * 3 + 2);
  });

  it('names its classes by batches.meta.txt, and says when the set is not whole', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const path = makeFolder({ ...good, 'batches.meta.txt': `${names.join('\n')}\n\n` });
    const manifest = await importDataset({ kind: 'cifar10', path, libraryFolder: makeFolder() });
    expect(manifest.classes).toEqual(names);
    expect(manifest.provenance.notes.join(' ')).toMatch(/1 of the 50,000.* 1 of the 10,000/);
  });

  it.each([
    ['a file cut short', { ...good, 'data_batch_1.bin': record.subarray(0, 3000) }, ['data_batch_1', '3073']],
    [
      'extra bytes',
      { ...good, 'test_batch.bin': Buffer.concat([record, record, Buffer.alloc(5)]) },
      ['5 over'],
    ],
    [
      'a label out of range',
      { ...good, 'data_batch_1.bin': Buffer.concat([record, cifarRecord(10, [0, 0, 0])]) },
      ['data_batch_1', 'label 10 in record 1', 'byte 3073', '0 to 9'],
    ],
    ['an empty file', { ...good, 'test_batch.bin': '' }, ['test_batch.bin is empty']],
    ['a missing test batch', { 'data_batch_1.bin': record }, ['test_batch.bin', 'binary version']],
    ['a folder without training files', { 'test_batch.bin': record }, ['data_batch_1.bin']],
    [
      'too few class names',
      { ...good, 'batches.meta.txt': 'cat\ndog\n' },
      ['batches.meta.txt', '10', 'got 2'],
    ],
  ])('is refused for %s, and the library stays as it was', async (_, files, words) => {
    await expectRefusal({ kind: 'cifar10', path: makeFolder(files) }, words);
  });

  it('is refused when it is an archive or not there', async () => {
    const folder = makeFolder({ 'cifar-10-binary.tar.gz': 'x' });
    await expectRefusal({ kind: 'cifar10', path: join(folder, 'cifar-10-binary.tar.gz') }, ['Unpack']);
    await expectRefusal({ kind: 'cifar10', path: join(folder, 'nowhere') }, ['nowhere does not exist']);
  });
});
