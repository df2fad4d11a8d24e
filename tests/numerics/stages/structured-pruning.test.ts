import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '#contract/worker-protocol.ts';
import { disposeTensors, toTensors } from '#workers/networks/parameters.ts';
import { predict } from '#workers/networks/predict.ts';
import { loadModel } from '#workers/procedures/model-file.ts';
import { countMultiplyAccumulates } from '#workers/networks/multiply-accumulates.ts';
import { everyKindNetwork } from '../every-kind.ts';
import { noiseImages } from '../narrow-networks.ts';
import { mainEngines } from '../with-engine.ts';
import { type StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const training = { objective: 'natural', epochs: 1, batch: 32 } as const;
const network = everyKindNetwork([32, 32, 3], 10);

describe.each(mainEngines)('stages of structured pruning on %s', (kind) => {
  const results = new Map<string, StageResult>();
  const lab = withStageLab(kind, async ({ run }) => {
    const from = (model: string) => ({ data: 'data', model });
    await run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 60, validation: 10, test: 20, seed: 4 },
    });
    results.set(
      'dense',
      await run('dense', { kind: 'pretrain', network, training, from: { data: 'data' }, seed: 1 }),
    );
    for (const strategy of ['filter-l1', 'batchnorm-scale'] as const) {
      const pruning = { kind: strategy, density: 0.5 };
      results.set(strategy, await run(strategy, { kind: 'prune', pruning, from: from('dense'), seed: 1 }));
      const tuned = { kind: 'finetune', training, from: from(strategy), seed: 1 } as const;
      results.set(`${strategy} tuned`, await run(`${strategy} tuned`, tuned));
    }
  });

  const sizesOf = (name: string): Readonly<Record<string, number>> =>
    Object.fromEntries([...results.get(name)!.series].map(([metric, points]) => [metric, points.at(-1)![1]]));
  const timesOf = (name: string): readonly string[] =>
    results
      .get(name)!
      .events.filter((event): event is Extract<WorkerEvent, { kind: 'metric' }> => event.kind === 'metric')
      .flatMap(({ points }) => points.map((point) => point.name))
      .filter((metric) => metric.startsWith('latency.'));

  it('say the size and the latency of the dense network, too, which has nothing to take out', () => {
    expect(sizesOf('dense')).toMatchObject({ density: 1, 'density.effective': 1 });
    expect(timesOf('dense')).toEqual(['latency.1', 'latency.64']);
    expect(existsSync(lab.file('dense', 'shrunk.safetensors'))).toBe(false);
  });

  it.each(['filter-l1', 'filter-l1 tuned', 'batchnorm-scale', 'batchnorm-scale tuned'])(
    'write, after %s, the smaller network with the same scores, and its size',
    async (name) => {
      const whole = await loadModel(lab.file(name, 'model.safetensors'));
      const shrunk = await loadModel(lab.file(name, 'shrunk.safetensors'));
      const [left, right] = [await scoresOf(whole), await scoresOf(shrunk)];
      for (const [at, score] of right.entries()) expect(score).toBeCloseTo(left[at]!, 4);
      expect(shrunk.graph.nodes.map(({ id }) => id)).toEqual(whole.graph.nodes.map(({ id }) => id));
      const size = sizesOf(name);
      expect(size['macs.shrunk']).toBe(countMultiplyAccumulates(shrunk.graph));
      expect(size['macs.shrunk']).toBe(size['macs.nonzero']);
      expect(size['bytes.shrunk']).toBeLessThan(size['bytes.dense']! / 2);
      expect(size['difference.shrunk']).toBeLessThan(1e-5);
      expect(timesOf(name)).toEqual(['latency.1', 'latency.64', 'latency.shrunk.1', 'latency.shrunk.64']);
    },
  );

  it('keep the masks of scales, shifts and biases through fine-tuning', async () => {
    const tuned = await loadModel(lab.file('filter-l1 tuned', 'model.safetensors'));
    const before = await loadModel(lab.file('filter-l1', 'model.safetensors'));
    expect(tuned.masks).toEqual(before.masks);
    for (const name of ['bn1.weight', 'bn1.bias', 'conv2.bias', 'fc1.bias', 'bn2.bias']) {
      const mask = tuned.masks.get(name)!.values;
      const values = tuned.parameters.get(name)!.values;
      expect(mask).toContain(0);
      expect([...values].filter((_, at) => mask[at] === 0).every((value) => value === 0)).toBe(true);
    }
  });

  async function scoresOf({
    graph,
    parameters,
  }: Awaited<ReturnType<typeof loadModel>>): Promise<Float32Array> {
    const tensors = toTensors(graph, parameters);
    const { logits } = await predict({ graph, parameters: tensors, ...noiseImages(graph, 5) });
    disposeTensors(tensors);
    return logits;
  }
});
