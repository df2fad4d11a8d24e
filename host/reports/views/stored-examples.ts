import { z } from 'zod';
import { openStoredArrays, type ArrayFile, type StoredEntry } from './stored-arrays.ts';

/** One stored pair: bytes [h, w, c] as the dataset has them, and the attacked image in [0, 1]. */
export type StoredExample = { readonly clean: Uint8Array; readonly adversarial: Float32Array };
export type ExampleFile = {
  /** Indices within the test split, in the order of the file. */
  readonly examples: Uint32Array;
  readonly shape: readonly [number, number, number];
  readonly read: (row: number) => Promise<StoredExample>;
  readonly close: () => Promise<void>;
};

/**
 * Opens the pairs that an evaluation kept (`examples.safetensors`) and reads only the rows that are asked for.
 * Throws when the file is not of that form.
 */
export async function openStoredExamples(path: string): Promise<ExampleFile> {
  const file = await openStoredArrays(path);
  try {
    return await readExampleFile(file, path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readExampleFile(file: ArrayFile, path: string): Promise<ExampleFile> {
  const named = (name: string): StoredEntry => {
    const entry = file.entries.get(name);
    if (entry === undefined) throw new RangeError(`${path} holds no array "${name}".`);
    return entry;
  };
  const [examples, clean, adversarial] = [named('examples'), named('clean'), named('adversarial')];
  const [count, ...shape] = z.tuple([z.int(), z.int(), z.int(), z.int()]).parse(clean.shape);
  const pixels = shape[0] * shape[1] * shape[2];
  return {
    examples: new Uint32Array(await file.read(examples, 0, 4 * count)),
    shape,
    read: async (index) => {
      if (!(index >= 0 && index < count))
        throw new RangeError(`${path} holds ${count} examples, not number ${index}.`);
      return {
        clean: new Uint8Array(await file.read(clean, index * pixels, pixels)),
        adversarial: new Float32Array(await file.read(adversarial, 4 * index * pixels, 4 * pixels)),
      };
    },
    close: () => file.close(),
  };
}
