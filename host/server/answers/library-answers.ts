import { basename, dirname } from 'node:path';
import { glyphs } from '#contract/glyphs.ts';
import type { DatasetManifest } from '#contract/dataset.ts';
import type { DatasetView, ImportView, LibraryView } from '#contract/views.ts';
import { glyphsFacts } from '#host/library/datasets/dataset-facts.ts';
import { importDataset } from '#host/library/datasets/import-dataset.ts';
import { ImportError } from '#host/library/datasets/import-error.ts';
import { listDatasets } from '#host/library/datasets/list-datasets.ts';
import { bytesOf } from '#host/library/datasets/manifest.ts';
import { removeDataset } from '#host/library/datasets/remove-dataset.ts';
import { sampleImages, type SampleImage } from '#host/library/datasets/sample-images.ts';
import { loadSplit } from '#host/reports/views/stored-split.ts';
import type { ImportProgress } from '#host/library/datasets/write-dataset.ts';
import { RequestError } from '../request-error.ts';
import type { DatasetImport, Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';

const sampleCount = 24;

export function libraryAnswers(parts: HostParts): Workbench['library'] {
  const { libraryFolder } = parts.workspace;
  const imports = new Set<ImportView>();
  return {
    list: () => readLibrary(parts, [...imports]),
    import: async (request) => viewOf(parts, await importInto(parts, imports, request)),
    remove: async (name) => {
      if (listDatasets(libraryFolder).every((entry) => entry.name !== name))
        throw new RequestError('not-found', `There is no dataset ${name} in the library.`);
      await removeDataset(libraryFolder, name);
      parts.publish({ kind: 'library' });
    },
  };
}

async function readLibrary(parts: HostParts, imports: readonly ImportView[]): Promise<LibraryView> {
  const entries = listDatasets(parts.workspace.libraryFolder);
  const manifests = entries.flatMap((entry) => (entry.kind === 'dataset' ? [entry.manifest] : []));
  return {
    datasets: [await glyphsView(parts), ...(await Promise.all(manifests.map((each) => viewOf(parts, each))))],
    damaged: entries.flatMap((entry) =>
      entry.kind === 'broken' ? [{ name: entry.name, message: entry.message }] : [],
    ),
    imports,
  };
}

/** Shortest time between two notices of one import. */
const noticeGapMs = 500;

async function importInto(
  { workspace, publish, now }: HostParts,
  imports: Set<ImportView>,
  { source, path, name }: DatasetImport,
): Promise<DatasetManifest> {
  const view = { path, done: 0, total: 0 };
  let told = -Infinity;
  const onProgress = ({ done, total }: ImportProgress): void => {
    Object.assign(view, { done, total });
    if (now() - told < noticeGapMs) return;
    told = now();
    publish({ kind: 'library' });
  };
  imports.add(view);
  publish({ kind: 'library' });
  try {
    const { libraryFolder } = workspace;
    return await importDataset({ kind: source, path, name, libraryFolder, onProgress });
  } catch (error) {
    throw error instanceof ImportError ? new RequestError('bad-request', error.message) : error;
  } finally {
    imports.delete(view);
    publish({ kind: 'library' });
  }
}

async function viewOf({ workspace }: HostParts, manifest: DatasetManifest): Promise<DatasetView> {
  const samples = await sampleImages(workspace.libraryFolder, manifest, sampleCount);
  return {
    name: manifest.name,
    title: manifest.title,
    builtIn: false,
    shape: manifest.shape,
    classes: manifest.classes,
    trainCount: manifest.splits.train?.count ?? 0,
    testCount: manifest.splits.test.count,
    checksum: manifest.checksum,
    bytes: bytesOf(manifest),
    licence: manifest.provenance.licence,
    notes: manifest.provenance.notes,
    classCounts: {
      ...(manifest.splits.train === undefined ? {} : { train: manifest.splits.train.classCounts }),
      test: manifest.splits.test.classCounts,
    },
    samples: samples.map(sampleView),
  };
}

async function glyphsView(parts: HostParts): Promise<DatasetView> {
  return {
    ...glyphsFacts,
    title: 'Glyphs',
    builtIn: true,
    bytes: 0,
    licence: 'Apache-2.0, drawn by Redoubt',
    samples: (await generatedSamples(parts)).map(sampleView),
  };
}

/** Glyphs are drawn by the workers: there is nothing to show before the first study drew some. */
async function generatedSamples({ store, workspace }: HostParts): Promise<SampleImage[]> {
  const run = store
    .runs()
    .find(({ settings, state }) => settings['dataset'] === glyphs.name && state === 'done');
  const split = run?.stages[0] === undefined ? undefined : loadSplit({ store, workspace }, run.stages[0]);
  if (split === undefined) return [];
  const folder = workspace.resolve(split.folder);
  const manifest = { ...split.manifest, name: basename(folder) };
  return sampleImages(dirname(folder), manifest, sampleCount).catch(() => []);
}

const sampleView = ({ pixels, label }: SampleImage) => ({
  pixels: Buffer.from(pixels).toString('base64'),
  label,
});
