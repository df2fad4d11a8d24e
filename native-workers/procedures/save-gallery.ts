import { join } from 'node:path';
import { serializeSafetensors, type StoredArray } from '#workers/array/safetensors.ts';
import type { ExampleSet } from '#workers/data/example-set.ts';
import { joined } from './evaluation-state.ts';
import { chooseGallery, type GalleryEntry } from './gallery.ts';
import { saveFile } from './save-file.ts';

/**
 * Writes `examples.safetensors`, some attacked images for people to look at, and says how many bytes it took.
 * `examples` in it name the images: indices within the test file, or within their source.
 */
export async function saveGallery(
  { folder }: { readonly folder: string },
  gallery: {
    readonly set: ExampleSet;
    /** By place within the evaluation; left out: the set's indices. */
    readonly exampleIds?: Uint32Array;
    readonly candidates: readonly GalleryEntry[];
    readonly metadata: Readonly<Record<string, string>>;
  },
): Promise<number> {
  const { set, candidates, metadata } = gallery;
  const exampleIds = gallery.exampleIds ?? set.indices;
  const entries = chooseGallery(candidates);
  const shape = [entries.length, ...set.shape];
  const size = set.shape[0] * set.shape[1] * set.shape[2];
  const clean = new Uint8Array(entries.length * size);
  for (const [row, { position }] of entries.entries()) {
    const index = set.indices[position]!;
    clean.set(set.images.subarray(index * size, (index + 1) * size), row * size);
  }
  const arrays = new Map<string, StoredArray>([
    ['adversarial', { shape, values: joined(entries.map(({ adversarial }) => adversarial)) }],
    [
      'examples',
      { shape: [entries.length], values: Uint32Array.from(entries, ({ position }) => exampleIds[position]!) },
    ],
    ['clean', { shape, values: clean }],
  ]);
  const file = join(folder, 'examples.safetensors');
  return (await saveFile(file, serializeSafetensors({ arrays, metadata }))).bytes;
}
