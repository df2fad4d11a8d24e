import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetManifest, ResolvedDataset, SplitManifest } from '#contract/dataset.ts';
import { noClass } from '#contract/outcomes.ts';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { BadInput } from '#workers/data/bad-input.ts';
import { chooseSplits } from '#workers/data/choose-splits.ts';
import { loadManifest, loadSplit, splitOf, verifySplit } from '#workers/data/dataset-files.ts';
import { saveGlyphs } from '#workers/data/glyphs-dataset.ts';
import { generateGlyphs, type LabelledImages } from '#workers/data/glyphs.ts';
import { toLittleEndian } from '#workers/data/little-endian.ts';
import { describeTask } from '#workers/data/task-classes.ts';
import { createPace, progressPeriodMs } from './pace.ts';
import { workspacePath, type Procedure, type ProcedureContext } from './procedure.ts';
import { saveFile } from './save-file.ts';

type Glyphs = Extract<ResolvedDataset, { kind: 'glyphs' }>;
type Library = Extract<ResolvedDataset, { kind: 'library' }>;
type ImportContext = ProcedureContext<'import'>;

/** Makes or verifies the images of a study and fixes which of them are trained on, chosen with and tested on. */
export const importDataset: Procedure<'import'> = (context) => {
  const { dataset } = context.recipe;
  switch (dataset.kind) {
    case 'glyphs':
      return importGlyphs(context, dataset);
    case 'library':
      return importFromLibrary(context, dataset);
  }
};

/** Images drawn between two looks at the clock. */
const portion = 500;

async function* importGlyphs(
  context: ImportContext,
  dataset: Glyphs,
): AsyncGenerator<WorkerEvent, void, void> {
  yield { kind: 'started' };
  const trainCount = dataset.train + dataset.validation;
  const total = trainCount + dataset.test;
  const splits = { train: emptyImages(trainCount), test: emptyImages(dataset.test) };
  const progressDue = createPace(progressPeriodMs, context.now);
  let done = 0;
  for (const split of ['train', 'test'] as const)
    for (let from = 0; from < splits[split].labels.length; from += portion) {
      if (await context.stopRequested()) {
        yield { kind: 'stopped' };
        return;
      }
      done += drawPortion(splits[split], { split, seed: dataset.seed, from });
      if (progressDue()) yield progressEvent(done, total, 'drawing glyphs');
    }
  const manifest = await saveGlyphs(context.folder, splits);
  yield* finish(context, { manifest, folder: context.folder });
}

/** 32 x 32 x 3 bytes an image. */
const emptyImages = (count: number): LabelledImages => ({
  images: new Uint8Array(count * 3072),
  labels: new Uint16Array(count),
});

function drawPortion(
  target: LabelledImages,
  { from, ...request }: { readonly split: 'train' | 'test'; readonly seed: number; readonly from: number },
): number {
  const count = Math.min(portion, target.labels.length - from);
  const drawn = generateGlyphs({ ...request, from, count });
  target.images.set(drawn.images, from * 3072);
  target.labels.set(drawn.labels, from);
  return count;
}

async function* importFromLibrary(
  context: ImportContext,
  dataset: Library,
): AsyncGenerator<WorkerEvent, void, void> {
  yield { kind: 'started' };
  const folder = join(context.workspace, 'library', dataset.name);
  const manifest = await loadManifest(folder);
  if (manifest.checksum !== dataset.checksum)
    throw new BadInput(
      `The dataset ${dataset.name} in the library is not the one that this study was planned with: checksum ${dataset.checksum} was expected, ${manifest.checksum} came.`,
      'Submit the study again to use the images that are in the library now.',
    );
  const splits = [splitOf(manifest, 'train'), splitOf(manifest, 'test')];
  const total = splits.reduce((sum, split) => sum + split.count, 0);
  let done = 0;
  for (const split of splits) {
    yield progressEvent(done, total, 'verifying checksums');
    await verifySplit(folder, split);
    done += split.count;
  }
  yield* finish(context, { manifest, folder });
}

async function* finish(
  context: ImportContext,
  { manifest, folder }: { readonly manifest: DatasetManifest; readonly folder: string },
): AsyncGenerator<WorkerEvent, void, void> {
  const { dataset } = context.recipe;
  const { heldOut } = dataset;
  const chosen = chooseSplits(splitOf(manifest, 'train').count, dataset.train, dataset.validation);
  const test = Uint32Array.from({ length: manifest.splits.test.count }, (_, index) => index);
  const knows = await knowledgeOf(manifest, folder, heldOut);
  const known = (of: 'train' | 'test', indices: Uint32Array) => indices.filter((index) => knows(of, index));
  const unknown = test.filter((index) => !knows('test', index));
  const split: SplitManifest = {
    version: 1,
    folder: workspacePath(context, folder),
    manifest,
    splits: {
      train: { of: 'train', ...(await saveIndices(context, 'train', known('train', chosen.train))) },
      validation: {
        of: 'train',
        ...(await saveIndices(context, 'validation', known('train', chosen.validation))),
      },
      test: { of: 'test', ...(await saveIndices(context, 'test', known('test', test))) },
      ...(heldOut && { heldOut: { of: 'test', ...(await saveIndices(context, 'held-out', unknown)) } }),
    },
    ...(heldOut && { heldOut }),
  };
  const file = join(context.folder, 'split.json');
  const { sha256 } = await saveFile(file, new TextEncoder().encode(`${JSON.stringify(split, null, 2)}\n`));
  const artifact = {
    folder: workspacePath(context, context.folder),
    file: workspacePath(context, file),
    sha256,
    bytes: await measureFolder(context.folder),
  };
  yield { kind: 'finished', artifact };
}

/** Whether the task knows the class of an image. Of the images chosen without regard to it, the others are left out. */
async function knowledgeOf(
  manifest: DatasetManifest,
  folder: string,
  heldOut: readonly string[] | undefined,
): Promise<(of: 'train' | 'test', index: number) => boolean> {
  if (heldOut === undefined) return () => true;
  const unheard = heldOut.filter((name) => !manifest.classes.includes(name));
  if (unheard.length > 0)
    throw new BadInput(
      `${manifest.name} has no class ${unheard.join(', ')} to hold out.`,
      `Its classes are ${manifest.classes.join(', ')}.`,
    );
  const { labels } = describeTask({ manifest, heldOut });
  const stored = {
    train: (await loadSplit(folder, manifest, 'train')).labels,
    test: (await loadSplit(folder, manifest, 'test')).labels,
  };
  return (of, index) => labels[stored[of][index]!] !== noClass;
}

async function saveIndices(
  context: ImportContext,
  name: string,
  indices: Uint32Array,
): Promise<{ readonly indices: string; readonly count: number }> {
  const file = `${name}-indices.bin`;
  await writeFile(join(context.folder, file), toLittleEndian(indices));
  return { indices: file, count: indices.length };
}

async function measureFolder(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const progressEvent = (done: number, total: number, note: string): WorkerEvent => ({
  kind: 'progress',
  done,
  total,
  unit: 'images',
  note,
});
