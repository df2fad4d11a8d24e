import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkParameters } from '#contract/network-parameters.ts';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { gatherExamples, positionRange } from '#workers/data/example-set.ts';
import { openDataset } from '#workers/data/load-examples.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { loadModel } from '#workers/procedures/model-file.ts';
import { everyKindNetwork } from '../every-kind.ts';
import { mainEngines } from '../with-engine.ts';
import { importGlyphs } from './small-stages.ts';
import { outcomesOf } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

describe.each(mainEngines)('a network with batch-norm on %s', (kind) => {
  const lab = withStageLab(kind, importGlyphs);

  const readArrays = (name: string, file = 'model.safetensors') =>
    parseSafetensors(readFileSync(lab.file(name, file))).arrays;
  const statistics = ['bn1', 'bn2'].flatMap((id) => [`${id}.running_mean`, `${id}.running_var`]);
  const network = everyKindNetwork([32, 32, 3], 10);
  const training = { objective: 'natural', epochs: 4, batch: 32, optimizer: { kind: 'adam' } } as const;
  beforeAll(async () => {
    await lab.run('normalized', { kind: 'pretrain', network, training, from: { data: 'data' }, seed: 1 });
    await lab.run('normalized pruned', {
      kind: 'prune',
      pruning: { kind: 'magnitude', density: 0.3, scope: 'network' },
      from: { data: 'data', model: 'normalized' },
      seed: 1,
    });
    await lab.run('normalized finetuned', {
      kind: 'finetune',
      training: { ...training, epochs: 1 },
      from: { data: 'data', model: 'normalized pruned' },
      seed: 1,
    });
  });

  it('keeps its running statistics in the model file, under the names that PyTorch reads', () => {
    const arrays = readArrays('normalized');
    const parameters = networkParameters(network);
    expect([...arrays.keys()]).toEqual(parameters.map(({ name }) => name));
    for (const { name, shape } of parameters) expect(arrays.get(name)!.shape).toEqual(shape);
    for (const name of statistics) {
      const { values } = arrays.get(name)!;
      expect(values.some((value) => value !== 0 && value !== 1)).toBe(true);
      if (name.endsWith('var')) expect(Math.min(...values)).toBeGreaterThan(0);
    }
  });

  it('keeps them through pruning, which masks weights of conv and dense layers alone', () => {
    const [before, after] = [readArrays('normalized'), readArrays('normalized pruned')];
    for (const name of [...statistics, 'bn1.weight', 'bn2.bias', 'conv2.bias'])
      expect(after.get(name)!.values).toEqual(before.get(name)!.values);
    const masks = [...after.keys()].filter((name) => name.endsWith('_mask'));
    expect(masks).toEqual(['conv1', 'conv2', 'fc1', 'fc2'].map((layer) => `${layer}.weight_mask`));
  });

  it('moves them on in fine-tuning, while pruned weights stay zero', () => {
    const [before, after] = [readArrays('normalized pruned'), readArrays('normalized finetuned')];
    for (const name of statistics) expect(after.get(name)!.values).not.toEqual(before.get(name)!.values);
    const mask = after.get('conv2.weight_mask')!.values;
    const pruned = after.get('conv2.weight')!.values.filter((_, index) => mask[index] === 0);
    expect(pruned.length).toBeGreaterThan(0);
    expect(pruned.every((value) => value === 0)).toBe(true);
  });

  it('is judged by them, not by the batch that an image comes in', async () => {
    const model = await loadModel(lab.file('normalized', 'model.safetensors'));
    const dataset = await openDataset(lab.workspace, lab.file('data', 'split.json'));
    const test = await dataset.load('test');
    const parameters = toTensors(model.graph, model.parameters);
    const correct = [];
    for (let row = 0; row < 60; row += 1) {
      const { images, labels } = gatherExamples(test, positionRange(row, row + 1));
      const { classes } = await predict({ graph: model.graph, parameters, images });
      correct.push(classes[0] === labels[0] ? 1 : 0);
    }
    disposeTensors(parameters);
    const { events } = await lab.run('normalized evaluated', {
      kind: 'evaluate',
      examples: 60,
      evaluation: { kind: 'clean' },
      from: { data: 'data', model: 'normalized' },
      seed: 3,
    });
    expect([...outcomesOf({ events }).survived]).toEqual(correct);
  });
});
