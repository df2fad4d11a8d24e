import { open, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { inspectFile } from './byte-reader.ts';
import { fileError, ImportError } from './import-error.ts';
import { decodePpm, parsePpmHeader } from './ppm.ts';
import type { DecodedImage } from './ppm.ts';
import { resizeImage } from './resize-image.ts';

export const imageExtensions = ['.ppm', '.pgm', '.png', '.jpg', '.jpeg'] as const;

/** What the header says, the camera's orientation taken into account. */
export type ImageHeader = { readonly height: number; readonly width: number; readonly channels: 1 | 3 };
/** What an image becomes: bytes [height, width, channels]. */
export type ImageForm = ImageHeader;

/** Larger images are no examples of a dataset but a mistake, or a few bytes that inflate to gigabytes. */
const largestPixels = 64 * 1024 ** 2;
/** A PPM header is far shorter, comments included; what is longer is read as broken. */
const headerBytes = 4096;
const remedy = 'Replace or remove the file.';
const sharpOptions = { limitInputPixels: largestPixels, failOn: 'error' } as const;

export async function readImageHeader(file: string): Promise<ImageHeader> {
  await inspectFile(file);
  const start = await readStart(file);
  const header = await explained(file, () =>
    formatOf(file, start) === 'ppm' ? Promise.resolve(parsePpmHeader(start)) : sharpHeader(file),
  );
  if (header.height * header.width <= largestPixels)
    return { height: header.height, width: header.width, channels: header.channels };
  throw new ImportError(
    `${file} unfolds to ${header.width} x ${header.height} pixels, more than the ${largestPixels} accepted.`,
    remedy,
  );
}

/** Decodes to 8 bits a value, upright, without alpha; resized bilinearly where the size differs. */
export async function decodeImage(file: string, form: ImageForm): Promise<Uint8Array> {
  const start = await readStart(file);
  return explained(file, async () => {
    const image = formatOf(file, start) === 'ppm' ? decodePpm(await readFile(file)) : await sharpImage(file);
    return withChannels(resizeImage(image, form), form.channels);
  });
}

/** Grey stands in all three channels of a colour image; a colour image never becomes a grey one. */
function withChannels(image: DecodedImage, channels: 1 | 3): Uint8Array {
  if (image.channels === channels) return image.pixels;
  if (channels === 1) throw new RangeError('has colours now and had none when it was looked at');
  return Uint8Array.from({ length: image.pixels.length * 3 }, (_, at) => image.pixels[Math.floor(at / 3)]!);
}

async function sharpImage(file: string): Promise<DecodedImage> {
  const { channels } = await sharpHeader(file);
  const { data, info } = await sharp(file, sharpOptions)
    .autoOrient()
    .removeAlpha()
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== channels)
    throw new RangeError(`has ${info.channels} channels where ${channels} were expected`);
  return { height: info.height, width: info.width, channels, pixels: data };
}

async function sharpHeader(file: string): Promise<ImageHeader> {
  const found = await sharp(file, { ...sharpOptions, limitInputPixels: false }).metadata();
  return {
    height: found.autoOrient.height,
    width: found.autoOrient.width,
    channels: found.space === 'b-w' || found.space === 'grey16' ? 1 : 3,
  };
}

function formatOf(file: string, start: Uint8Array): 'ppm' | 'sharp' {
  const [first, second] = start;
  if (first === 0x89 && second === 0x50) return 'sharp';
  if (first === 0xff && second === 0xd8) return 'sharp';
  if (first === 0x50) return 'ppm';
  throw new ImportError(`${file} is neither PPM, PGM, PNG nor JPEG inside.`, remedy);
}

async function readStart(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file);
  }
}

/** Names the file in what the decoders say. */
async function explained<T>(file: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof ImportError) throw error;
    if (error instanceof RangeError) throw new ImportError(`${file} ${error.message}.`, remedy);
    const message = error instanceof Error ? firstLine(error.message) : String(error);
    throw new ImportError(`${file} cannot be decoded: ${message}.`, remedy);
  }
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').replace(/\.$/, '');
