import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../../tests/made-datasets.ts';
import { absent, sharedPath } from '../../../tests/shared-data.ts';
import { importDataset } from './import-dataset.ts';
import { decodePpm } from './ppm.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const cifar10 = sharedPath('data', 'cifar10');
const mnist = sharedPath('data', 'mnist');
const gtsrb = sharedPath('data', 'gtsrb');

describe('the real files', () => {
  it.skipIf(cifar10 === undefined)(
    `CIFAR-10: records rebuilt from the library have the published checksum${absent('data', 'cifar10')}`,
    async () => {
      const libraryFolder = makeFolder();
      const { splits } = await importDataset({ kind: 'cifar10', path: cifar10 ?? '', libraryFolder });
      const images = readFileSync(join(libraryFolder, 'cifar10', splits.test.images));
      const labels = readFileSync(join(libraryFolder, 'cifar10', splits.test.labels));
      const records = Buffer.alloc(splits.test.count * 3073);
      for (let index = 0; index < splits.test.count; index++) {
        records[index * 3073] = labels.readUInt16LE(index * 2);
        for (let at = 0; at < 3072; at++)
          records[index * 3073 + 1 + (at % 3) * 1024 + Math.floor(at / 3)] = images[index * 3072 + at] ?? 0;
      }
      expect(sha256(records)).toBe('04f678140f6c19922ac2cd6173508c3ff0dcb7f932804c755f677b00c33bd949');
      expect(splits.train?.classCounts).toEqual(Array.from({ length: 10 }, () => 2000));
    },
  );

  it.skipIf(mnist === undefined)(
    `MNIST: the digits occur as often as published, test and training images together${absent('data', 'mnist')}`,
    async () => {
      const { splits } = await importDataset({
        kind: 'mnist',
        path: mnist ?? '',
        libraryFolder: makeFolder(),
      });
      const counts = splits.test.classCounts.map(
        (count, digit) => count + (splits.train?.classCounts[digit] ?? 0),
      );
      expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      expect([splits.train?.count, splits.test.count]).toEqual([8000, 2000]);
    },
  );

  it.skipIf(gtsrb === undefined)(
    `GTSRB: every sign is there, and the first is its file's pixels${absent('data', 'gtsrb')}`,
    async () => {
      const libraryFolder = makeFolder();
      const { splits, shape, classes } = await importDataset({
        kind: 'images',
        path: gtsrb ?? '',
        libraryFolder,
      });
      const images = readFileSync(join(libraryFolder, 'gtsrb', splits.train?.images ?? ''));
      const { pixels } = decodePpm(readFileSync(join(gtsrb ?? '', 'train', '00000', '00000_00003.ppm')));
      expect([splits.train?.count, splits.test.count]).toEqual([7322, 1044]);
      expect([shape, classes.length]).toEqual([[32, 32, 3], 43]);
      expect(images.indexOf(pixels) % 3072).toBe(0);
    },
  );
});
