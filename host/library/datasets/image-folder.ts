import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { DatasetSource, ExampleBlock, SplitSource } from './dataset-source.ts';
import { decodeImage, readImageHeader } from './image-file.ts';
import type { ImageForm, ImageHeader } from './image-file.ts';
import { listImages } from './image-listing.ts';
import type { ImageListing, ListedImage } from './image-listing.ts';
import { ImportError } from './import-error.ts';

export type ImageSize = { readonly height: number; readonly width: number };

/** Where the folder makes no split: of the images of a class, by name, the last of so many is a test image. */
const oneTestIn = 5;
const filesAtOnce = 64;
const blockBytes = 1 << 23;

type Split = { readonly train: readonly ListedImage[]; readonly test: readonly ListedImage[] };

/** A folder of PPM, PGM, PNG or JPEG files, one subfolder a class; all of one size, or resized to `size`. */
export async function openImageFolder(folder: string, size?: ImageSize): Promise<DatasetSource> {
  if (size !== undefined) assertSize(size);
  const listing = await listImages(folder);
  const split = splitOf(listing);
  const images = [...listing.train, ...(listing.test ?? [])];
  const headers = await inBatches(images, ({ file }) => readImageHeader(file));
  const form = formOf(images, headers, size);
  const toSource = (listed: readonly ListedImage[]): SplitSource => ({
    count: listed.length,
    blocks: () => decodedBlocks(inHashOrder(listed), listing.classes, form),
  });
  return {
    title: basename(folder),
    shape: [form.height, form.width, form.channels],
    classes: [...listing.classes],
    augmentation: 'crop',
    provenance: {
      source: 'image folder',
      licence: 'not stated',
      notes: [
        ...listing.notes,
        ...notesOn(headers, form),
        ...(listing.test === undefined ? [splitNote] : []),
      ],
    },
    train: toSource(split.train),
    test: toSource(split.test),
  };
}

function assertSize({ height, width }: ImageSize): void {
  for (const side of [height, width])
    if (!Number.isInteger(side) || side < 1 || side > 4096)
      throw new ImportError(
        `A size is 1 to 4096 whole pixels, got ${side}.`,
        'Give another one, such as --size 32.',
      );
}

const splitNote =
  `The folder made no split: of the images of each class, in the order of their names, every ${oneTestIn}th became a ` +
  'test image. Pictures of one and the same thing may lie on both sides; give folders train/ and test/ to prevent it.';

function splitOf({ classes, train, test }: ImageListing): Split {
  if (test !== undefined) return { train, test };
  const byClass = classes.map((name) => train.filter(({ className }) => className === name));
  const small = byClass.find((images) => images.length < oneTestIn);
  if (small !== undefined)
    throw new ImportError(
      `The class ${small[0]?.className} has ${small.length} images, and ${oneTestIn} are needed to split off a test image.`,
      'Add images, or give folders train/ and test/.',
    );
  const isTest = (_: ListedImage, index: number): boolean => index % oneTestIn === oneTestIn - 1;
  return {
    train: byClass.flatMap((images) => images.filter((image, index) => !isTest(image, index))),
    test: byClass.flatMap((images) => images.filter(isTest)),
  };
}

function formOf(
  images: readonly ListedImage[],
  headers: readonly ImageHeader[],
  size: ImageSize | undefined,
): ImageForm {
  const channels = headers.every((header) => header.channels === 1) ? 1 : 3;
  if (size !== undefined) return { ...size, channels };
  const [first] = headers;
  if (first === undefined) throw new TypeError('A listing of at least one image was expected.');
  const odd = headers.findIndex(({ height, width }) => height !== first.height || width !== first.width);
  if (odd === -1) return { height: first.height, width: first.width, channels };
  throw new ImportError(
    `${images[odd]?.file} is ${headers[odd]?.width} x ${headers[odd]?.height} pixels where ${images[0]?.file} is ` +
      `${first.width} x ${first.height}; all images of a dataset have one size.`,
    'Import again with a size to which all are resized, such as --size 32.',
  );
}

function notesOn(headers: readonly ImageHeader[], form: ImageForm): string[] {
  const grey = headers.filter(({ channels }) => channels < form.channels).length;
  const resized = headers.filter(
    ({ height, width }) => height !== form.height || width !== form.width,
  ).length;
  return [
    ...(resized > 0 ? [`${resized} images were resized bilinearly to ${form.width} x ${form.height}.`] : []),
    ...(grey > 0 ? [`${grey} images were grey: their value stands in all 3 channels.`] : []),
  ];
}

/** The first images of a split are then a fair sample of it, on every machine the same one. */
const inHashOrder = (images: readonly ListedImage[]): ListedImage[] =>
  images
    .map((image) => ({ image, hash: createHash('sha256').update(image.path.normalize('NFC')).digest('hex') }))
    .sort((left, right) => (left.hash < right.hash ? -1 : 1))
    .map(({ image }) => image);

async function* decodedBlocks(
  images: readonly ListedImage[],
  classes: readonly string[],
  form: ImageForm,
): AsyncGenerator<ExampleBlock> {
  const imageBytes = form.height * form.width * form.channels;
  const perBlock = Math.max(1, Math.min(filesAtOnce, Math.floor(blockBytes / imageBytes)));
  for (let from = 0; from < images.length; from += perBlock) {
    const block = images.slice(from, from + perBlock);
    const pixels = new Uint8Array(block.length * imageBytes);
    const decoded = await Promise.all(block.map(({ file }) => decodeImage(file, form)));
    decoded.forEach((image, index) => {
      pixels.set(image, index * imageBytes);
    });
    yield { pixels, labels: Uint16Array.from(block, ({ className }) => classes.indexOf(className)) };
  }
}

async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += filesAtOnce)
    results.push(...(await Promise.all(items.slice(from, from + filesAtOnce).map(work))));
  return results;
}
