import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { expectRefusal, makeFolder, ppm } from '../../../tests/made-datasets.ts';
import { importDataset } from './import-dataset.ts';
import type { ImageSize } from './image-folder.ts';
import { sampleImages } from './sample-images.ts';

const redPixel = ppm(1, 1, [255, 0, 0]);
const bluePixel = ppm(1, 1, [0, 0, 255]);
const splitFiles = {
  'train/a/1.ppm': redPixel,
  'train/b/1.ppm': bluePixel,
  'test/a/1.ppm': ppm(1, 1, [200, 0, 0]),
  'test/b/1.ppm': ppm(1, 1, [0, 0, 200]),
};

async function imported(files: Record<string, Uint8Array | string>, size?: ImageSize) {
  const libraryFolder = makeFolder();
  const manifest = await importDataset({
    kind: 'images',
    path: makeFolder(files),
    name: 'mine',
    size,
    libraryFolder,
  });
  const read = (name: string): number[] => [...readFileSync(join(libraryFolder, 'mine', name))];
  const samples = await sampleImages(libraryFolder, manifest, 100);
  return { manifest, read, samples: samples.map(({ pixels, label }) => ({ label, pixels: [...pixels] })) };
}

const png = (width: number, height: number, rgb: readonly number[]): Promise<Buffer> =>
  sharp(Uint8Array.from(rgb), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

/** A PNG whose header promises far more pixels than its few bytes are worth. */
function pngBomb(side: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('an image folder', () => {
  it('keeps the split of its train and test folders', async () => {
    const { manifest, samples } = await imported(splitFiles);
    expect(manifest.classes).toEqual(['a', 'b']);
    expect(samples.toSorted((left, right) => (left.label < right.label ? -1 : 1))).toEqual([
      { label: 'a', pixels: [200, 0, 0] },
      { label: 'b', pixels: [0, 0, 200] },
    ]);
    expect(manifest.provenance.notes).toEqual([]);
  });

  it('without such folders gives every fifth image of each class to the test split, and says so', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `${index < 5 ? 'a' : 'b'}/${index}.ppm`,
        ppm(1, 1, [index, index, index]),
      ]),
    );
    const { manifest, samples } = await imported(files);
    expect(samples.map(({ pixels }) => pixels[0]).toSorted()).toEqual([4, 9]);
    expect(manifest.splits.train?.classCounts).toEqual([4, 4]);
    expect(manifest.provenance.notes.join()).toMatch(/every 5th/);
  });

  it('takes a class named train for a class', async () => {
    const names = ['bus', 'train'].flatMap((name) => [1, 2, 3, 4, 5].map((index) => `${name}/${index}.ppm`));
    const { manifest } = await imported(Object.fromEntries(names.map((name) => [name, redPixel])));
    expect(manifest.classes).toEqual(['bus', 'train']);
  });

  it('mixes the classes in an order that depends on the paths alone', async () => {
    const files = Object.fromEntries(
      ['a', 'b'].flatMap((name) =>
        Array.from({ length: 40 }, (_, index) => [
          `${name}/${index}.ppm`,
          name === 'a' ? redPixel : bluePixel,
        ]),
      ),
    );
    const { manifest, read } = await imported(files);
    const again = await imported(Object.fromEntries(Object.entries(files).reverse()));
    const labels = read(manifest.splits.test.labels).filter((_, index) => index % 2 === 0);
    expect(again.manifest.checksum).toBe(manifest.checksum);
    expect(new Set(labels.slice(0, 8)).size).toBe(2);
  });

  it('decodes PNG, JPEG and PPM to the same pixels', async () => {
    const grey = Array.from({ length: 8 * 8 * 3 }, () => 128);
    const jpeg = await sharp(Uint8Array.from(grey), { raw: { width: 8, height: 8, channels: 3 } })
      .jpeg({ quality: 100 })
      .toBuffer();
    const { samples } = await imported({
      'train/a/1.ppm': ppm(8, 8, grey),
      'train/b/1.png': await png(8, 8, grey),
      'test/a/1.JPG': jpeg,
      'test/b/1.png': await png(8, 8, grey),
    });
    for (const { pixels } of samples) expect(pixels).toEqual(grey);
  });

  it('has one channel when all images are grey, and three when one is not', async () => {
    const greyPng = await sharp(Uint8Array.of(50), { raw: { width: 1, height: 1, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const pgm = Buffer.from('P5 1 1 255\n2');
    const grey = await imported({
      'train/a/1.pgm': pgm,
      'train/b/1.png': greyPng,
      'test/a/1.pgm': pgm,
      'test/b/1.png': greyPng,
    });
    const colour = await imported({ ...splitFiles, 'test/a/1.pgm': pgm, 'train/a/2.png': greyPng });
    expect(grey.manifest.shape).toEqual([1, 1, 1]);
    expect(grey.samples.map(({ pixels }) => pixels[0]).toSorted()).toEqual([50, 50]);
    expect(colour.manifest.shape).toEqual([1, 1, 3]);
    expect(colour.samples).toContainEqual({ label: 'a', pixels: [50, 50, 50] });
    expect(colour.manifest.provenance.notes.join()).toMatch(/2 images were grey/);
  });

  it('turns an image upright as its camera says', async () => {
    const row = await sharp(Uint8Array.of(255, 0, 0, 0, 0, 255), {
      raw: { width: 2, height: 1, channels: 3 },
    })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const column = await png(1, 2, [255, 0, 0, 0, 0, 255]);
    const { manifest, samples } = await imported({
      'train/a/1.png': column,
      'train/b/1.png': column,
      'test/a/1.png': row,
    });
    expect(manifest.shape).toEqual([2, 1, 3]);
    expect(samples).toEqual([{ label: 'a', pixels: [255, 0, 0, 0, 0, 255] }]);
  });

  it('drops transparency and keeps the colour below it', async () => {
    const clear = await sharp(Uint8Array.of(9, 8, 7, 0), { raw: { width: 1, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { samples } = await imported({ ...splitFiles, 'test/a/1.png': clear });
    expect(samples).toContainEqual({ label: 'a', pixels: [9, 8, 7] });
  });

  it('resizes bilinearly to a given size', async () => {
    const edge = ppm(2, 1, [0, 0, 0, 200, 200, 200]);
    const { manifest, samples } = await imported(
      { ...splitFiles, 'test/a/1.ppm': edge },
      { height: 2, width: 4 },
    );
    const [first] = samples.filter(({ label }) => label === 'a');
    const row = [0, 3, 6, 9].map((at) => first?.pixels[at]);
    expect(manifest.shape).toEqual([2, 4, 3]);
    expect(row).toEqual([0, 50, 150, 200]);
    expect(manifest.provenance.notes.join()).toMatch(/4 images were resized bilinearly/);
  });

  it('says what it left out', async () => {
    const { manifest } = await imported({ ...splitFiles, 'train/a/notes.csv': 'x', 'val/a/1.ppm': redPixel });
    expect(manifest.provenance.notes.join()).toMatch(/2 files or folders .* left out/);
  });

  it.each([
    [
      'mixed sizes',
      { ...splitFiles, 'train/b/2.ppm': ppm(2, 1, [1, 2, 3, 4, 5, 6]) },
      ['2 x 1', '1 x 1', '--size'],
    ],
    ['an empty image', { ...splitFiles, 'train/b/2.ppm': '' }, ['2.ppm is empty']],
    [
      'an image cut short',
      { ...splitFiles, 'test/a/1.ppm': 'P6 1 1 255\nab' },
      ['1.ppm is cut short', '3 bytes'],
    ],
    ['a class without images', { ...splitFiles, 'train/c/readme.txt': 'x' }, [/[/\\]c should hold images/]],
    ['a test class that is not trained', { ...splitFiles, 'test/c/1.ppm': redPixel }, ['does not have']],
    ['a missing test folder', { 'train/a/1.ppm': redPixel, 'train/b/1.ppm': redPixel }, ['no test/']],
    ['one class', { 'a/1.ppm': redPixel }, ['2 to 1000 classes, got 1']],
    ['an empty folder', {}, ['classes, got 0']],
    ['too few images to split', { 'a/1.ppm': redPixel, 'b/1.ppm': redPixel }, ['class a has 1 images', '5']],
    ['text under an image name', { ...splitFiles, 'train/b/2.png': 'hello' }, ['2.png is neither']],
    ['a bomb', { ...splitFiles, 'train/b/2.png': pngBomb(30_000) }, ['30000 x 30000', 'accepted']],
    [
      'a damaged PNG',
      { ...splitFiles, 'train/b/2.png': pngBomb(1).subarray(0, 20) },
      ['2.png cannot be decoded'],
    ],
  ])('is refused for %s, and the library stays as it was', async (_, files, words) => {
    await expectRefusal({ kind: 'images', path: makeFolder(files), name: 'mine' }, words);
  });

  it('is refused when a PNG breaks off in the middle of its pixels', async () => {
    const whole = await sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 99, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    const files = Object.fromEntries(
      ['train/a/1.png', 'train/b/1.png', 'test/a/1.png'].map((name) => [name, whole]),
    );
    const path = makeFolder({ ...files, 'test/b/1.png': whole.subarray(0, whole.length / 2) });
    await expectRefusal({ kind: 'images', path, name: 'mine' }, ['test', '1.png cannot be decoded']);
  });
});
