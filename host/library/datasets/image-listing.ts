import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { imageExtensions } from './image-file.ts';
import { fileError, ImportError } from './import-error.ts';

/** One image: `path` is `<class>/<file>`, the same on every machine; `file` is where it lies. */
export type ListedImage = { readonly file: string; readonly path: string; readonly className: string };

export type ImageListing = {
  readonly classes: readonly string[];
  readonly train: readonly ListedImage[];
  /** Undefined where the folder makes no split of its own. */
  readonly test: readonly ListedImage[] | undefined;
  readonly notes: readonly string[];
};

type ClassTree = {
  readonly classes: readonly string[];
  readonly images: readonly ListedImage[];
  readonly leftOut: readonly string[];
};

/** A folder with one subfolder a class, or `train` and `test` with one subfolder a class each. */
export async function listImages(folder: string): Promise<ImageListing> {
  const tops = await subfolders(folder);
  const split = await Promise.all(['train', 'test'].map((part) => isSplit(folder, tops, part)));
  if (split[0] !== split[1]) {
    const [present, absent] = split[0] === true ? ['train', 'test'] : ['test', 'train'];
    throw new ImportError(
      `${folder} has ${present}/ with classes below it and no ${absent}/ of that form.`,
      `Add ${absent}/, or give ${join(folder, present)} itself to have it split.`,
    );
  }
  return split[0] === true ? listSplit(folder, tops) : listWhole(folder);
}

async function listWhole(folder: string): Promise<ImageListing> {
  const tree = await listClasses(folder);
  return { classes: tree.classes, train: tree.images, test: undefined, notes: leftOutNotes(tree.leftOut) };
}

async function listSplit(folder: string, tops: readonly string[]): Promise<ImageListing> {
  const train = await listClasses(join(folder, 'train'));
  const test = await listClasses(join(folder, 'test'), 1);
  const stranger = test.classes.find((name) => !train.classes.includes(name));
  if (stranger !== undefined)
    throw new ImportError(
      `${join(folder, 'test', stranger)} is a class that train/ does not have.`,
      'Add training images of it, or remove it.',
    );
  const others = tops.filter((name) => name !== 'train' && name !== 'test').map((name) => join(folder, name));
  return {
    classes: train.classes,
    train: train.images,
    test: test.images,
    notes: leftOutNotes([...others, ...train.leftOut, ...test.leftOut]),
  };
}

async function isSplit(folder: string, tops: readonly string[], part: string): Promise<boolean> {
  return tops.includes(part) && (await subfolders(join(folder, part))).length > 0;
}

async function listClasses(folder: string, fewest = 2): Promise<ClassTree> {
  const classes = await subfolders(folder);
  if (classes.length < fewest || classes.length > 1000)
    throw new ImportError(
      `${folder} should hold one subfolder for each of ${fewest} to 1000 classes, got ${classes.length}.`,
      'Put the images of each class into a folder of its name.',
    );
  const images: ListedImage[] = [];
  const leftOut: string[] = [];
  for (const className of classes) {
    const entries = await visibleEntries(join(folder, className));
    const pictures = entries.filter((entry) => !entry.isDirectory() && isImageName(entry.name));
    if (pictures.length === 0)
      throw new ImportError(
        `${join(folder, className)} should hold images (${imageExtensions.join(', ')}) and holds none.`,
        'Add images of the class, or remove the folder.',
      );
    for (const { name } of pictures)
      images.push({ file: join(folder, className, name), path: `${className}/${name}`, className });
    for (const entry of entries)
      if (!pictures.includes(entry)) leftOut.push(join(folder, className, entry.name));
  }
  return { classes, images, leftOut };
}

const isImageName = (name: string): boolean =>
  imageExtensions.some((extension) => extension === extname(name).toLowerCase());

async function subfolders(folder: string): Promise<string[]> {
  const entries = await visibleEntries(folder);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** In the order of code units: the same on every machine and in every language. */
async function visibleEntries(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

const leftOutNotes = (leftOut: readonly string[]): string[] =>
  leftOut.length === 0
    ? []
    : [`${leftOut.length} files or folders that are no images were left out, the first ${leftOut[0]}.`];
