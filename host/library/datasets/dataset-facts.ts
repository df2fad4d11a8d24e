import { createHash } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { DatasetFacts, DatasetManifest } from '#contract/dataset.ts';
import { glyphs } from '#contract/glyphs.ts';
import { listDatasets } from './list-datasets.ts';
import { overlapsWith } from './overlaps.ts';

/** What planning must know of every dataset that a study can name, glyphs included. */
export function datasetFacts(libraryFolder: string): ReadonlyMap<string, DatasetFacts> {
  const facts = new Map<string, DatasetFacts>([[glyphs.name, glyphsFacts]]);
  for (const entry of listDatasets(libraryFolder))
    if (entry.kind === 'dataset') facts.set(entry.name, factsOf(entry.manifest));
  const all = [...facts.values()];
  return new Map(all.map((each) => [each.name, { ...each, overlaps: overlapsWith(all, each) }]));
}

/** `glyphs` has no files: the counts are the largest that a study may ask for. */
export const glyphsFacts: DatasetFacts = {
  name: glyphs.name,
  checksum: createHash('sha256')
    .update(
      canonicalJson({
        name: glyphs.name,
        version: glyphs.version,
        shape: glyphs.shape,
        classes: glyphs.classes,
      }),
    )
    .digest('hex'),
  shape: glyphs.shape,
  classes: glyphs.classes,
  trainCount: glyphs.largest.train,
  testCount: glyphs.largest.test,
};

const factsOf = ({ name, checksum, shape, classes, splits, overlaps }: DatasetManifest): DatasetFacts => ({
  name,
  checksum,
  shape,
  classes,
  trainCount: splits.train?.count ?? 0,
  testCount: splits.test.count,
  overlaps,
});
