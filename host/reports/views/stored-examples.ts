import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
type Entry = z.output<typeof entrySchema>;

const headerSchema = z.object({ examples: entrySchema, clean: entrySchema, adversarial: entrySchema });
const longestHeader = 100_000;

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
  const file = await open(path, 'r');
  try {
    return await readExampleFile(file, path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readExampleFile(file: FileHandle, path: string): Promise<ExampleFile> {
  const headerBytes = Number((await readBytes(file, 0, 8)).readBigUInt64LE());
  if (headerBytes > longestHeader)
    throw new RangeError(`${path} is not a safetensors file: its header is too long.`);
  const body = 8 + headerBytes;
  const header = headerSchema.parse(JSON.parse((await readBytes(file, 8, headerBytes)).toString('utf8')));
  const [count, ...shape] = z.tuple([z.int(), z.int(), z.int(), z.int()]).parse(header.clean.shape);
  const pixels = shape[0] * shape[1] * shape[2];
  const row = (entry: Entry, index: number, bytes: number): Promise<Buffer> =>
    readBytes(file, body + entry.data_offsets[0] + index * bytes, bytes);
  return {
    examples: new Uint32Array(aligned(await row(header.examples, 0, 4 * count))),
    shape,
    read: async (index) => {
      if (!(index >= 0 && index < count))
        throw new RangeError(`${path} holds ${count} examples, not number ${index}.`);
      return {
        clean: await row(header.clean, index, pixels),
        adversarial: new Float32Array(aligned(await row(header.adversarial, index, 4 * pixels))),
      };
    },
    close: () => file.close(),
  };
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length)
    throw new RangeError(`Expected ${length} bytes at ${position}, got ${bytesRead}: the file is cut short.`);
  return buffer;
}

/** A copy that starts at an address every number type can have. */
const aligned = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
