import { inspectFile, openBytes } from './byte-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import { ImportError } from './import-error.ts';

/** An IDX file of unsigned bytes (LeCun's MNIST page): big-endian magic 0x08 and rank, then the sizes, then the bytes. */
export type IdxFile = { readonly file: string; readonly sizes: readonly number[] };

const magicOfRank = { 1: 2049, 3: 2051 } as const;
/** Nothing that people keep as IDX comes near; what promises more is no dataset. */
const largestBytes = 4 * 1024 ** 3;
const largestItemBytes = 16 * 1024 ** 2;
const again = 'Copy it from its source again.';

/** Reads the header and compares what it promises with the file's length, so that neither a bomb nor a stump is read. */
export async function inspectIdx(file: string, rank: 1 | 3): Promise<IdxFile> {
  const found = await inspectFile(file);
  const reader = await openBytes(file);
  const header = await reader.take(4 + 4 * rank).finally(() => reader.close());
  const sizes = parseHeader(header, file, rank);
  const promised = header.length + elementCount(sizes);
  if (promised > largestBytes || itemBytesOf(sizes) > largestItemBytes)
    throw new ImportError(
      `${file} promises items of the sizes ${sizes.join(' x ')}, more than the ${largestBytes} bytes ` +
        `(${largestItemBytes} an item) accepted.`,
      again,
    );
  if (found.gzip ? promised > found.largestBytes : promised > found.bytes)
    throw new ImportError(
      `${file} is cut short: its header promises ${promised} bytes, the file cannot hold more than ${found.largestBytes}.`,
      again,
    );
  if (!found.gzip && promised < found.bytes) throw extraBytes(file, promised);
  return { file, sizes };
}

/** The bytes after the header, `itemsPerBlock` items of the first axis at a time; stops at the first byte too many. */
export async function* idxBlocks(idx: IdxFile, itemsPerBlock: number): AsyncGenerator<Buffer> {
  const [count = 0] = idx.sizes;
  const itemBytes = itemBytesOf(idx.sizes);
  const reader = await openBytes(idx.file);
  try {
    await reader.take(4 + 4 * idx.sizes.length);
    for (let from = 0; from < count; from += itemsPerBlock)
      yield await takeItems(reader, idx, { from, count: Math.min(itemsPerBlock, count - from), itemBytes });
    if ((await reader.take(1)).length > 0)
      throw extraBytes(idx.file, 4 + 4 * idx.sizes.length + count * itemBytes);
  } finally {
    await reader.close();
  }
}

type Items = { readonly from: number; readonly count: number; readonly itemBytes: number };

async function takeItems(reader: ByteReader, { file, sizes }: IdxFile, items: Items): Promise<Buffer> {
  const bytes = await reader.take(items.count * items.itemBytes);
  if (bytes.length === items.count * items.itemBytes) return bytes;
  const whole = items.from + Math.floor(bytes.length / items.itemBytes);
  throw new ImportError(
    `${file} is cut short: its header promises ${sizes[0]} items, ${whole} are whole.`,
    again,
  );
}

function parseHeader(header: Buffer, file: string, rank: 1 | 3): number[] {
  const magic = header.length >= 4 ? header.readUInt32BE(0) : undefined;
  if (magic !== magicOfRank[rank])
    throw new ImportError(
      `${file} should start with the magic number ${magicOfRank[rank]} of an IDX ${rank === 3 ? 'image' : 'label'} file, ` +
        `got ${magic ?? `${header.length} bytes`}.`,
      rank === 3 ? 'Check that images and labels were not swapped.' : again,
    );
  if (header.length < 4 + 4 * rank) throw new ImportError(`${file} is cut short inside its header.`, again);
  const sizes = Array.from({ length: rank }, (_, axis) => header.readUInt32BE(4 + 4 * axis));
  if (sizes.every((size) => size > 0)) return sizes;
  throw new ImportError(`${file} holds nothing: its header gives the sizes ${sizes.join(' x ')}.`, again);
}

export const itemBytesOf = (sizes: readonly number[]): number => elementCount(sizes.slice(1));
const elementCount = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

const extraBytes = (file: string, promised: number): ImportError =>
  new ImportError(`${file} has bytes after the ${promised} that its header promises.`, again);
