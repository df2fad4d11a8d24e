import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { fileError, ImportError } from './import-error.ts';

/** Bytes of one file in order, inflated when the file is gzip. Reads no further than it is asked to. */
export type ByteReader = {
  /** The next `count` bytes, or fewer at the end of the file. */
  readonly take: (count: number) => Promise<Buffer>;
  readonly close: () => Promise<void>;
};

export type ByteFile = {
  readonly bytes: number;
  /** The most bytes that can come out of the file: deflate cannot do better than 1032 to 1. */
  readonly largestBytes: number;
  readonly gzip: boolean;
};

/** Looks at a file without reading it; refuses what is missing, unreadable, empty or no file. */
export async function inspectFile(file: string): Promise<ByteFile> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new ImportError(`${file} is no file.`, 'Check the path.');
    if (found.size === 0) throw new ImportError(`${file} is empty.`, 'Copy it from its source again.');
    const gzip = await startsLikeGzip(file);
    return { bytes: found.size, gzip, largestBytes: gzip ? found.size * 1032 : found.size };
  } catch (error) {
    throw fileError(error, file);
  }
}

export async function openBytes(file: string): Promise<ByteReader> {
  const { gzip } = await inspectFile(file);
  const raw = createReadStream(file, { highWaterMark: 1 << 18 });
  const stream = gzip ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error) => stream.destroy(error));
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer = Buffer.alloc(0);

  const take = async (count: number): Promise<Buffer> => {
    const parts = [held];
    let length = held.length;
    while (length < count) {
      const next = await chunks.next().catch((error: unknown) => {
        throw inflateError(error, file);
      });
      if (next.done === true) break;
      parts.push(next.value);
      length += next.value.length;
    }
    const all = parts.length === 1 ? held : Buffer.concat(parts);
    held = all.subarray(count);
    return all.subarray(0, count);
  };
  const close = async (): Promise<void> => {
    await chunks.return?.();
    raw.destroy();
  };
  return { take, close };
}

async function startsLikeGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function inflateError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z_')) return fileError(error, file);
  const problem = code === 'Z_BUF_ERROR' ? 'is cut short' : 'is damaged';
  return new ImportError(`The gzip file ${file} ${problem}.`, 'Copy it from its source again.');
}
