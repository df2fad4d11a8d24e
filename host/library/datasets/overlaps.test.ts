import { describe, expect, it } from 'vitest';
import { cifarRecord, makeFolder } from '../../../tests/made-datasets.ts';
import { datasetFacts } from './dataset-facts.ts';
import { importDataset } from './import-dataset.ts';
import { overlapsAtImport, overlapsWith } from './overlaps.ts';

const photographs = { name: 'photographs', classes: ['Ship', 'lighthouse', 'traffic_light', '3'] };

describe('overlaps', () => {
  it('are classes of the same name, however they are spelt, unless they are numbers', () => {
    const task = { name: 'task', classes: ['ship', 'Traffic Light', '3'] };
    expect(overlapsWith([photographs, task], task)).toEqual({ photographs: ['Ship', 'traffic_light'] });
  });

  it('are what the manifest lists where it lists something, even nothing', () => {
    const task = { name: 'task', classes: ['ship'], overlaps: { photographs: ['lighthouse'] } };
    expect(overlapsWith([photographs], task)).toEqual({ photographs: ['lighthouse'] });
    expect(overlapsWith([photographs], { ...task, overlaps: { photographs: [] } })).toEqual({
      photographs: [],
    });
  });

  it('are in the manifest of an imported CIFAR-10 and known to planning', async () => {
    const libraryFolder = makeFolder();
    const record = cifarRecord(3, [1, 2, 3]);
    const path = makeFolder({ 'data_batch_1.bin': record, 'test_batch.bin': record });
    const manifest = await importDataset({ kind: 'cifar10', path, libraryFolder });
    expect(manifest.overlaps).toEqual(overlapsAtImport('cifar10', 'cifar10'));
    expect(Object.keys(manifest.overlaps)).toEqual(['stl10']);
    await importDataset({ kind: 'cifar10', path, name: 'again', libraryFolder });
    expect(datasetFacts(libraryFolder).get('cifar10')!.overlaps).toEqual({
      ...manifest.overlaps,
      again: manifest.classes,
    });
    expect(datasetFacts(libraryFolder).get('glyphs')!.overlaps).toEqual({});
  });
});
