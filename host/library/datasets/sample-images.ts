import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetManifest } from '#contract/dataset.ts';
import { datasetFolder } from './manifest.ts';

/** One stored image: bytes [height, width, channels] and its class. */
export type SampleImage = { readonly pixels: Uint8Array; readonly label: string };

/** The first `count` test images. */
export async function sampleImages(
  libraryFolder: string,
  manifest: DatasetManifest,
  count: number,
): Promise<SampleImage[]> {
  const [height, width, channels] = manifest.shape;
  const imageBytes = height * width * channels;
  const { test } = manifest.splits;
  const taken = Math.min(count, test.count);
  const folder = datasetFolder(libraryFolder, manifest.name);
  const pixels = await readStart(join(folder, test.images), taken * imageBytes);
  const labels = await readStart(join(folder, test.labels), taken * 2);
  return Array.from({ length: taken }, (_, index) => ({
    pixels: pixels.subarray(index * imageBytes, (index + 1) * imageBytes),
    label: manifest.classes[labels.readUInt16LE(index * 2)] ?? '',
  }));
}

async function readStart(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer;
  } finally {
    await handle.close();
  }
}
