import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
export type StoredEntry = z.output<typeof entrySchema>;

const headerSchema = z.record(z.string(), z.unknown());
const longestHeader = 10_000_000;

/** A safetensors file of which only what is asked for is read. */
export type ArrayFile = {
  readonly entries: ReadonlyMap<string, StoredEntry>;
  /** Bytes of one array from `start`, counted within it, as a copy that starts where every number type can. */
  readonly read: (entry: StoredEntry, start: number, length: number) => Promise<ArrayBuffer>;
  readonly close: () => Promise<void>;
};

/** Throws when the file is not of that form. Whoever opens it closes it. */
export async function openStoredArrays(path: string): Promise<ArrayFile> {
  const file = await open(path, 'r');
  try {
    return await readHeader(file, path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: FileHandle, path: string): Promise<ArrayFile> {
  const headerBytes = Number((await readBytes(file, 0, 8)).readBigUInt64LE());
  if (headerBytes > longestHeader)
    throw new RangeError(`${path} is not a safetensors file: its header is too long.`);
  const body = 8 + headerBytes;
  const text = (await readBytes(file, 8, headerBytes)).toString('utf8');
  const header = Object.entries(headerSchema.parse(JSON.parse(text)));
  return {
    entries: new Map(
      header
        .filter(([name]) => name !== '__metadata__')
        .map(([name, entry]) => [name, entrySchema.parse(entry)]),
    ),
    read: async ({ data_offsets: [begin] }, start, length) =>
      aligned(await readBytes(file, body + begin + start, length)),
    close: () => file.close(),
  };
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length)
    throw new RangeError(`Expected ${length} bytes at ${position}, got ${bytesRead}: the file is cut short.`);
  return buffer;
}

const aligned = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
