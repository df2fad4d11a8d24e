import { basename, dirname } from 'node:path';
import { glyphs } from '#contract/glyphs.ts';
import type { DatasetManifest } from '#contract/dataset.ts';
import type { DatasetView } from '#contract/views.ts';
import { glyphsFacts } from '#host/library/datasets/dataset-facts.ts';
import { importDataset } from '#host/library/datasets/import-dataset.ts';
import { ImportError } from '#host/library/datasets/import-error.ts';
import { listDatasets } from '#host/library/datasets/list-datasets.ts';
import { bytesOf } from '#host/library/datasets/manifest.ts';
import { removeDataset } from '#host/library/datasets/remove-dataset.ts';
import { sampleImages, type SampleImage } from '#host/library/datasets/sample-images.ts';
import { loadSplit } from '#host/reports/views/stored-split.ts';
import { RequestError } from '../request-error.ts';
import type { DatasetImport, Workbench } from '../workbench.ts';
import type { HostParts } from './host-parts.ts';

const sampleCount = 24;

export function libraryAnswers(parts: HostParts): Workbench['library'] {
  const { libraryFolder } = parts.workspace;
  return {
    list: async () => {
      const manifests = listDatasets(libraryFolder).flatMap((entry) =>
        entry.kind === 'dataset' ? [entry.manifest] : [],
      );
      return [await glyphsView(parts), ...(await Promise.all(manifests.map((each) => viewOf(parts, each))))];
    },
    import: async (request) => viewOf(parts, await importInto(parts, request)),
    remove: async (name) => {
      if (listDatasets(libraryFolder).every((entry) => entry.name !== name))
        throw new RequestError('not-found', `There is no dataset ${name} in the library.`);
      await removeDataset(libraryFolder, name);
      parts.publish({ kind: 'library' });
    },
  };
}

async function importInto(
  { workspace, publish }: HostParts,
  { source, path, name }: DatasetImport,
): Promise<DatasetManifest> {
  try {
    return await importDataset({ kind: source, path, name, libraryFolder: workspace.libraryFolder });
  } catch (error) {
    throw error instanceof ImportError ? new RequestError('bad-request', error.message) : error;
  } finally {
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
