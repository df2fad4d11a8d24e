import { existsSync } from 'node:fs';
import type { StageKind } from '#contract/stage.ts';
import type { LayersView, LayerView } from '#contract/views.ts';
import type { ReadableStore, StoredStage } from '#host/store/store.ts';
import type { Workspace } from '#host/workspace.ts';
import { openStoredArrays, type ArrayFile } from './stored-arrays.ts';
import { weightHistograms, type LayerWeights } from './weight-histograms.ts';

type Source = { readonly store: ReadableStore; readonly workspace: Workspace };

/** The models of one run, as far as they are made. */
type Models = Readonly<Record<'before' | 'pruned' | 'after', ArrayFile | undefined>>;

/** What pruning and fine-tuning did to every layer of a run, from its stored models; nothing where there is no such run. */
export async function readLayers(source: Source, run: string): Promise<LayersView | undefined> {
  if (source.store.run(run) === undefined) return undefined;
  const stages = source.store.stagesOfRun(run);
  const stageOf = (kind: StageKind): StoredStage | undefined =>
    stages.find((stage) => stage.kind === kind && pathOf(source, stage) !== undefined);
  const found = { before: stageOf('pretrain'), pruned: stageOf('prune'), after: stageOf('finetune') };
  const opened: Models = {
    before: await openModel(source, found.before),
    pruned: await openModel(source, found.pruned),
    after: await openModel(source, found.after),
  };
  try {
    return {
      before: found.before?.label,
      pruned: found.pruned?.label,
      after: found.after?.label,
      layers: await readEach(opened),
    };
  } finally {
    for (const file of Object.values(opened)) await file?.close();
  }
}

/** A stage's folder may have been cleared away. */
function pathOf({ workspace }: Source, { artifact }: StoredStage): string | undefined {
  const path = artifact?.file === undefined ? undefined : workspace.resolve(artifact.file);
  return path !== undefined && existsSync(path) ? path : undefined;
}

async function openModel(source: Source, stage: StoredStage | undefined): Promise<ArrayFile | undefined> {
  const path = stage && pathOf(source, stage);
  return path === undefined ? undefined : openStoredArrays(path);
}

const maskEnding = '_mask';

async function readEach(models: Models): Promise<LayerView[]> {
  const largest = models.before ?? models.pruned ?? models.after;
  const layers: LayerView[] = [];
  for (const [name, { dtype, shape }] of largest?.entries ?? [])
    if (dtype === 'F32' && shape.length > 1 && !name.endsWith(maskEnding))
      layers.push(await readLayer(name, shape, models));
  return layers;
}

async function readLayer(name: string, shape: readonly number[], models: Models): Promise<LayerView> {
  const [before, pruned, after] = [
    await readWeights(models.before, name),
    await readWeights(models.pruned, name),
    await readWeights(models.after, name),
  ];
  const weights = shape.reduce((product, size) => product * size, 1);
  const last = after ?? pruned ?? before;
  const kept = last === undefined ? weights : countKept(last);
  return {
    name: name.replace(/\.weight$/, ''),
    shape,
    weights,
    kept,
    density: weights === 0 ? 1 : kept / weights,
    ...weightHistograms({ before, pruned, after }),
  };
}

async function readWeights(file: ArrayFile | undefined, name: string): Promise<LayerWeights | undefined> {
  const entry = file?.entries.get(name);
  if (file === undefined || entry === undefined) return undefined;
  const mask = file.entries.get(`${name}${maskEnding}`);
  const length = entry.shape.reduce((product, size) => product * size, 1);
  return {
    values: new Float32Array(await file.read(entry, 0, 4 * length)),
    kept: mask && new Uint8Array(await file.read(mask, 0, length)),
  };
}

const countKept = ({ values, kept }: LayerWeights): number =>
  kept === undefined ? values.length : kept.reduce((sum, one) => sum + one, 0);
