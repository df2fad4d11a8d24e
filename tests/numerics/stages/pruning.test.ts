import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSafetensors } from '#workers/array/safetensors.ts';
import { everyKindNetwork } from '../every-kind.ts';
import { mainEngines } from '../with-engine.ts';
import { tinyNetwork, type StageResult } from './stage-lab.ts';
import { withStageLab } from './with-stage-lab.ts';

const network = everyKindNetwork([32, 32, 3], 10);
const layers = ['conv1', 'conv2', 'fc1', 'fc2'];
const density = 0.2;
const training = { objective: 'natural', epochs: 4, batch: 40, optimizer: { kind: 'adam' } } as const;

const strategies = {
  random: { kind: 'random', density },
  'magnitude at once': { kind: 'magnitude', density },
  'magnitude in rounds': { kind: 'magnitude', density, schedule: { kind: 'iterative', rounds: 3, training } },
  'magnitude gradually': { kind: 'magnitude', density, schedule: { kind: 'gradual', every: 2, training } },
  'learned scores': { kind: 'learned-scores', density, scope: 'network', training },
  gradient: { kind: 'gradient', density, objective: 'natural', batch: 30, batches: 2 },
} as const;

describe.each(mainEngines)('pruning strategies on %s', (kind) => {
  const lab = withStageLab(kind, async ({ run }) => {
    await run('data', {
      kind: 'import',
      dataset: { kind: 'glyphs', train: 120, validation: 30, test: 20, seed: 4 },
    });
    await run('dense', { kind: 'pretrain', network, training, from: { data: 'data' }, seed: 1 });
  });

  const prune = (name: string, pruning: object): Promise<StageResult> =>
    lab.run(name, {
      kind: 'prune',
      pruning: pruning,
      from: { data: 'data', model: 'dense' },
      seed: 1,
    });
  type Strategy = keyof typeof strategies;
  const results = new Map<Strategy, Promise<StageResult>>();
  /** Each strategy's stage is executed once. */
  const resultOf = (name: Strategy): Promise<StageResult> => {
    if (!results.has(name)) results.set(name, prune(name, strategies[name]));
    return results.get(name)!;
  };
  const arraysOf = (name: string) =>
    parseSafetensors(readFileSync(lab.file(name, 'model.safetensors'))).arrays;
  const masksOf = (name: string) =>
    layers.map((layer) => [...arraysOf(name).get(`${layer}.weight_mask`)!.values]);
  const ones = (masks: readonly (readonly number[])[]): number =>
    masks.flat().reduce((sum, one) => sum + one, 0);

  it.each(Object.keys(strategies) as Strategy[])(
    'keep exactly the asked share of weights and nothing of the others, by %s',
    async (name) => {
      const { series } = await resultOf(name);
      const arrays = arraysOf(name);
      const masks = masksOf(name);
      const total = masks.flat().length;
      expect(ones(masks)).toBe(Math.round(density * total));
      expect(series.get('density')!.at(-1)![1]).toBe(ones(masks) / total);
      for (const [at, layer] of layers.entries()) {
        expect(ones([masks[at]!])).toBeGreaterThan(0);
        const { values } = arrays.get(`${layer}.weight`)!;
        for (const [index, one] of masks[at]!.entries()) if (one === 0) expect(values[index]).toBe(0);
      }
    },
  );

  it('choose the same masks again, and others by another strategy', async () => {
    for (const [name, pruning] of Object.entries(strategies)) {
      await prune(`${name} again`, pruning);
      expect(masksOf(`${name} again`)).toEqual(masksOf(name));
    }
    const texts = Object.keys(strategies).map((name) => masksOf(name).flat().join(''));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('prune in rounds to densities that fall by the same factor, and train between', async () => {
    const { series } = await resultOf('magnitude in rounds');
    const steps = series.get('train.density')!;
    expect(steps.map(([step]) => step)).toEqual([1, 7]);
    expect(steps[0]![1]).toBeCloseTo(density ** (1 / 3), 2);
    expect(steps[1]![1]).toBeCloseTo(density ** (2 / 3), 2);
    expect(series.get('train.loss')).toHaveLength(12);
    expect(series.get('validation.clean')).toHaveLength(4);
    expect(series.get('train.learning-rate')![6]![1]).toBe(series.get('train.learning-rate')![0]![1]);
  });

  it('prune gradually along the cubic schedule, and go on under the final mask', async () => {
    const { series } = await resultOf('magnitude gradually');
    const steps = series.get('train.density')!;
    expect(steps.map(([step]) => step)).toEqual([3, 5, 7, 9]);
    for (const [step, kept] of steps)
      expect(kept).toBeCloseTo(density + (1 - density) * (1 - (step - 1) / 8) ** 3, 2);
    const masks = masksOf('magnitude gradually');
    const after = arraysOf('magnitude gradually').get('fc1.weight')!.values;
    const before = arraysOf('dense').get('fc1.weight')!.values;
    const kept = masks[2]!.flatMap((one, index) => (one === 1 ? [index] : []));
    expect(kept.every((index) => after[index] !== before[index])).toBe(true);
  });

  it('leave kept weights and biases as they were where scores are learned, and move batch-norm', () => {
    const [before, after] = [arraysOf('dense'), arraysOf('learned scores')];
    for (const layer of layers) {
      const mask = after.get(`${layer}.weight_mask`)!.values;
      const weights = before.get(`${layer}.weight`)!.values;
      expect([...after.get(`${layer}.weight`)!.values]).toEqual(
        Array.from(weights, (weight, index) => (mask[index] === 1 ? weight : 0)),
      );
    }
    expect(after.get('fc1.bias')).toEqual(before.get('fc1.bias'));
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      expect(after.get(`bn1.${part}`)).not.toEqual(before.get(`bn1.${part}`));
  });

  it('rank whole filters by learned scores where given a training, and leave the kept ones as they were', async () => {
    const byNorm = { kind: 'filter-l1', density: 0.5, scope: 'layer' } as const;
    await prune('filters', byNorm);
    const { series } = await prune('filters by scores', { ...byNorm, training });
    expect(series.get('train.loss')).toHaveLength(12);
    const [before, after] = [arraysOf('dense'), arraysOf('filters by scores')];
    const mask = after.get('conv1.weight_mask')!.values;
    const filters = Array.from({ length: 4 }, (_, filter) =>
      ones([[...mask.subarray(filter * 27, filter * 27 + 27)]]),
    );
    expect(filters.toSorted((a, b) => a - b)).toEqual([0, 0, 27, 27]);
    expect([...after.get('conv1.weight')!.values]).toEqual(
      Array.from(before.get('conv1.weight')!.values, (weight, index) => (mask[index] === 1 ? weight : 0)),
    );
    expect(after.get('bn1.running_mean')).not.toEqual(before.get('bn1.running_mean'));
    expect(arraysOf('filters').get('bn1.running_mean')).toEqual(before.get('bn1.running_mean'));
  });

  it('change no parameter where gradients rank', () => {
    const [before, after] = [arraysOf('dense'), arraysOf('gradient')];
    for (const name of ['fc1.bias', 'bn1.weight', 'bn1.running_mean'])
      expect(after.get(name)).toEqual(before.get(name));
  });

  it('begin anew with the same masks for the scratch control, differently for another seed', async () => {
    await prune('scratch', { ...strategies['magnitude at once'], weights: 'new' });
    expect(masksOf('scratch')).toEqual(masksOf('magnitude at once'));
    const scratch = arraysOf('scratch');
    const kept = arraysOf('magnitude at once');
    const mask = scratch.get('conv2.weight_mask')!.values;
    for (const [index, one] of [...mask].entries()) {
      const fresh = scratch.get('conv2.weight')!.values[index]!;
      if (one === 0) expect(fresh).toBe(0);
      else expect(fresh).not.toBe(kept.get('conv2.weight')!.values[index]);
    }
    expect([...scratch.get('bn1.running_mean')!.values]).toEqual([0, 0, 0, 0]);
    await lab.run('scratch, seed 2', {
      kind: 'prune',
      pruning: { ...strategies['magnitude at once'], weights: 'new' },
      from: { data: 'data', model: 'dense' },
      seed: 2,
    });
    expect(arraysOf('scratch, seed 2').get('conv1.weight')).not.toEqual(scratch.get('conv1.weight'));
  });

  it.each([
    ['magnitude', 'iterative', { rounds: 4 }],
    ['magnitude', 'gradual', { every: 50 }],
  ] as const)(
    'reach the density of %s, %s, even without a step of training',
    async (kind, schedule, rest) => {
      const none = { ...training, epochs: 0 };
      await prune(`${schedule} untrained`, {
        kind,
        density,
        schedule: { kind: schedule, ...rest, training: none },
      });
      expect(masksOf(`${schedule} untrained`)).toEqual(masksOf('magnitude at once'));
    },
  );

  it('say when a mask on the way or the last one would have emptied a layer', async () => {
    await lab.run('mlp', {
      kind: 'pretrain',
      network: tinyNetwork,
      training: { ...training, epochs: 0 },
      from: { data: 'data' },
      seed: 1,
    });
    const { events } = await lab.run('starved', {
      kind: 'prune',
      pruning: {
        kind: 'magnitude',
        density: 0.004,
        scope: 'layer',
        schedule: { kind: 'iterative', rounds: 2, training },
      },
      from: { data: 'data', model: 'mlp' },
      seed: 1,
    });
    const texts = events.flatMap((event) => (event.kind === 'log' ? [event.text] : []));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('fc2.weight');
  });
});
